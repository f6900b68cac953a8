import assert from "node:assert/strict";
import type { ModelSpec } from "../../runtime/detect/model_spec.ts";
import { assetPath, assetTest } from "../assets.ts";
import { cardNamed, specOfAsset, thingsOn } from "./found_on_photos.ts";
import { precisionOf, recallOf, type Tally, tally } from "./metrics.ts";
import { openModel } from "./ort.ts";
import { cocoPhotos, overlap, referenceModels, referenceThings, type Thing } from "./reference.ts";

/** Measured .712/.314, .584/.307, .604/.297 on the 27 photographs; two boxes more or less are let pass. */
const least = { "yolox-nano": [0.69, 0.305], "nanodet-m": [0.57, 0.3], "deimv2-atto": [0.59, 0.29] } as const;

/** The same things in the same order, scores within 1e-3, corners within half a pixel. */
function assertSame(actual: readonly Thing[], expected: readonly Thing[], where: string): void {
  const shown = (things: readonly Thing[]) => things.map(({ name }) => name).sort();
  assert.deepEqual(shown(actual), shown(expected), where);
  for (const { name, score, box } of expected) {
    const same = actual.find((each) => each.name === name && overlap(each.box, box) > 0.95);
    assert(same !== undefined && Math.abs(same.score - score) < 1e-3, `${where}: ${name} ${score}`);
    box.forEach((value, side) => assert(Math.abs(value - (same.box[side] ?? NaN)) < 0.5, `${where}: ${name} ${box}`));
  }
}

for (const [name, reference] of Object.entries(referenceModels)) {
  assetTest(`decodeOutputs() and siftCandidates() find what a plain reference finds with ${name}`, async () => {
    const { photos, names } = await cocoPhotos();
    const spec = await specOfAsset(reference.file, await cardNamed(name));
    const model = await openModel(assetPath(reference.file));
    let sum: Tally = { right: 0, wrong: 0, there: 0 };
    for (const { file, truth } of photos) {
      const things = await thingsOn(model, spec, file);
      assertSame(things, await referenceThings(reference, file, names, model.run, "fast linear"), file);
      sum = tally(sum, things, truth);
    }
    await model.close();
    // The keys of `least` are those of `referenceModels`.
    const [precision, recall] = least[name as keyof typeof least];
    assert(precisionOf(sum) >= precision && recallOf(sum) >= recall, `${precisionOf(sum)} ${recallOf(sum)}`);
  });
}

/** What is found on all photographs against what is there; `naming` gives the names of labels. */
async function tallyOf(path: string, spec: ModelSpec, naming: (label: string) => string): Promise<Tally> {
  const { photos } = await cocoPhotos();
  const model = await openModel(assetPath(path));
  let sum: Tally = { right: 0, wrong: 0, there: 0 };
  for (const { file, truth } of photos) {
    const things = await thingsOn(model, spec, file);
    sum = tally(sum, things.map((thing) => ({ ...thing, name: naming(thing.name) })), truth);
  }
  await model.close();
  return sum;
}

assetTest("settleModel() guesses models so that they find what is there", async () => {
  const { names } = await cocoPhotos();
  for (const path of ["models/yolox_nano_as_yolov8_1x84xN.onnx", "models/yolox_nano_as_tf_ssd_nms.onnx"]) {
    const sum = await tallyOf(
      path,
      await specOfAsset(path),
      (label) => names[Number(label.slice("class ".length))] ?? label,
    );
    assert(precisionOf(sum) > 0.62 && recallOf(sum) > 0.3, `${path}: ${precisionOf(sum)} ${recallOf(sum)}`);
  }
});

assetTest("decodeOutputs() of ultraface finds faces where people are", async () => {
  const { photos } = await cocoPhotos();
  const path = "models/ultraface_version-RFB-320.onnx";
  const spec = await specOfAsset(path, await cardNamed("ultraface-320"));
  const model = await openModel(assetPath(path));
  let faces = 0;
  let onPeople = 0;
  for (const { file, truth } of photos) {
    for (const { box: [left = 0, top = 0, right = 0, bottom = 0] } of await thingsOn(model, spec, file)) {
      faces++;
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const isOn = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => x > a && x < c && y > b && y < d;
      if (truth.some(({ name, box }) => name === "person" && isOn(box))) onPeople++;
    }
  }
  await model.close();
  assert(faces >= 18 && faces - onPeople <= 2, `${onPeople} of ${faces} faces are on people`);
});
