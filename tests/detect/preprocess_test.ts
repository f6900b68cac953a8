import assert from "node:assert/strict";
import type { Preprocess } from "../../runtime/contract/detection.ts";
import { assetPath, assetTest } from "../assets.ts";
import { cardNamed, specOfAsset, thingsOn } from "./found_on_photos.ts";
import { precisionOf, recallOf, type Tally, tally } from "./metrics.ts";
import { openModel } from "./ort.ts";
import { cocoPhotos } from "./reference.ts";

/** What is done otherwise than the card says, and the share of the card's figure that may be left of it at most. */
type Mistake = { readonly otherwise: Partial<Preprocess>; readonly most: number };

/** Each leaves a few hundredths less than it may. (What NanoDet loses without its mean, or with a letterbox, is too
 *  little to be told from chance on so few photographs.) */
const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  "yolox-nano": [
    { otherwise: { color: "rgb" }, most: 0.92 },
    { otherwise: { scale: 1 / 255 }, most: 0.1 },
    { otherwise: { mean: [123.675, 116.28, 103.53] }, most: 0.5 },
    { otherwise: { std: [58, 58, 58] }, most: 0.1 },
    { otherwise: { fit: "stretch" }, most: 0.995 },
    { otherwise: { anchor: "center" }, most: 0.995 },
    { otherwise: { pad: 255 }, most: 0.999 },
    { otherwise: { filter: "nearest" }, most: 0.97 },
  ],
  "nanodet-m": [
    { otherwise: { color: "rgb" }, most: 0.92 },
    { otherwise: { std: [1, 1, 1] }, most: 0.1 },
    { otherwise: { filter: "nearest" }, most: 0.995 },
  ],
  "deimv2-atto": [
    { otherwise: { color: "bgr" }, most: 0.92 },
    { otherwise: { scale: 1 }, most: 0.1 },
    { otherwise: { fit: "letterbox" }, most: 0.92 },
    { otherwise: { filter: "nearest" }, most: 0.9 },
    { otherwise: { filter: "lanczos" }, most: 0.96 },
  ],
};

const files = {
  "yolox-nano": "models/yolox_nano_416_coco80.onnx",
  "nanodet-m": "models/nanodet_m_416.onnx",
  "deimv2-atto": "models/deimv2_atto_coco.onnx",
};

for (const [name, file] of Object.entries(files)) {
  assetTest(
    `fillTensor() and placementOf() do what the card of ${name} says, and anything else finds less`,
    async (t) => {
      const { photos } = await cocoPhotos();
      const spec = await specOfAsset(file, await cardNamed(name));
      const model = await openModel(assetPath(file));
      const figure = async (otherwise: Partial<Preprocess>) => {
        let sum: Tally = { right: 0, wrong: 0, there: 0 };
        const changed = { ...spec, preprocess: { ...spec.preprocess, ...otherwise } };
        for (const photo of photos) sum = tally(sum, await thingsOn(model, changed, photo.file), photo.truth);
        const [precision, recall] = [precisionOf(sum) || 0, recallOf(sum)];
        return 2 * precision * recall / (precision + recall) || 0;
      };
      const asSaid = await figure({});
      for (const { otherwise, most } of mistakes[name] ?? []) {
        const what = JSON.stringify(otherwise);
        await t.step(what, async () => {
          const share = await figure(otherwise) / asSaid;
          assert.ok(share <= most, `${what} leaves ${share.toFixed(3)} of ${asSaid.toFixed(3)}`);
        });
      }
      await model.close();
    },
  );
}
