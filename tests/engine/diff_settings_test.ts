import assert from "node:assert/strict";
import type { BoundPlugin, ModelNote, Provenance } from "../../runtime/contract/version.ts";
import { settingChanges } from "../../runtime/engine/diff_settings.ts";

function plugin(id: string, options: BoundPlugin["options"] = {}, more: Partial<BoundPlugin> = {}): BoundPlugin {
  return { id, uses: id, kind: "item", version: 1, options, ...more };
}

const base: Provenance = {
  pipeline: "cats",
  params: { width: 480 },
  seed: 0,
  source: plugin("folder", { path: "in" }),
  steps: [plugin("resize", { width: 480 }), plugin("split", { train: 80 })],
  exports: [plugin("coco")],
  codec: "sharp 1",
  limits: { maxPixels: 10, maxBytes: 20 },
};

const model: ModelNote = { name: "a", digest: "1".repeat(64), labels: ["dog"], layout: "yolox", runtime: "native 1" };

/** Each setting that a version differs in, and what is said of it. */
const cases: readonly (readonly [Partial<Provenance>, string])[] = [
  [{}, ""],
  [{ pipeline: "dogs" }, "pipeline: cats -> dogs"],
  [{ params: { width: 640, height: 3 } }, "params: width 480 -> 640, height 3 is new"],
  [{ seed: 7 }, "seed: 0 -> 7"],
  [{ source: plugin("folder", { path: "out" }) }, "source folder: path in -> out"],
  [{ source: plugin("csv") }, "source folder: is gone; source csv: is new"],
  [{ steps: base.steps.toReversed() }, "steps: the order is split, resize now"],
  [{ steps: [plugin("resize", { width: 480 })] }, "step split: is gone"],
  [
    {
      steps: [plugin("resize", { width: 480, fit: { mode: "cover" } }), plugin("split", { train: 80 }, { version: 2 })],
    },
    'step resize: fit {"mode":"cover"} is new; step split: version 1 -> 2',
  ],
  [{ exports: [plugin("coco"), plugin("yolo")] }, "export yolo: is new"],
  [{ codec: "sharp 2" }, "codec: sharp 1 -> sharp 2"],
  [{ limits: { maxPixels: 11, maxBytes: 20 } }, "limits: maxPixels 10 -> 11"],
  [{ inputs: [{ dataset: "soccer", number: 3, version: "x" }] }, "input soccer: v3 is new"],
];

Deno.test("settingChanges() names each setting that differs, and how", () => {
  for (const [more, expected] of cases) {
    const changes = settingChanges(base, { ...base, ...more });
    assert.equal(changes.map(({ what, text }) => `${what}: ${text}`).join("; "), expected);
  }
});

Deno.test("settingChanges() tells other weights, labels and libraries of a model", () => {
  const made = (note: ModelNote) => ({ ...base, steps: [plugin("detect", {}, { model: note })] });
  const after = { ...model, digest: "2".repeat(64), labels: ["dog", "cat"], runtime: "native 2" };
  assert.deepEqual(settingChanges(made(model), made(after)), [{
    what: "step detect",
    text: 'weights 111111111111 -> 222222222222, runtime native 1 -> native 2, labels ["dog"] -> ["dog","cat"]',
  }]);
});
