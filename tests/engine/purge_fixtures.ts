// An image to be erased: datasets that hold it, and what erases it.
import { purgeImage } from "../../runtime/engine/purge.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { names, pictureBench, pictures } from "../store/gc_fixtures.ts";
import { depsOf, pipelineOf, source } from "./bench.ts";

export const target = "f0003";
export const signal = AbortSignal.timeout(60_000);

/** Three versions: the target, with other bytes, and gone; the same bytes under another key as well. */
export async function withTarget(store: ObjectStore): Promise<DatasetStorage> {
  const storage = createStorage(store);
  const bench = pictureBench(storage, [...names(6), "copy"]);
  bench.files.set(target, "first secret");
  bench.files.set("copy", "first secret");
  await bench.run();
  bench.files.set(target, "second secret");
  await bench.run();
  bench.files.delete(target);
  bench.files.delete("copy");
  bench.files.set("later", "later");
  await bench.run();
  return storage;
}

export function purge(storage: DatasetStorage, key = target, onWait = () => {}) {
  const bench = pictureBench(storage, []);
  const options = { files: new Map(), steps: [], exports: [pictures] };
  return purgeImage(storage, {
    dataset: "test",
    key,
    signal,
    onWait,
    reason: "a wish",
    today: () => "2026-11-21T12:00:00Z",
    now: Date.now,
    exporting: (version) => {
      const pipeline = pipelineOf(options, source(bench, options), []);
      return Promise.resolve({ deps: depsOf(pipeline, storage, false, () => {}), version });
    },
  });
}
