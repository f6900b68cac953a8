import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { purgeImage } from "../../runtime/engine/purge.ts";
import { pipelineOfVersion } from "../../runtime/engine/replay_pipeline.ts";
import { replayVersion } from "../../runtime/engine/replay.ts";
import { verifyVersions } from "../../runtime/engine/verify.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { createOverlayStorage } from "../../runtime/store/overlay.ts";
import { depsOf, pipelineOf, source } from "./bench.ts";
import { createTrusted, gallery, publishThree, trustedSteps } from "./trusting.ts";

const { signal } = new AbortController();

/** Three versions of which an image was erased that the first two had. */
async function erased(): Promise<DatasetStorage> {
  const storage = createStorage(createMemoryStore());
  const bench = createTrusted(storage);
  await publishThree(bench);
  const options = { files: new Map(), steps: [], exports: [gallery] };
  await purgeImage(storage, {
    dataset: "test",
    key: "c3",
    signal,
    today: () => "2026-11-21T12:00:00Z",
    now: Date.now,
    exporting: (version) => {
      const pipeline = pipelineOf(options, source(bench, options), []);
      return Promise.resolve({ deps: depsOf(pipeline, storage, false, () => {}), version });
    },
  });
  return storage;
}

async function replay(storage: DatasetStorage, number: number) {
  const ref = await storage.refs.get("test", number) ?? assert.fail(`no v${number}`);
  const version = await storage.versions.get("test", ref.version);
  const load = (_: string, name: string) =>
    Promise.resolve([...trustedSteps, gallery].find((plugin) => plugin.name === name) ?? assert.fail(name));
  const pipeline = await pipelineOfVersion(version, { load, env: {}, concurrency: 4 });
  const deps = depsOf(pipeline, createOverlayStorage(storage, createMemoryStore()), false, () => {});
  return await replayVersion(deps, { number, version }, signal);
}

function problemsOf(thrown: unknown): readonly string[] {
  assert.ok(thrown instanceof InputError, String(thrown));
  return thrown.problems.map(({ message }) => message);
}

Deno.test("verifyVersions() takes versions of which an image was erased for sound", async () => {
  const storage = await erased();
  const { findings, verified } = await verifyVersions({
    storage,
    wanted: [{ dataset: "test" }],
    signal,
    onProgress: () => {},
  });
  assert.deepEqual([findings, verified.versions], [[], 3]);
});

Deno.test("replayVersion() refuses versions of which an image was erased, and those made while it was there", async () => {
  const storage = await erased();
  const said: (readonly string[])[] = [];
  for (const number of [1, 2, 3]) {
    said.push(await replay(storage, number).then(() => assert.fail(`v${number} was replayed`), problemsOf));
  }
  assert.deepEqual(said, [
    ["records of it were erased since"],
    ["records of it were erased since"],
    ["records of the version before it were erased since, and it was made with them"],
  ]);
});
