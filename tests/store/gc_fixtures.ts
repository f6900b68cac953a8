// Datasets for tests of cleaning: pictures, files, notes, several versions.
import { type ExportDefinition, z } from "../../runtime/plugin.ts";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import { collectGarbage, type GcOptions } from "../../runtime/store/gc.ts";
import type { DatasetStorage } from "../../runtime/store/open.ts";
import { createBench } from "../engine/bench.ts";
import { itemStep } from "../engine/fixtures.ts";

export const hour = 3_600_000;

/** Writes each picture, a list of all, and notes. */
export const pictures: ExportDefinition = {
  kind: "export",
  name: "pictures",
  version: 1,
  summary: "Pictures of a test",
  options: z.looseObject({}),
  history: true,
  open: (_, host) => ({
    pictures: { format: "png", quality: 90 },
    async write(dataset, tree) {
      const keys: string[] = [];
      for await (const item of dataset.scan()) {
        await tree.picture(`images/${item.key}.png`, item);
        keys.push(item.key);
      }
      await tree.text("list.txt", keys.join("\n"));
      await host.note(keys);
    },
  }),
};

/** A file beside the version, which names no item. */
export const beside: ExportDefinition = {
  kind: "export",
  name: "beside",
  version: 1,
  summary: "Times of a test",
  options: z.looseObject({}),
  beside: true,
  open: () => ({ write: (dataset, tree) => tree.text("run.txt", `A run of ${dataset.counts.items} items`) }),
};

export function filesNamed(names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [name, `bytes of ${name}`]));
}

export function pictureBench(storage: DatasetStorage, names: readonly string[], concurrency = 4) {
  const steps = [itemStep({ name: "one", costly: true }), itemStep({ name: "two" })];
  return createBench({ files: filesNamed(names), steps, exports: [pictures, beside], storage, concurrency });
}

/** So many names, cut into several shards when there are many. */
export function names(count: number, letter = "f"): string[] {
  return Array.from({ length: count }, (_, at) => `${letter}${String(at).padStart(4, "0")}`);
}

/** Cleans as if it were so many hours later. */
export function clean(storage: DatasetStorage, hours: number, options: Partial<GcOptions> = {}) {
  return collectGarbage(storage, {
    keeping: {},
    graceMs: 24 * hour,
    dryRun: false,
    now: () => Date.now() + hours * hour,
    ...options,
  });
}

/** A store whose process dies after so many writes and removals; half of what is to be removed is gone then. */
export function dyingAfter(store: ObjectStore, effects: number): ObjectStore {
  let left = effects;
  const die = () => Promise.reject(new Error("killed"));
  return {
    ...store,
    put: (key, body, options) => left-- > 0 ? store.put(key, body, options) : die(),
    async remove(keys) {
      const some = keys.slice(0, Math.max(0, left));
      left -= keys.length;
      await store.remove(some);
      if (left < 0) await die();
    },
  };
}
