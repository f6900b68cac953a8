import assert from "node:assert/strict";
import email from "../../plugins/email.ts";
import { readHeader } from "../../runtime/image/header.ts";
import type { DeliveryOutcome, Item } from "../../runtime/plugin.ts";
import { reach } from "../../runtime/host/reach.ts";
import { makeCertificate } from "../s3/certificates.ts";
import { hit, never, openSink, type SinkDoors } from "./sinks.ts";
import { plainAnswer, smtpTest, withHostileServer, withMailServer } from "./smtp_server.ts";

const login = ["camera", "open sesame"] as const;

smtpTest("email sends a message with its picture over STARTTLS, logged in", async () => {
  await withMailServer({ security: "starttls", login }, async (server) => {
    const image_url = "https://pictures.example/{{ camera }}/{{ time }}.jpg?a=1&b=2";
    const options = { port: server.port, ca: server.certificate.cert, user: login[0], password: login[1], image_url };
    const [outcome] = await send({ security: "starttls", ...options }, [hit("gate-1", 0, {}, "Café <b>")]);
    const id = /^<([0-9a-f]{32})@cameras\.example>$/.exec(String(outcome?.reply?.["message_id"]))?.[1];
    assert.ok(id, JSON.stringify(outcome));
    assert.deepEqual(outcome, {
      outcome: "delivered",
      reply: { count: 1, message_id: `<${id}@cameras.example>`, response: "250 2.0.0 Queued" },
    });
    const mail = await server.next();
    assert.deepEqual([mail.from, mail.to, mail.tls, mail.login], [
      "alerts@cameras.example",
      ["anna@example.org"],
      true,
      "camera",
    ]);
    const parts = await parsed(mail.content);
    assert.equal(parts.headers["subject"], "loitering: 1 person at gate-1 (Café <b>)");
    assert.equal(parts.headers["message-id"], `<${id}@cameras.example>`);
    assert.equal(parts.headers["from"], "Framewright <alerts@cameras.example>");
    assert.equal(parts.headers["auto-submitted"], "auto-generated");
    assert.match(parts.text, /^2026-11-21 13:00:00 Europe\/Rome, gate-1 \(Café <b>\): loitering, 1 person 0\.91$/m);
    assert.match(parts.text, /^ {2}https:\/\/pictures\.example\/gate-1\/2026-11-21T12-00-00Z\.jpg\?a=1&b=2$/m);
    assert.match(parts.html, /gate-1 \(Café &lt;b&gt;\)/);
    assert.match(parts.html, /<a href="https:\/\/pictures\.example\/gate-1\/[^"]+\?a=1&amp;b=2">/);
    const [picture] = parts.pictures;
    assert.ok(picture);
    assert.ok(parts.html.includes(`cid:${picture.cid}`));
    const header = readHeader(Uint8Array.fromBase64(picture.base64));
    assert.deepEqual([header.format, header.width, header.height, picture.name], ["jpeg", 320, 240, "1-gate-1.jpg"]);
  });
});

smtpTest("email sends over TLS from the start, and in the clear where that is asked for", async () => {
  for (const security of ["tls", "none"] as const) {
    await withMailServer({ security }, async (server) => {
      const [outcome] = await send({ security, port: server.port, ca: server.certificate.cert }, [hit("gate-1")]);
      assert.equal(outcome?.outcome, "delivered", JSON.stringify(outcome));
      assert.equal((await server.next()).tls, security === "tls");
    });
  }
});

smtpTest("email sends each user their hits, one message for many, and records who was refused", async () => {
  await withMailServer({ security: "none" }, async (server) => {
    const to = {
      anna: "anna@example.org",
      bob: ["nobody@example.org", "bob@example.org"],
      carol: "later@example.org",
      "*": "boss@example.org",
    };
    const items = [
      ...Array.from({ length: 40 }, (_, index) => hit("gate-1", index * 60)),
      hit("gate-2", 0, { users: ["bob", "carol"] }),
    ];
    const outcomes = await send({ security: "none", port: server.port, to, pictures: 2 }, items);
    assert.deepEqual(outcomes.map(({ outcome, reply }) => [outcome, reply?.["count"], reply?.["response"]]), [
      ["delivered", 40, "250 2.0.0 Queued"],
      ["delivered", 41, "250 2.0.0 Queued"],
      ["failed", 1, "550 5.1.1 No such user"],
      ["delivered", 1, "250 2.0.0 Queued"],
      ["again", 1, "451 4.2.1 Try again later"],
    ]);
    const mails = [await server.next(), await server.next(), await server.next()];
    assert.deepEqual(mails.map(({ to }) => to), [["anna@example.org"], ["boss@example.org"], ["bob@example.org"]]);
    const [anna] = mails;
    const digest = await parsed(anna?.content ?? "");
    assert.equal(digest.headers["subject"], "loitering: 40 hits at gate-1");
    assert.equal(digest.pictures.length, 2);
    assert.match(digest.text, /^and 20 more$/m);
  });
});

