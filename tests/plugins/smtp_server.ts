// Mail servers on loopback: a real one, and those that behave as no server should.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { inFolder } from "../temp_folder.ts";
import { type Certificate, makeCertificate } from "../s3/certificates.ts";

const script = fileURLToPath(new URL("./smtp_server.py", import.meta.url));
const python = "/usr/bin/python3";

export type Mail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly tls: boolean;
  readonly login: string | null;
  /** As it was sent. */
  readonly content: string;
};

export type MailServer = {
  readonly port: number;
  readonly certificate: Certificate;
  /** The next message that it takes. */
  next(): Promise<Mail>;
};

const isInstalled = await (async () => {
  try {
    return (await new Deno.Command(python, { args: ["-c", "import aiosmtpd"], stderr: "null" }).output()).success;
  } catch {
    return false;
  }
})();

/** A test that needs a mail server: left out, saying so, where it is not installed; required where `CI` is set. */
export function smtpTest(name: string, body: () => Promise<void>): void {
  if (!isInstalled) console.warn(`Left out, because Debian's python3-aiosmtpd is absent: ${name}`);
  Deno.test({ name, ignore: !isInstalled && Deno.env.get("CI") === undefined, fn: body });
}

/** A real server, which ends with the body. */
export async function withMailServer(
  { security, login = [] }: { readonly security: "starttls" | "tls" | "none"; readonly login?: readonly string[] },
  body: (server: MailServer) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const certificate = makeCertificate(["localhost", "127.0.0.1"]);
    const files = [["cert.pem", certificate.cert], ["key.pem", certificate.key]] as const;
    for (const [name, text] of files) Deno.writeTextFileSync(`${folder}/${name}`, text);
    const args = [script, security, ...files.map(([name]) => `${folder}/${name}`), ...login];
    const process = new Deno.Command(python, { args, stdout: "piped", stderr: "null" }).spawn();
    const said = createQueue<Line>();
    const reading = readLines(process.stdout, said.add);
    const next = async () => JSON.parse(await said.next());
    try {
      const { port } = await next();
      await body({
        port,
        certificate,
        async next() {
          const mail = await next();
          return { ...mail, content: new TextDecoder().decode(Uint8Array.fromBase64(mail.content)) };
        },
      });
    } finally {
      process.kill("SIGKILL");
      await process.status;
      await reading;
    }
  });
}

type Line = string;

/** Reads on at once: a server that cannot say what it got would stand still. */
async function readLines(stream: ReadableStream<Uint8Array>, add: (line: Line) => void): Promise<void> {
  let text = "";
  for await (const piece of stream) {
    const parts = (text + new TextDecoder().decode(piece)).split("\n");
    text = parts.pop() ?? "";
    parts.forEach(add);
  }
}

function createQueue<T>() {
  const values: T[] = [];
  const waiting: ((value: T) => void)[] = [];
  return {
    add(value: T) {
      const take = waiting.shift();
      if (take === undefined) values.push(value);
      else take(value);
    },
    next: () =>
      new Promise<T>((resolve) => {
        const value = values.shift();
        if (value === undefined) waiting.push(resolve);
        else resolve(value);
      }),
  };
}

/** What a hostile server does: says its greeting, then answers each line. `undefined` ends the connection. */
export type Script = {
  readonly greeting?: string;
  readonly answer?: (line: string, socket: Socket, inData: boolean) => string | undefined;
};

/** What a plain server answers. */
export function plainAnswer(line: string, inData: boolean): string {
  if (inData) return line === "." ? "250 Queued\r\n" : "";
  if (/^EHLO/i.test(line)) return "250-localhost\r\n250 SIZE 10000000\r\n";
  if (/^DATA/i.test(line)) return "354 Go on\r\n";
  return /^QUIT/i.test(line) ? "221 Bye\r\n" : "250 OK\r\n";
}

/** A server that follows a script; all that it was sent is in `lines`. */
export async function withHostileServer(
  { greeting = "220 localhost ESMTP\r\n", answer = (line, _, inData) => plainAnswer(line, inData) }: Script,
  body: (port: number, lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let [text, inData] = ["", false];
    socket.write(greeting);
    socket.on("data", (data) => {
      const parts = (text + data.toString()).split("\r\n");
      text = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        const said = answer(line, socket, inData);
        if (said === undefined) return void socket.destroy();
        if (said !== "") socket.write(said);
        if (/^DATA/i.test(line) && said.startsWith("354")) inData = true;
        else if (line === ".") inData = false;
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = server.address();
  assert.ok(typeof at === "object" && at !== null);
  try {
    await body(at.port, lines);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}
