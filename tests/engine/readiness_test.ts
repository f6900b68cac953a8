import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import type { Pipeline } from "../../runtime/contract/manifest.ts";
import { createCall, sleep } from "../../runtime/engine/call.ts";
import { readyPipeline } from "../../runtime/engine/readiness.ts";
import { reach } from "../../runtime/host/reach.ts";
import email from "../../plugins/email.ts";
import log from "../../plugins/log.ts";
import { noWorld } from "../../runtime/engine/no_world.ts";
import { pipelineOf, source } from "./bench.ts";
import { bound } from "./fixtures.ts";

const nobody = { host: "127.0.0.1", port: 9, from: "a@example.org", to: "b@example.org" };

Deno.test("readyPipeline() switches an optional sink off whose server does not answer, and says so", async () => {
  const warnings: string[] = [];
  const ready = await readied([{ ...bound("mail", email, nobody), optional: true }, bound("log", log)], warnings);
  assert.deepEqual(ready.sinks.map(({ id }) => id), ["log"]);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? "",
    /^Sink "mail" is switched off: The mail server 127\.0\.0\.1:9 cannot be reached \(.+\); start it/,
  );
});

Deno.test("readyPipeline() refuses to start without a server that is needed, and names all that is missing", async () => {
  const refused = readied([bound("mail", email, nobody), bound("other", email, nobody)], []);
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.message, /2 things are missing/);
    assert.match(error.problems[1]?.message ?? "", /^other: The mail server/);
    assert.match(error.problems[1]?.hint ?? "", /optional: true/);
    return true;
  });
});

async function readied(sinks: Pipeline["sinks"], warnings: string[]): Promise<Pipeline> {
  const files = new Map<string, string>();
  const bench = { files, failing: new Map<string, () => Error>(), reads: 0 };
  const options = { files, steps: [] };
  const pipeline = { ...pipelineOf(options, source(bench, options), []), sinks };
  const call = createCall({ timeoutMs: 10_000, retries: 0, entering: () => {}, sleep, random: () => 0 });
  const ready = { ...noWorld.ready, connect: reach };
  const warn = (text: string) => void warnings.push(text);
  return await readyPipeline({ pipeline, ready, call, warn }, new AbortController().signal);
}