smtpTest("email lets nothing that came from outside become a header or markup", async () => {
  await withMailServer({ security: "none" }, async (server) => {
    const evil = 'x\r\nBcc: all@example.org\r\n\r\n<script>alert("1")</script>\u2028\u202e';
    const subject = "{{ location }} {{ camera }}";
    await send({ security: "none", port: server.port, subject }, [hit("g\r\nX-Evil: 1", 0, { rule: evil }, evil)]);
    const { content } = await server.next();
    assert.doesNotMatch(content, /^(bcc|x-evil):/im);
    const { headers, html } = await parsed(content);
    assert.match(headers["subject"] ?? "", /^x Bcc: all@example\.org <script>/);
    assert.doesNotMatch(html, /<script/);
  });
});

smtpTest("email refuses a certificate that is not trusted, and a password that is wrong", async () => {
  await withMailServer({ security: "starttls", login }, async (server) => {
    const base = { security: "starttls", port: server.port };
    const right = { user: login[0], password: login[1] };
    const strange = makeCertificate(["localhost", "127.0.0.1"]).cert;
    for (const options of [{ ...base, ...right }, { ...base, ...right, ca: strange }]) {
      const [outcome] = await send(options, [hit("gate-1")]);
      assert.ok(outcome?.outcome === "again" && outcome.isDown === true && outcome.maybeSent === undefined);
      assert.match(outcome.why, /certificate|UnknownIssuer|TLS/i);
    }
    const [wrong] = await send({ ...base, ca: server.certificate.cert, user: login[0], password: "hunter2" }, [
      hit("gate-1"),
    ]);
    assert.ok(wrong?.outcome === "again" && wrong.isDown === true);
    assert.match(wrong.why, /535 .*Mend `user` and `password`$/);
    assert.doesNotMatch(JSON.stringify(wrong), /hunter2/);
  });
});

Deno.test("email sends nothing in the clear where STARTTLS is asked for and not there, or is taken back", async () => {
  const scripts = [
    {},
    {
      answer: (line: string) => /^STARTTLS/i.test(line) ? "454 No\r\n" : "250-x\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n",
    },
    { answer: (line: string) => /^STARTTLS/i.test(line) ? "220 Go\r\n250 x\r\n" : "250-x\r\n250 STARTTLS\r\n" },
  ];
  for (const script of scripts) {
    await withHostileServer(script, async (port, lines) => {
      const options = { security: "starttls", port, user: "camera", password: "hunter2", timeout: 1 };
      const [outcome] = await send(options, [hit("gate-1")]);
      assert.ok(outcome?.outcome === "again" && outcome.isDown === true && outcome.maybeSent === undefined);
      assert.equal(lines.filter((line) => /^(MAIL|AUTH|DATA)/i.test(line)).length, 0, lines.join("\n"));
    });
  }
});

Deno.test("email says what a server did that is none, is busy, is silent, never ends or breaks off", async () => {
  const inTheMiddle = (command: string, said: string | undefined) => ({
    answer: (line: string, _: unknown, inData: boolean) =>
      line.toUpperCase().startsWith(command) ? said : plainAnswer(line, inData),
  });
  const endless = "250-and on and on and on\r\n".repeat(10_000);
  const scripts: Readonly<Record<string, [Parameters<typeof withHostileServer>[0], Partial<DeliveryOutcome>]>> = {
    busy: [{ greeting: "421 Too busy\r\n" }, { outcome: "again", isDown: true }],
    "no mail server": [{ greeting: "HTTP/1.1 400 Bad Request\r\n\r\n" }, { outcome: "again", isDown: true }],
    silent: [{ greeting: "" }, { outcome: "again", isDown: true }],
    "silent later": [inTheMiddle("MAIL", ""), { outcome: "again", isDown: true, maybeSent: true }],
    endless: [inTheMiddle("EHLO", endless), { outcome: "again", isDown: true }],
    "an endless line": [{ greeting: "2".repeat(1_000_000) }, { outcome: "again", isDown: true }],
    "sender refused": [inTheMiddle("MAIL", "530 Log in first\r\n"), { outcome: "again", isDown: true }],
    "shutting down": [inTheMiddle("RCPT", "421 Bye\r\n"), { outcome: "again", isDown: true }],
    "too large": [inTheMiddle("DATA", "552 Too large\r\n"), { outcome: "failed" }],
    "taken for spam": [inTheMiddle(".", "554 Spam\r\n"), { outcome: "failed" }],
    "full": [inTheMiddle(".", "452 Disk full\r\n"), { outcome: "again" }],
    "breaks off after DATA": [inTheMiddle(".", undefined), { outcome: "again", isDown: true, maybeSent: true }],
  };
  for (const [name, [script, expected]] of Object.entries(scripts)) {
    await withHostileServer(script, async (port) => {
      const [outcome] = await send({ security: "none", port, timeout: 1 }, [hit("gate-1")]);
      assert.ok(outcome);
      const { reply: _, ...rest } = outcome;
      assert.deepEqual({ ...rest, why: "" }, { ...expected, why: "" }, `${name}: ${JSON.stringify(outcome)}`);
      assert.match("why" in outcome ? outcome.why : "", /^Cannot send by 127\.0\.0\.1:\d+: \S/, name);
      assert.ok(JSON.stringify(outcome).length < 2000, name);
    });
  }
});

