import assert from "node:assert/strict";
import { labelColors } from "../../runtime/report/label_colors.ts";
import type { Report } from "../../runtime/report/report.ts";
import { boxSentence, knowledge, listedClasses, modelTables } from "../../runtime/report/report_models.ts";
import { createItemStatistics } from "../../runtime/report/statistics.ts";
import { stepWithModel } from "../plugins/models.ts";
import { type ItemSketch, memoryDataset, sketchedItem } from "../suites/memory_dataset.ts";

function reportOf(sketches: readonly ItemSketch[], steps: Report["provenance"]["steps"] = []): Report {
  const statistics = createItemStatistics();
  const items = sketches.map(sketchedItem);
  for (const item of items) statistics.add(item);
  const { name, counts, provenance } = memoryDataset({ items, provenance: { steps } });
  const shown = { outcomes: [], links: [], losses: [], notes: [], samples: [], colors: labelColors([]) };
  return { dataset: name, counts, provenance, statistics: statistics.result(), ...shown };
}

function sighting(key: string, ...labels: string[]): ItemSketch {
  return { key, facts: { detections: labels.map((label) => ({ label, box: [0, 0, 9, 9] })) } };
}

Deno.test("knowledge() names as many classes as fit on a line, one at least, and counts the others", () => {
  assert.equal(knowledge(["rider"]), "1 class: rider; it cannot see anything else");
  assert.equal(knowledge(["rider", "bike"]), "2 classes: rider, bike; it cannot see anything else");
  const many = knowledge(Array.from({ length: 80 }, (_, index) => `class number ${index}`));
  assert.match(many, /^80 classes: class number 0, .*, … \(7\d more\); it cannot see anything else$/);
  assert.match(knowledge(["x".repeat(500), "y"]), /… \(1 more\)/);
  assert.equal(knowledge([]), "its classes have no names");
});

Deno.test("modelTables() gives each model in the order of steps, without what its card does not say", () => {
  const plain = { id: "crop", uses: "crop", kind: "item", version: 1, options: {} } as const;
  const tables = modelTables(reportOf([], [stepWithModel(["a"]), plain, stepWithModel(["b"], { licence: "MIT" })]));
  assert.deepEqual(tables.map(({ head }) => head), [["model", "tiny"], ["model", "tiny"]]);
  assert.deepEqual(tables.map(({ rows }) => rows.some(([title]) => title === "licence")), [false, true]);
  assert.deepEqual(tables[0]?.rows.at(-1), ["digest of weights", "0123456789ab…"]);
});

Deno.test("listedClasses() adds up what has no room", () => {
  const labels = Array.from({ length: 25 }, (_, index) => `l${String(index).padStart(2, "0")}`);
  const listed = listedClasses(reportOf([sighting("a.jpg", ...labels)]));
  assert.equal(listed.length, 21);
  assert.deepEqual(listed.at(-1), { label: "others", boxes: 5, images: 0 });
});

Deno.test("boxSentence() says how many images show nothing, and nothing where nothing was looked for", () => {
  const report = reportOf([sighting("a.jpg", "rider"), sighting("b.jpg"), { key: "c.jpg" }]);
  assert.equal(
    boxSentence(report),
    "1 box in 1 image; 1 image without any (50\u202f%); mean 0.5 and median 0 an image",
  );
  assert.equal(boxSentence(reportOf([{ key: "a.jpg" }])), "");
});
