// What a layout reads out of a model's outputs: boxes are gathered one by one, and only the best are kept. Pure.
import { ItemError } from "../contract/errors.ts";

/** `count` boxes; the arrays may be longer. `boxes` hold left, top, right, bottom of each, in pixels of the input. */
export type Found = {
  readonly count: number;
  readonly classes: Uint16Array;
  readonly scores: Float32Array;
  readonly boxes: Float32Array;
};

/** Boxes so far. `floor` rises when there are more than are kept: what scores less need not be gathered. */
export type Gathering = Found & { count: number; floor: number; readonly model: string };

/** Candidates that an image has at most; the best stay. */
export const mostCandidates = 3000;

/** Scores are kept in ten-thousandths: below this they are nothing. */
const least = 0.00005;

/** Of rounding in half precision. */
const slack = 0.01;

/** `model` is how messages call it. */
export function createGathering(model: string, floor: number): Gathering {
  const room = 2 * mostCandidates;
  return {
    model,
    floor: Math.max(floor, least),
    count: 0,
    classes: new Uint16Array(room),
    scores: new Float32Array(room),
    boxes: new Float32Array(4 * room),
  };
}

/** Adds a box when it scores enough. Throws `ItemError` `bad_output` when it is nonsense. */
export function gather(
  found: Gathering,
  index: number,
  score: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  if (score < found.floor) return;
  if (!(score <= 1 + slack)) throw badOutput(found.model, `a score is ${score}, which is not from 0 to 1`);
  if (!(index >= 0 && index <= 0xffff)) throw badOutput(found.model, `a class has the number ${index}`);
  if (!Number.isFinite(left + top + right + bottom)) throw badOutput(found.model, "a box has no finite corners");
  if (found.count === found.scores.length) keepBest(found);
  const at = found.count++;
  found.classes[at] = index;
  found.scores[at] = Math.min(score, 1);
  found.boxes[4 * at] = left;
  found.boxes[4 * at + 1] = top;
  found.boxes[4 * at + 2] = right;
  found.boxes[4 * at + 3] = bottom;
}

/** The outcome: no more than `mostCandidates`, in the order in which they were gathered. */
export function gathered(found: Gathering): Found {
  keepBest(found);
  return found;
}

export function badOutput(model: string, problem: string): ItemError {
  return new ItemError("bad_output", `Cannot use what the model "${model}" found: ${problem}`);
}

/** Of equal scores those that were gathered first stay, so that the outcome does not depend on when this is called. */
function keepBest(found: Gathering): void {
  if (found.count <= mostCandidates) return;
  const sorted = found.scores.slice(0, found.count).sort();
  const limit = sorted[found.count - mostCandidates] ?? 0;
  let equals = mostCandidates - (found.count - firstAbove(sorted, limit));
  let kept = 0;
  for (let at = 0; at < found.count; at++) {
    const score = found.scores[at] ?? 0;
    if (score < limit || (score === limit && equals-- <= 0)) continue;
    move(found, at, kept++);
  }
  found.count = kept;
  found.floor = nextAbove(limit);
}

function firstAbove(sorted: Float32Array, limit: number): number {
  const at = sorted.findIndex((score) => score > limit);
  return at < 0 ? sorted.length : at;
}

function move({ classes, scores, boxes }: Gathering, from: number, to: number): void {
  classes[to] = classes[from] ?? 0;
  scores[to] = scores[from] ?? 0;
  boxes.copyWithin(4 * to, 4 * from, 4 * from + 4);
}

/** The next number in single precision, for positive ones. */
function nextAbove(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setUint32(0, view.getUint32(0) + 1);
  return view.getFloat32(0);
}
