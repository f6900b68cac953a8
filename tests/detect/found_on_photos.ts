// What the decoders find on a file, from card to detections, with a plain session in between.
import sharp from "sharp";
import type { Size } from "../../runtime/contract/image.ts";
import { candidatesOf } from "../../runtime/detect/candidates.ts";
import { type Card, parseCard } from "../../runtime/detect/card.ts";
import { readGraph } from "../../runtime/detect/graph.ts";
import { decodeOutputs } from "../../runtime/detect/layouts/layouts.ts";
import type { ModelSpec } from "../../runtime/detect/model_spec.ts";
import { type Placement, placementOf } from "../../runtime/detect/placement.ts";
import { settleModel } from "../../runtime/detect/settle_model.ts";
import { siftCandidates } from "../../runtime/detect/sift.ts";
import { feedsOf, fillTensor } from "../../runtime/detect/tensor.ts";
import { assetPath } from "../assets.ts";
import type { openModel } from "./ort.ts";
import type { Thing } from "./reference.ts";

/** The built-in card of this name. */
export async function cardNamed(name: string): Promise<Card> {
  const file = new URL(`../../runtime/detect/models/${name}.yaml`, import.meta.url);
  return parseCard(await Deno.readTextFile(file), `${name}.yaml`);
}

/** The spec of a model among the assets, with its card or by guessing. */
export async function specOfAsset(path: string, card?: Card): Promise<ModelSpec> {
  const graph = readGraph(await Deno.readFile(assetPath(path)), path);
  const answer = settleModel({ name: path, graph, card, request: {} });
  if (answer.kind !== "settled") throw new TypeError(`Cannot settle "${path}": ${answer.why}`);
  return answer.spec;
}

/** Detections as the spec has them by default, best first. */
export async function thingsOn(
  model: Awaited<ReturnType<typeof openModel>>,
  spec: ModelSpec,
  file: string,
): Promise<readonly Thing[]> {
  const { width = 0, height = 0 } = await sharp(Deno.readFileSync(file)).metadata();
  const image: Size = { width, height };
  const placement = placementOf(image, spec);
  const input = fillTensor(await rasterOf(file, placement, spec), placement, spec);
  const outputs = await model.run(feedsOf(spec, input));
  const candidates = candidatesOf(decodeOutputs(outputs, spec, 0.05), placement, image);
  const options = { ...spec.defaults, perClass: true, most: 300 };
  return siftCandidates(candidates, spec.labels, image, options).map(({ label, score = 0, box: [x, y, w, h] }) => {
    return { name: label, score, box: [x, y, x + w, y + h] };
  });
}

async function rasterOf(file: string, { width, height }: Placement, { preprocess: { filter } }: ModelSpec) {
  const resized = sharp(Deno.readFileSync(file), { ignoreIcc: true }).resize(width, height, {
    fit: "fill",
    kernel: filter === "lanczos" ? "lanczos3" : filter,
  });
  const data = await resized.toColourspace("srgb").removeAlpha().raw().toBuffer();
  return { width, height, channels: 3 as const, data };
}
