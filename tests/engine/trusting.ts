// A dataset of three versions to verify and to replay: a split with history, pictures, an export with notes.
import { type ExportDefinition, keep, many, type StepPlugin, withFacts, z } from "../../runtime/plugin.ts";
import type { DatasetStorage } from "../../runtime/store/open.ts";
import type { Version } from "../../runtime/contract/version.ts";
import { type Bench, createBench, fold } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

/** Puts every item on the side where it was before, and new ones on the side that the version is at. */
function sides(side: { now: string }): StepPlugin {
  return fold("sides", async function* (dataset, history) {
    const before = new Map<string, unknown>();
    if (history !== undefined) { for await (const item of history.scan()) before.set(item.key, item.facts.side); }
    for await (const item of dataset.scan()) {
      const known = before.get(item.key);
      yield keep(withFacts(item, { side: typeof known === "string" ? known : `${side.now}${before.size}` }));
    }
  });
}

/** Pictures, a list, and ids that stay what they were. */
export const gallery: ExportDefinition = {
  kind: "export",
  name: "gallery",
  version: 1,
  summary: "An export of a test",
  options: z.looseObject({}),
  history: true,
  open: (_, host) => ({
    pictures: { format: "jpeg", quality: 80 },
    async write(dataset, tree) {
      const ids: string[] = [];
      if (host.history !== undefined) { for await (const line of host.history.lines()) ids.push(line); }
      for await (const item of dataset.scan()) {
        await tree.picture(`images/${item.key}${item.child}.jpg`, item);
        const name = `${item.key}#${item.child} ${item.facts.side}`;
        if (!ids.includes(name)) ids.push(name);
      }
      await tree.text("ids.txt", ids.join("\n"));
      await host.note(ids);
    },
  }),
};

export const trustedSteps: readonly StepPlugin[] = [
  itemStep({
    name: "twice",
    each: (item) => many(["x", "y"].map((name) => ({ name, item: flipped(item, name) }))),
  }),
  sides({ now: "s" }),
];

/** What tells the pictures of two children apart. */
function flipped<T extends Parameters<typeof withFacts>[0]>(item: T, name: string) {
  const edits = [...item.image.edits, {
    op: "flip" as const,
    axis: name === "x" ? "horizontal" as const : "vertical" as const,
  }];
  const resize = { op: "resize" as const, width: item.key.length * 7 + item.key.charCodeAt(1), height: 20 };
  return { ...item, image: { ...item.image, edits: [...edits, resize] } };
}

export function createTrusted(storage: DatasetStorage, more: Partial<Parameters<typeof createBench>[0]> = {}): Bench {
  const files = new Map(["a1", "b2", "c3"].map((key) => [key, `bytes of ${key}`]));
  return createBench({ files, steps: trustedSteps, exports: [gallery], storage, ...more });
}

/** Three versions: a record more, then one that changed and one that is gone. */
export async function publishThree(bench: Bench): Promise<readonly Version[]> {
  await bench.run();
  bench.files.set("d4", "bytes of d4");
  await bench.run();
  bench.files.set("b2", "other bytes of b2");
  bench.files.delete("c3");
  await bench.run();
  const history = await Array.fromAsync(bench.storage.refs.history("test"));
  return await Promise.all(history.map(({ ref }) => bench.storage.versions.get("test", ref.version)));
}
