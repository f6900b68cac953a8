import assert from "node:assert/strict";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createRuns } from "../../runtime/store/runs.ts";
import { bytesOf } from "../suites/object_store_suite.ts";

const run = { dataset: "motogp", id: "2026-01-01T00-00-00Z-1a2b" };

Deno.test("createRuns() keeps the files of a run's record, the last of each name", async () => {
  const runs = createRuns(createMemoryStore());
  await runs.put(run, "run.json", bytesOf("{}"));
  await runs.put(run, "run.json", bytesOf('{"done":true}'));
  await runs.put({ ...run, dataset: "other" }, "run.json", bytesOf("[]"));
  assert.deepEqual(await runs.get(run, "run.json"), bytesOf('{"done":true}'));
  assert.equal(await runs.get(run, "none"), undefined);
  await runs.put({ ...run, id: "a" }, "times.json", bytesOf("1"));
  assert.deepEqual(await Array.fromAsync(runs.list("motogp")), [
    { run: run.id, name: "run.json", size: 13 },
    { run: "a", name: "times.json", size: 1 },
  ]);
});

Deno.test("createRuns() refuses names that lead elsewhere", async () => {
  const runs = createRuns(createMemoryStore());
  for (const name of ["", ".", "..", "a/b", "a\\b", ".a", "a b"]) {
    await assert.rejects(runs.put(run, name, bytesOf("")), RangeError, name);
    await assert.rejects(runs.get({ ...run, id: name }, "run.json"), RangeError, name);
  }
});
