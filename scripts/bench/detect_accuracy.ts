// Prints how good the models are on the shared photographs, through the whole product and by the plain reference.
//   deno run -q -P=test --no-prompt scripts/bench/detect_accuracy.ts
import { basename } from "node:path";
import { assetPath } from "../../tests/assets.ts";
import { precisionOf, recallOf, type Tally, tally } from "../../tests/detect/metrics.ts";
import { openModel } from "../../tests/detect/ort.ts";
import {
  cocoPhotos,
  type Photo,
  type ReferenceModel,
  referenceModels,
  referenceThings,
  type Thing,
} from "../../tests/detect/reference.ts";
import { type Looked, lookedByProduct } from "../../tests/system/found_by_product.ts";
import { inFolder } from "../../tests/temp_folder.ts";

type Coco = Awaited<ReturnType<typeof cocoPhotos>>;

const coco = await cocoPhotos();
console.log("| model | min_score | precision | recall | right | wrong | of the reference |");
console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const [name, reference] of Object.entries(referenceModels)) {
  const things = await foundBy({ model: name });
  printRow(name, reference.minScore, tallyOf(coco, things), await referenceTally(reference, coco));
}
const variant = { min_score: 0.3, iou: 0.45, class_names: coco.names };
for (const name of ["yolox_nano_as_yolov8_1x84xN", "yolox_nano_as_tf_ssd_nms"]) {
  const things = await foundBy({ model: assetPath(`models/${name}.onnx`), ...variant });
  printRow(name, variant.min_score, tallyOf(coco, things));
}
console.log(facesLine(coco, await foundBy({ model: "ultraface-320" })));

async function foundBy(detect: Readonly<Record<string, unknown>>): Promise<Looked["things"]> {
  return await inFolder(async (folder) => (await lookedByProduct({ folder, detect })).things);
}

function tallyOf({ photos }: Coco, things: Looked["things"]): Tally {
  return summed(photos, (file) => things.get(basename(file)) ?? []);
}

async function referenceTally(reference: ReferenceModel, { photos, names }: Coco): Promise<Tally> {
  const model = await openModel(assetPath(reference.file));
  const found = new Map<string, readonly Thing[]>();
  for (const { file } of photos) {
    found.set(file, await referenceThings(reference, file, names, model.run, "fast linear"));
  }
  await model.close();
  return summed(photos, (file) => found.get(file) ?? []);
}

function summed(photos: readonly Photo[], thingsOn: (file: string) => readonly Thing[]): Tally {
  const none: Tally = { right: 0, wrong: 0, there: 0 };
  return photos.reduce((sum, { file, truth }) => tally(sum, thingsOn(file), truth), none);
}

function printRow(name: string, minScore: number, ours: Tally, reference?: Tally): void {
  const rates = (sum: Tally) => [precisionOf(sum).toFixed(3), recallOf(sum).toFixed(3)];
  const theirs = reference === undefined ? "" : rates(reference).join(", ");
  console.log(`| ${[name, minScore, ...rates(ours), ours.right, ours.wrong, theirs].join(" | ")} |`);
}

/** No faces are marked in these photographs: what lies on a person is taken for right. */
function facesLine({ photos }: Coco, things: Looked["things"]): string {
  let [faces, onPeople, people] = [0, 0, 0];
  for (const { file, truth } of photos) {
    const persons = truth.filter(({ name }) => name === "person");
    people += persons.length;
    for (const { box: [left = 0, top = 0, right = 0, bottom = 0] } of things.get(basename(file)) ?? []) {
      faces++;
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      if (persons.some(({ box: [a = 0, b = 0, c = 0, d = 0] }) => x > a && x < c && y > b && y < d)) onPeople++;
    }
  }
  return `ultraface-320: ${faces} faces, of which ${onPeople} lie on one of ${people} people`;
}
