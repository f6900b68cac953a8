// From candidates to detections: what counts, and each thing once. Pure.
import type { Box, Candidates, Detection } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import { areaOf } from "../image/boxes.ts";
import { createSuppression } from "./suppress.ts";

/** A part of the image: corners in shares of its width and height, 0 to 1. */
export type Region = { readonly name: string; readonly polygon: readonly (readonly [number, number])[] };

export type SiftOptions = {
  readonly minScore: number;
  /** Of two boxes that share more than this, the better one stays. 1 suppresses nothing. */
  readonly iou: number;
  /** Boxes suppress only those of their own class. */
  readonly perClass: boolean;
  readonly most: number;
  /** Only these; all when absent. What is not kept suppresses nothing. */
  readonly keepLabels?: readonly string[];
  /** By label, in place of `minScore`. */
  readonly minScores?: Readonly<Record<string, number>>;
  /** In square pixels. */
  readonly minArea?: number;
  /** What stands in none of them is left out. */
  readonly regions?: readonly Region[];
  /** What of a box must lie in a region: the middle of its lower edge (default) or its own. */
  readonly regionPoint?: "foot" | "center";
};

/** Best first. `labels` of the model; classes beyond them are called `class 7`. `image`: the size that candidates are in. */
export function siftCandidates(
  candidates: Candidates,
  labels: readonly string[],
  image: Size,
  options: SiftOptions,
): Detection[] {
  const found: Detection[] = [];
  const wanted = options.keepLabels === undefined ? undefined : new Set(options.keepLabels);
  const stays = createSuppression(options.iou);
  for (let at = 0; at < candidates.classes.length && found.length < options.most; at++) {
    const label = labelOf(candidates.classes[at] ?? 0, labels);
    const score = (candidates.scores[at] ?? 0) / 10_000;
    if (wanted?.has(label) === false || score < leastScore(label, options)) continue;
    const box = boxAt(candidates, at);
    if (!stays(box, options.perClass ? label : "all") || areaOf(box) < (options.minArea ?? 0)) continue;
    const regions = options.regions?.filter(({ polygon }) => isInside(pointOf(box, image, options), polygon));
    if (regions === undefined) found.push({ label, score, box });
    else if (regions.length > 0) found.push({ label, score, box, regions: regions.map(({ name }) => name) });
  }
  return found;
}

/** What a class is called. */
export function labelOf(index: number, labels: readonly string[]): string {
  return labels[index] ?? `class ${index}`;
}

function leastScore(label: string, { minScore, minScores }: SiftOptions): number {
  return minScores !== undefined && Object.hasOwn(minScores, label) ? minScores[label] ?? minScore : minScore;
}

function boxAt({ boxes }: Candidates, at: number): Box {
  const [left = 0, top = 0, width = 0, height = 0] = boxes.slice(4 * at, 4 * at + 4);
  return [left / 100, top / 100, width / 100, height / 100];
}

/** In shares of the image. */
function pointOf(
  [left, top, width, height]: Box,
  image: Size,
  { regionPoint }: SiftOptions,
): readonly [number, number] {
  const down = regionPoint === "center" ? height / 2 : height;
  return [(left + width / 2) / image.width, (top + down) / image.height];
}

/** Counts the edges that a ray to the right crosses: inside when they are odd. */
function isInside([x, y]: readonly [number, number], polygon: Region["polygon"]): boolean {
  let inside = false;
  let [lastX, lastY] = polygon.at(-1) ?? [0, 0];
  for (const [nextX, nextY] of polygon) {
    if ((nextY > y) !== (lastY > y) && x < nextX + (lastX - nextX) * (y - nextY) / (lastY - nextY)) inside = !inside;
    [lastX, lastY] = [nextX, nextY];
  }
  return inside;
}
