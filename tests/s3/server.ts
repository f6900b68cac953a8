// A real S3 server for the tests of this process. All its test files share one, whichever comes first starts it; it ends
// with the process. FRAMEWRIGHT_TEST_S3 names one that runs already, such as http://127.0.0.1:17480.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client } from "../../runtime/s3/client.ts";
import { type BareBucket, bareBucket, testCredentials } from "./bucket.ts";

const script = fileURLToPath(new URL("../../scripts/s3_server", import.meta.url));
const programs = ["ceph-mon", "ceph-mgr", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "monmaptool"];
const given = Deno.env.get("FRAMEWRIGHT_TEST_S3");
const startMs = 120_000;

/** The server's endpoint, such as `http://127.0.0.1:21480`. */
let endpoint: Promise<string> | undefined;

/** A test that needs the server: left out, saying so, where it is not installed; required where `CI` is set. */
export function s3Test(name: string, body: (t: Deno.TestContext) => Promise<void>): void {
  const absent = given === undefined && !programs.every(isInstalled);
  if (absent) console.warn(`Left out, because the packages that scripts/s3_server names are absent: ${name}`);
  // The first test of a file waits for the server, whose start is nobody's leak.
  Deno.test({ name, ignore: absent && Deno.env.get("CI") === undefined, fn: body });
}

export type TestBucket = AsyncDisposable & BareBucket & {
  /** `s3://<bucket>/<prefix>?endpoint=…` with further parameters. */
  readonly address: (prefix: string, parameters?: string) => string;
  readonly endpoint: string;
  readonly bucket: string;
};

/** A bucket of one's own, removed at the end. Credentials are in the environment, which all tests share. */
export async function openBucket(): Promise<TestBucket> {
  const at = await serverEndpoint();
  Deno.env.set("AWS_ACCESS_KEY_ID", testCredentials.accessKeyId);
  Deno.env.set("AWS_SECRET_ACCESS_KEY", testCredentials.secretAccessKey);
  const bucket = `test-${crypto.randomUUID()}`;
  const bare = bareBucket(at, bucket);
  await bare.create();
  const address = (prefix: string, parameters = "") => `s3://${bucket}/${prefix}?endpoint=${at}${parameters}`;
  return {
    ...bare,
    address,
    endpoint: at,
    bucket,
    async [Symbol.asyncDispose]() {
      const all = await openS3Client(parseS3Address(address("")));
      const keys = await Array.fromAsync(all.list(""), ({ key }) => key);
      await all.remove(keys);
      await bare.remove();
    },
  };
}

/** Starts the server where nobody did. */
export function serverEndpoint(): Promise<string> {
  return endpoint ??= given === undefined ? sharedServer() : Promise.resolve(given);
}

async function sharedServer(): Promise<string> {
  const folder = `${await Deno.realPath(Deno.env.get("TMPDIR") ?? "/tmp")}/framewright-s3-${await processName()}`;
  const said = `${folder}.json`;
  try {
    await Deno.mkdir(folder);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.AlreadyExists)) throw thrown;
    return await saidBy(said);
  }
  const answer = await started(folder);
  await Deno.writeTextFile(`${said}.part`, JSON.stringify(answer));
  await Deno.rename(`${said}.part`, said);
  return endpointIn(answer);
}

type Answer = { readonly endpoint?: string; readonly problem?: string };

async function started(folder: string): Promise<Answer> {
  const port = freePort();
  const command = new Deno.Command(script, {
    args: ["start", folder, `${port}`, `${Deno.pid}`],
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  const text = new TextDecoder().decode(success ? stdout : stderr).trim();
  return success ? { endpoint: /endpoint=(\S+)/.exec(text)?.[1] ?? "" } : { problem: text };
}

function endpointIn({ endpoint, problem }: Answer): string {
  assert.ok(endpoint, problem ?? "the server does not say where it is");
  return endpoint;
}

/** Another test file starts the server, perhaps in another thread: it says so in a file. */
async function saidBy(path: string): Promise<string> {
  const patience = AbortSignal.timeout(startMs);
  for (;;) {
    patience.throwIfAborted();
    const text = await Deno.readTextFile(path).catch(() => undefined);
    if (text !== undefined) return endpointIn(JSON.parse(text));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A name that no other process has, nor had: numbers of processes come again, with the time of their start they do
 *  not. Deno itself may not look there. */
async function processName(): Promise<string> {
  const args = [`/proc/${Deno.pid}/stat`, "/proc/sys/kernel/random/boot_id"];
  const { stdout } = await new Deno.Command("cat", { args }).output();
  const text = new TextDecoder().decode(stdout);
  const started = text.slice(text.lastIndexOf(")")).split(" ")[20];
  return `${Deno.pid}-${started}-${text.trim().slice(-8)}`;
}

/** The first of three in a row that nobody listens on, below those that systems give to clients. */
function freePort(): number {
  for (let tries = 0; tries < 100; tries++) {
    const first = 20_000 + 4 * Math.floor(Math.random() * 2_500);
    if ([first, first + 1, first + 2].every(isFree)) return first;
  }
  throw new RangeError("Cannot start a server: no ports are free");
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

function isInstalled(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}
