// What exports read from an item: its split, its boxes, its edits in words. Pure.
import type { Box, Detection } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Edit, Encoding, Image, Size } from "../contract/image.ts";
import { idOf, type Item } from "../contract/item.ts";
import type { Json } from "../contract/json.ts";
import type { Threat } from "../contract/threat.ts";
import { sizeOf } from "../image/edits.ts";

/** File extensions of published pictures, without a dot. */
export const pictureExtensions: { readonly [format in Encoding["format"]]: string } = {
  jpeg: "jpg",
  png: "png",
  webp: "webp",
};

/** Fact `split`, when there is one. */
export function splitOf({ facts }: Item): string | undefined {
  return typeof facts["split"] === "string" && facts["split"] !== "" ? facts["split"] : undefined;
}

/** Fact `detections`, clipped to the image as edited and rounded to hundredths of a pixel; boxes with nothing left in it
 *  are left out. Throws `InputError` when the fact is no list of `{ label, score?, box: [x, y, width, height] }`. */
export function detectionsOf(item: Item): readonly Detection[] {
  const fact = item.facts["detections"];
  if (fact === undefined || fact === null) return [];
  if (!Array.isArray(fact)) throw malformed(item, "the fact is no list");
  const size = sizeOf(item.image);
  return fact.flatMap((entry, index) => clipped(parsedDetection(item, index, entry), size));
}

/** True when something has looked for objects in the image, whether it found any or none. */
export function isSearched({ facts }: Item): boolean {
  return facts["detections"] !== undefined && facts["detections"] !== null;
}

/** Fact `threats`; none where the step `threat` did not look. Throws `InputError` when the fact is something else. */
export function threatsOf(item: Item): readonly Threat[] {
  const fact = item.facts["threats"];
  if (fact === undefined || fact === null) return [];
  if (!Array.isArray(fact) || !fact.every(isThreat)) {
    throw new InputError(`Cannot read the threats of "${idOf(item)}": the fact is no list of what \`threat\` gives`);
  }
  return fact;
}

function isThreat(entry: unknown): entry is Threat {
  if (typeof entry !== "object" || entry === null || !("rule" in entry) || !("labels" in entry)) return false;
  return typeof entry.rule === "string" && typeof entry.labels === "object" && entry.labels !== null &&
    "users" in entry && Array.isArray(entry.users) && "score" in entry && typeof entry.score === "number" &&
    "frames" in entry && typeof entry.frames === "number" && "of" in entry && typeof entry.of === "number";
}

function parsedDetection(item: Item, index: number, entry: Json): Detection {
  if (typeof entry !== "object" || entry === null || !("label" in entry)) {
    throw malformed(item, `entry ${index + 1} has no label`);
  }
  const { label, score, box, regions } = entry;
  if (typeof label !== "string" || label === "") throw malformed(item, `entry ${index + 1} has no label`);
  const inside = Array.isArray(regions) ? regions.filter((name) => typeof name === "string") : undefined;
  return {
    label,
    ...(typeof score === "number" ? { score } : {}),
    box: parsedBox(item, index, box),
    ...(inside === undefined ? {} : { regions: inside }),
  };
}

function parsedBox(item: Item, index: number, box: Json | undefined): Box {
  const numbers = Array.isArray(box) ? box.filter((value) => typeof value === "number" && Number.isFinite(value)) : [];
  const [x, y, width, height] = numbers.map(Number);
  const isBox = Array.isArray(box) && box.length === 4;
  if (isBox && x !== undefined && y !== undefined && width !== undefined && height !== undefined) {
    return [x, y, width, height];
  }
  throw malformed(item, `the box of entry ${index + 1} has no four numbers`);
}

function malformed(item: Item, what: string): InputError {
  return new InputError(`Cannot read the detections of "${idOf(item)}": ${what}`);
}

function clipped(detection: Detection, size: Size): Detection[] {
  const [x, y, width, height] = detection.box;
  const left = hundredths(Math.min(Math.max(x, 0), size.width));
  const top = hundredths(Math.min(Math.max(y, 0), size.height));
  const across = hundredths(hundredths(Math.min(Math.max(x + width, 0), size.width)) - left);
  const down = hundredths(hundredths(Math.min(Math.max(y + height, 0), size.height)) - top);
  return across > 0 && down > 0 ? [{ ...detection, box: [left, top, across, down] }] : [];
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The edits of a picture in order, such as `orient 6; resize 480x270; crop 80x80+12+34`. */
export function editsText(image: Image): string {
  return image.edits.map(editText).join("; ");
}

function editText(edit: Edit): string {
  switch (edit.op) {
    case "orient":
      return `orient ${edit.value}`;
    case "resize":
      return `resize ${edit.width}x${edit.height}`;
    case "crop":
      return `crop ${edit.width}x${edit.height}+${edit.x}+${edit.y}`;
    case "flip":
      return `flip ${edit.axis}`;
    case "pad":
      return `pad ${edit.left}+${edit.top}+${edit.right}+${edit.bottom} rgb ${edit.color.join(" ")}`;
    case "grayscale":
      return "grayscale";
  }
}
