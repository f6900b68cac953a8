import assert from "node:assert/strict";
import { classList, labelCounts, labelNotes, labelsOf, notedLabels } from "../../runtime/report/labels.ts";
import { stepWithModel } from "../plugins/models.ts";
import { memoryDataset } from "../suites/memory_dataset.ts";

Deno.test("labelsOf() gives the labels of all models in their order, each once", () => {
  const plain = { id: "crop", uses: "crop", kind: "item", version: 1, options: {} } as const;
  const steps = [plain, stepWithModel(["person", "ball"]), stepWithModel(["ball", "ape"])];
  const { provenance } = memoryDataset({ items: [], provenance: { steps } });
  assert.deepEqual(labelsOf(provenance), ["person", "ball", "ape"]);
  assert.deepEqual(labelsOf({ ...provenance, steps: [plain] }), []);
});

Deno.test("classList() keeps what was there, then takes declared ones, then others by name", () => {
  assert.deepEqual(classList(["z"], ["b", "a", "z"], new Set(["é", "d", "a", "😀", "constructor"])), [
    ...["z", "b", "a", "constructor", "d", "é", "😀"],
  ]);
});

Deno.test("labelNotes() are read back by notedLabels() whatever they hold", async () => {
  const labels = ["a", 'two\nlines "quoted"', "\u2028"];
  const lines = labelNotes(labels);
  assert.ok(lines.every((line) => !line.includes("\n")));
  const history = {
    async *lines() {
      yield* lines;
    },
    changes: () => Promise.resolve({ added: 0, changed: 0, removed: 0 }),
  };
  assert.deepEqual(await notedLabels({ history }), labels);
  assert.deepEqual(await notedLabels({}), []);
});

Deno.test("labelCounts() counts, the most frequent first", () => {
  const boxes = ["b", "a", "c", "c"].map((label) => ({ label, box: [0, 0, 1, 1] as const }));
  assert.deepEqual(labelCounts(boxes), [["c", 2], ["a", 1], ["b", 1]]);
});
