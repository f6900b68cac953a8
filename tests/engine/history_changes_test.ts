import assert from "node:assert/strict";
import type { RecordDiff } from "../../runtime/contract/diff.ts";
import { type ExportDefinition, z } from "../../runtime/plugin.ts";
import { createBench } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

Deno.test("history of an export tells how the records changed since the parent version", async () => {
  const told: (RecordDiff | undefined)[] = [];
  const telling: ExportDefinition = {
    kind: "export",
    name: "telling",
    version: 1,
    summary: "Tells what changed",
    options: z.looseObject({}),
    history: true,
    open: (_, host) => ({
      async write() {
        told.push(await host.history?.changes());
        await host.note(["noted"]);
      },
    }),
  };
  const files = new Map(Array.from({ length: 600 }, (_, index) => [`f${index}`, `b ${index}`]));
  const bench = createBench({ files, steps: [itemStep()], exports: [telling] });
  await bench.run();
  for (let index = 0; index < 5; index++) bench.files.delete(`f${index * 100}`);
  bench.files.set("f7", "other");
  bench.files.set("new 1", "1");
  bench.files.set("new 2", "2");
  await bench.run();
  assert.deepEqual(told, [undefined, { added: 2, changed: 1, removed: 5 }]);
});
