// Prints how resampling changes what models find: deno run -q -P=test --no-prompt tests/detect/reference_table.ts
import { assetPath } from "../assets.ts";
import { precisionOf, recallOf, type Tally, tally } from "./metrics.ts";
import { openModel } from "./ort.ts";
import { cocoPhotos, referenceModels, referenceThings, resamplings } from "./reference.ts";

const { photos, names } = await cocoPhotos();
console.log("| model | resampling | precision | recall |\n| --- | --- | ---: | ---: |");
for (const [name, reference] of Object.entries(referenceModels)) {
  const model = await openModel(assetPath(reference.file));
  for (const resampling of resamplings) {
    let sum: Tally = { right: 0, wrong: 0, there: 0 };
    for (const { file, truth } of photos) {
      sum = tally(sum, await referenceThings(reference, file, names, model.run, resampling), truth);
    }
    console.log(`| ${name} | ${resampling} | ${precisionOf(sum).toFixed(3)} | ${recallOf(sum).toFixed(3)} |`);
  }
  await model.close();
}
