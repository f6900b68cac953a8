import assert from "node:assert/strict";
import { basename } from "node:path";
import { assetTest } from "../assets.ts";
import { precisionOf, recallOf, type Tally, tally } from "../detect/metrics.ts";
import { cocoPhotos, overlap, type Thing } from "../detect/reference.ts";
import { inFolder } from "../temp_folder.ts";
import { type Looked, lookedByProduct } from "./found_by_product.ts";

type Things = Looked["things"];

async function tallyOf(things: Things): Promise<Tally> {
  const { photos } = await cocoPhotos();
  return photos.reduce<Tally>(
    (sum, { file, truth }) => tally(sum, things.get(basename(file)) ?? assert.fail(`${file} is missing`), truth),
    { right: 0, wrong: 0, there: 0 },
  );
}

/** How many items each stage computed. */
function computedBy({ summary: { stages } }: Looked): Readonly<Record<string, number>> {
  return Object.fromEntries(stages.map(({ id, computed }) => [id, computed]));
}

function assertSame(actual: Things, expected: Things): void {
  for (const [file, things] of expected) {
    const others = actual.get(file) ?? [];
    assert.equal(others.length, things.length, file);
    for (const { name, score, box } of things) {
      const isClose = (other: Thing) => other.name === name && overlap(other.box, box) > 0.95;
      const other = others.find(isClose) ?? assert.fail(`${file}: no ${name} at ${box}`);
      assert.ok(Math.abs(other.score - score) < 1e-3, `${file}: ${name} scores ${other.score}, not ${score}`);
      box.forEach((value, side) => assert.ok(Math.abs(value - (other.box[side] ?? NaN)) < 0.5, `${file}: ${name}`));
    }
  }
}

assetTest("`detect` finds in photographs what is there, and with another `min_score` runs no model", async () => {
  await inFolder(async (folder) => {
    const detect = { model: "yolox-nano", backend: "native" };
    const first = await lookedByProduct({ folder, detect });
    const sum = await tallyOf(first.things);
    // Measured .712 and .314; two boxes more or less are let pass.
    assert.ok(precisionOf(sum) >= 0.69 && recallOf(sum) >= 0.305, `${precisionOf(sum)} ${recallOf(sum)}`);
    assert.equal(computedBy(first)["detect raw"], 27);

    const surer = await lookedByProduct({ folder, detect: { ...detect, min_score: 0.5 } });
    assert.deepEqual([computedBy(surer)["detect raw"], computedBy(surer).detect], [0, 27]);
    const expected = [...first.things].map(([file, things]) =>
      [file, things.filter(({ score }) => score >= 0.5)] as const
    );
    assert.deepEqual(surer.things, new Map(expected));
  });
});

assetTest("`detect` finds the same natively and by WebAssembly", async () => {
  await inFolder(async (folder) => {
    const [native, wasm] = [
      await lookedByProduct({ folder, detect: { model: "yolox-nano", backend: "native" } }),
      await lookedByProduct({ folder, detect: { model: "yolox-nano", backend: "wasm" } }),
    ];
    assert.equal(computedBy(wasm)["detect raw"], 27, "another backend is another result");
    assertSame(wasm.things, native.things);
  });
});
