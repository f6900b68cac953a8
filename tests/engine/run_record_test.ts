import assert from "node:assert/strict";
import { createRunRecord, endedFile, type RunStart, startedFile } from "../../runtime/engine/run_record.ts";
import { lookAtRun, runIds } from "../../runtime/engine/run_history.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";

const start: RunStart = {
  run: "20261121T101112Z-1a2b3c4d",
  dataset: "motogp",
  manifest: "/pipelines/motogp.yaml",
  set: { train: "90", token: "hush-hush", url: "https://example.org/?key=hush-hush" },
  startedAt: "2026-11-21T10:11:12.000Z",
  host: "pit",
  pid: 7,
  framewright: "0.1.0",
};

const failure = { event: "failed", code: "source", message: "Cannot read with hush-hush", exit: 7 } as const;

function opened() {
  const storage = createStorage(createMemoryStore());
  let clock = 0;
  const record = createRunRecord({
    runs: storage.runs,
    flush: storage.store.flush,
    start,
    now: () => clock += 1500,
    secrets: ["hush-hush", ""],
  });
  const textOf = async (name: string) =>
    new TextDecoder().decode(await storage.runs.get({ dataset: "motogp", id: start.run }, name));
  const look = (atWork: boolean) => lookAtRun(storage, "motogp", start.run, () => atWork);
  return { storage, record, textOf, look };
}

Deno.test("createRunRecord() writes down how a run was started, and no secret", async () => {
  const { record, textOf } = opened();
  await record.started();
  const text = await textOf(startedFile);
  assert.ok(!text.includes("hush"), text);
  const { set: _, ...rest } = start;
  assert.deepEqual(JSON.parse(text), { ...rest, set: { train: "90" }, withheld: ["token", "url"] });
});

Deno.test("createRunRecord() writes down how a run ended that made nothing, and no secret", async () => {
  const { record, textOf } = opened();
  await record.started();
  await record.ended("failed", failure);
  assert.deepEqual(JSON.parse(await textOf(endedFile)), {
    run: start.run,
    outcome: "failed",
    startedAt: start.startedAt,
    seconds: 1.5,
    code: "source",
    exit: 7,
    message: "Cannot read with ***",
  });
});

Deno.test("createRunRecord() keeps quiet when the end cannot be written: what ended the run matters more", async () => {
  const { storage } = opened();
  const runs = { ...storage.runs, put: () => Promise.reject(new TypeError("full")) };
  await createRunRecord({ runs, flush: storage.store.flush, start, now: () => 0, secrets: [] }).ended(
    "stopped",
    failure,
  );
});

Deno.test("lookAtRun() tells a run that goes on, one that was killed and one that ended", async () => {
  const { storage, record, look } = opened();
  assert.equal(await look(false), undefined);
  await record.started();
  assert.deepEqual([(await look(true))?.state, (await look(false))?.state], ["running", "killed"]);
  await record.ended("stopped", failure);
  assert.deepEqual([(await look(true))?.state, (await look(false))?.state], ["stopped", "stopped"]);
  await storage.runs.put({ dataset: "motogp", id: start.run }, endedFile, new TextEncoder().encode("{torn"));
  assert.equal((await look(false))?.state, "killed");
});

Deno.test("runIds() gives runs with a record, the newest first", async () => {
  const { storage } = opened();
  const put = (id: string, name: string) => storage.runs.put({ dataset: "motogp", id }, name, new Uint8Array());
  await put("20260101T000000Z-b", startedFile);
  await put("20260101T000000Z-b", endedFile);
  await put("20260202T000000Z-a", endedFile);
  await put("20260303T000000Z-c", "files.txt");
  assert.deepEqual(await runIds(storage, "motogp"), ["20260202T000000Z-a", "20260101T000000Z-b"]);
});