Deno.test("email ends its connection when it is stopped", async () => {
  await withHostileServer({ greeting: "" }, async (port) => {
    const { deliveries, deliver } = await openEmail({ security: "none", port, timeout: 30 });
    const [delivery] = await deliveries([hit("gate-1")]);
    assert.ok(delivery);
    const stop = new AbortController();
    const ended = deliver(delivery, stop.signal);
    stop.abort(new DOMException("stopped", "AbortError"));
    await assert.rejects(ended, { name: "AbortError" });
  });
});

Deno.test("email says before a run that nobody answers at the server's address", async () => {
  const host = { programs: { find: () => Promise.resolve(undefined) }, connect: reach } as unknown as Parameters<
    NonNullable<typeof email.ready>
  >[1]; // it asks for nothing else
  let free = 0;
  await withHostileServer({}, async (port) => {
    free = port;
    assert.deepEqual(await email.ready?.(parsedOptions({ port }), host, never), []);
  });
  const [missing] = await email.ready?.(parsedOptions({ port: free }), host, never) ?? [];
  assert.match(missing?.what ?? "", new RegExp(`^The mail server 127\\.0\\.0\\.1:${free} cannot be reached \\(.+\\)$`));
  assert.match(missing?.way ?? "", /optional: true/);
});

Deno.test("email keeps no address in its messages, and gives up where a recipient is gone", async () => {
  const { sink, deliveries } = await openEmail({ port: 9 });
  const [delivery] = await deliveries([hit("gate-1")]);
  assert.ok(delivery && sink.messages);
  assert.doesNotMatch(JSON.stringify(await Array.fromAsync(delivery.messages())), /example\.org/);
  const other = await openEmail({ port: 9, to: "somebody@else.org" });
  const outcome = await other.deliver(delivery);
  assert.deepEqual(outcome, {
    outcome: "failed",
    why: "its recipient is no longer in the manifest",
    reply: { count: 1 },
  });
});

Deno.test("email refuses options that cannot work", () => {
  const wrong: readonly Record<string, unknown>[] = [
    { to: "anna@example.org\r\nBcc: x@y" },
    { to: "anna" },
    { to: [] },
    { from: "a@b, c@d" },
    { from_name: "x\r\nBcc: y" },
    { user: "x" },
    { security: "none", user: "x", password: "y" },
    { subject: "{{ titel }}" },
    { host: "mail example" },
  ];
  for (const options of wrong) {
    assert.equal(email.options.safeParse({ ...minimal, ...options }).success, false, JSON.stringify(options));
  }
});

const minimal = { host: "127.0.0.1", from: "alerts@cameras.example", to: "anna@example.org", of: "threats" };

function parsedOptions(options: Record<string, unknown>) {
  return email.options.parse({ ...minimal, ...options });
}

async function openEmail(options: Record<string, unknown>, doors: SinkDoors = {}) {
  return await openSink(email, { ...minimal, ...options }, doors);
}

async function send(options: Record<string, unknown>, items: readonly Item[]): Promise<DeliveryOutcome[]> {
  const { deliveries, deliver } = await openEmail(options);
  const outcomes: DeliveryOutcome[] = [];
  for (const delivery of await deliveries(items)) outcomes.push(await deliver(delivery));
  return outcomes;
}

type Parsed = {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
  readonly pictures: readonly { readonly cid: string; readonly name: string; readonly base64: string }[];
};

/** The message as Python's own library reads it. */
async function parsed(content: string): Promise<Parsed> {
  const code = `
import base64, email, json, sys
from email import policy
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=policy.default)
print(json.dumps({
  "headers": {k.lower(): str(v) for k, v in m.items()},
  "text": m.get_body(("plain",)).get_content(),
  "html": m.get_body(("html",)).get_content(),
  "pictures": [{"cid": p["content-id"].strip("<>"), "name": p.get_filename(),
    "base64": base64.b64encode(p.get_payload(decode=True)).decode()}
    for p in m.walk() if p.get_content_type() == "image/jpeg"],
}))`;
  const process = new Deno.Command("/usr/bin/python3", { args: ["-c", code], stdin: "piped", stdout: "piped" }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(content));
  await writer.close();
  return JSON.parse(new TextDecoder().decode((await process.output()).stdout));
}
