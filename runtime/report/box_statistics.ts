// What the boxes of a dataset look like, in numbers small enough to draw: one pass, memory bounded. Pure.
import type { Detection } from "../contract/detection.ts";
import type { Distribution, NamedCount } from "./tally.ts";

export type ClassCount = {
  readonly label: string;
  readonly boxes: number;
  /** Images with at least one such box. */
  readonly images: number;
  /** Of the boxes that have a score, 0 to 1; absent where none has. */
  readonly meanScore?: number;
};

export type BoxStatistics = {
  /** Images in which objects were looked for. */
  readonly searched: number;
  /** Those of them without a box. */
  readonly negatives: number;
  readonly boxes: number;
  /** Boxes in an image, over all that were searched; 0 where none was. */
  readonly mean: number;
  /** So many boxes or fewer are in half of those images; exact below ten thousand. */
  readonly median: number;
  /** The most frequent first, equal counts by label. */
  readonly classes: readonly ClassCount[];
  /** Boxes of labels beyond the first thousand that were met. */
  readonly otherBoxes: number;
  /** Images by their number of boxes, in the order of that number. Like those below, empty without boxes. */
  readonly perImage: Distribution;
  /** Boxes by area, in the bands of COCO. */
  readonly areas: Distribution;
  /** Boxes by score, in tenths, the best first. */
  readonly scores: Distribution;
};

export interface BoxStatisticsSurvey {
  /** What was found in the next image in which something looked for objects. */
  add(detections: readonly Detection[]): void;
  result(): BoxStatistics;
}

const mostLabels = 1000;
const mostCounted = 10_000;
const countBands = [0, 1, 2, 3, 4, 5, 10, 20, 50, 100];
const areaBands = ["small, below 32 x 32", "medium, below 96 x 96", "large"];
const tenths = 10;

type ClassTally = { boxes: number; images: number; scored: number; scoreSum: number };

export function createBoxStatistics(): BoxStatisticsSurvey {
  const classes = new Map<string, ClassTally>();
  const perImage = new Array<number>(countBands.length).fill(0);
  const areas = new Array<number>(areaBands.length).fill(0);
  const scores = new Array<number>(tenths).fill(0);
  const sums = { searched: 0, negatives: 0, boxes: 0, otherBoxes: 0 };
  const inImages: number[] = [];
  return {
    add(detections) {
      sums.searched++;
      sums.boxes += detections.length;
      if (detections.length === 0) sums.negatives++;
      raise(perImage, countBands.findLastIndex((least) => detections.length >= least));
      raise(inImages, Math.min(detections.length, mostCounted));
      sums.otherBoxes += addToClasses(classes, detections);
      for (const { box, score } of detections) {
        raise(areas, areaBandOf(box[2] * box[3]));
        if (score !== undefined) raise(scores, Math.min(tenths - 1, Math.max(0, Math.floor(score * tenths))));
      }
    },
    result: () => ({
      ...sums,
      mean: sums.searched === 0 ? 0 : sums.boxes / sums.searched,
      median: medianOf(inImages, sums.searched),
      classes: [...classes].map(classCount).sort(byBoxes),
      perImage: sums.boxes === 0 ? none : withoutEnds(countBands.map(countBand), perImage),
      areas: sums.boxes === 0 ? none : { entries: named(areaBands, areas), other: 0 },
      scores: scores.every((count) => count === 0) ? none : withoutEnds(scoreBands(), scores.toReversed()),
    }),
  };
}

const none: Distribution = { entries: [], other: 0 };

function raise(counts: number[], place: number): void {
  counts[place] = (counts[place] ?? 0) + 1;
}

/** Of numbers that are given by how often each occurs. */
function medianOf(counts: readonly number[], total: number): number {
  let seen = 0;
  return Math.max(0, counts.findIndex((count = 0) => 2 * (seen += count) >= total));
}

function areaBandOf(area: number): number {
  if (area < 32 ** 2) return 0;
  return area < 96 ** 2 ? 1 : 2;
}

/** Gives the number of boxes for whose labels there is no room. */
function addToClasses(classes: Map<string, ClassTally>, detections: readonly Detection[]): number {
  const here = new Set<string>();
  let others = 0;
  for (const { label, score } of detections) {
    let tally = classes.get(label);
    if (tally === undefined) {
      if (classes.size >= mostLabels) {
        others++;
        continue;
      }
      classes.set(label, tally = { boxes: 0, images: 0, scored: 0, scoreSum: 0 });
    }
    tally.boxes++;
    if (!here.has(label)) tally.images++;
    here.add(label);
    if (score === undefined) continue;
    tally.scored++;
    tally.scoreSum += score;
  }
  return others;
}

function classCount([label, { boxes, images, scored, scoreSum }]: readonly [string, ClassTally]): ClassCount {
  return scored === 0 ? { label, boxes, images } : { label, boxes, images, meanScore: scoreSum / scored };
}

function byBoxes(left: ClassCount, right: ClassCount): number {
  return right.boxes - left.boxes || (left.label < right.label ? -1 : 1);
}

function countBand(least: number, index: number): string {
  const next = countBands[index + 1];
  if (next === undefined) return `${least} or more`;
  return next === least + 1 ? `${least}` : `${least} to ${next - 1}`;
}

function scoreBands(): string[] {
  return Array.from({ length: tenths }, (_, index) => {
    const from = tenths - 1 - index;
    return `${(from / tenths).toFixed(1)} to ${((from + 1) / tenths).toFixed(1)}`;
  });
}

function named(names: readonly string[], counts: readonly number[]): NamedCount[] {
  return names.map((name, index) => ({ name, count: counts[index] ?? 0 }));
}

/** Bands before the first and behind the last that holds something say nothing. */
function withoutEnds(names: readonly string[], counts: readonly number[]): Distribution {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return { entries: named(names, counts).slice(first, last + 1), other: 0 };
}
