// Which boxes of an image came, went, moved or were named anew. Pure.
import type { BoxChange } from "../contract/diff.ts";
import type { Box, Detection } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import type { Facts } from "../contract/item.ts";
import { canonicalJson, type Json } from "../contract/json.ts";

/** Two boxes with less in common are not the same thing. */
const leastIou = 0.5;
/** Boxes that agree to this share have not moved. */
const stillIou = 0.999;

/** Detections of an item. Entries that are none are left out: what is shown of a version must not fail on it. */
export function boxesIn(facts: Facts): readonly Detection[] {
  const fact = facts["detections"];
  return Array.isArray(fact) ? fact.flatMap((entry) => isDetection(entry) ? [entry] : []) : [];
}

function isDetection(entry: Json): entry is Json & Detection {
  if (typeof entry !== "object" || entry === null || !("label" in entry) || !("box" in entry)) return false;
  const { label, box } = entry;
  return typeof label === "string" && Array.isArray(box) && box.length === 4 && box.every(Number.isFinite);
}

/** Pairs boxes that overlap by half or more, those of one label first, then the best overlaps. Where the image has
 *  another size now, boxes are compared as shares of it. */
export function boxChanges(
  before: readonly Detection[],
  after: readonly Detection[],
  sizes: { readonly before: Size; readonly after: Size },
): readonly BoxChange[] {
  const lefts = withoutEqual(before, after);
  const rights = withoutEqual(after, before);
  const pairs = candidatePairs(lefts, rights, scaleOf(sizes));
  const [pairedLeft, pairedRight] = [new Set<Detection>(), new Set<Detection>()];
  const changes: BoxChange[] = [];
  for (const { left, right, iou } of pairs) {
    if (pairedLeft.has(left) || pairedRight.has(right)) continue;
    pairedLeft.add(left);
    pairedRight.add(right);
    changes.push({ kind: kindOf(left, right, iou), before: left, after: right, iou: Math.round(iou * 1000) / 1000 });
  }
  return [
    ...changes,
    ...lefts.filter((box) => !pairedLeft.has(box)).map((box): BoxChange => ({ kind: "removed", before: box })),
    ...rights.filter((box) => !pairedRight.has(box)).map((box): BoxChange => ({ kind: "added", after: box })),
  ];
}

/** What is the same on both sides, as often as it is there, is out of the way at once. */
function withoutEqual(boxes: readonly Detection[], others: readonly Detection[]): readonly Detection[] {
  const there = new Map<string, number>();
  for (const other of others) there.set(textOf(other), (there.get(textOf(other)) ?? 0) + 1);
  return boxes.filter((box) => {
    const left = there.get(textOf(box)) ?? 0;
    if (left > 0) there.set(textOf(box), left - 1);
    return left === 0;
  });
}

function textOf(detection: Detection): string {
  return canonicalJson(detection);
}

function kindOf(left: Detection, right: Detection, iou: number): "moved" | "relabelled" | "rescored" {
  if (left.label !== right.label) return "relabelled";
  return iou >= stillIou ? "rescored" : "moved";
}

type Pair = { readonly left: Detection; readonly right: Detection; readonly iou: number };

function candidatePairs(lefts: readonly Detection[], rights: readonly Detection[], scale: readonly [number, number]) {
  const pairs: Pair[] = [];
  for (const left of lefts) {
    for (const right of rights) {
      const iou = iouOf(scaled(left.box, scale), right.box);
      if (iou >= leastIou) pairs.push({ left, right, iou });
    }
  }
  const isSame = ({ left, right }: Pair) => left.label === right.label ? 1 : 0;
  return pairs.sort((one, other) => isSame(other) - isSame(one) || other.iou - one.iou);
}

function scaleOf({ before, after }: { readonly before: Size; readonly after: Size }): readonly [number, number] {
  return [after.width / before.width, after.height / before.height];
}

function scaled([x, y, width, height]: Box, [across, down]: readonly [number, number]): Box {
  return [x * across, y * down, width * across, height * down];
}

/** The area that two boxes share, over the area that they cover together. */
export function iouOf([x, y, width, height]: Box, [left, top, across, down]: Box): number {
  const shared = Math.max(0, Math.min(x + width, left + across) - Math.max(x, left)) *
    Math.max(0, Math.min(y + height, top + down) - Math.max(y, top));
  const together = width * height + across * down - shared;
  return together > 0 ? shared / together : 0;
}
