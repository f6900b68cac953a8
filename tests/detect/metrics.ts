// How good detections are: precision and recall against what people marked.
import { overlap, type Thing, type Truth } from "./reference.ts";

export type Tally = { right: number; wrong: number; there: number };

/** Adds one image. Best first, a thing is right when it shares half (IoU) with one of its name that no better one took. What
 *  lies in a crowd of its name counts neither way. */
export function tally(sum: Tally, things: readonly Thing[], truth: readonly Truth[]): Tally {
  const open = new Set(truth.filter(({ crowd }) => !crowd));
  const result = { ...sum, there: sum.there + open.size };
  for (const { name, box } of [...things].sort((left, right) => right.score - left.score)) {
    const [best] = [...open].filter((each) => each.name === name && overlap(each.box, box) >= 0.5)
      .sort((left, right) => overlap(right.box, box) - overlap(left.box, box));
    if (best !== undefined) {
      open.delete(best);
      result.right++;
    } else if (!truth.some((each) => each.crowd && each.name === name && within(box, each.box) >= 0.5)) result.wrong++;
  }
  return result;
}

/** Share of a box that lies within another. */
function within(
  [a = 0, b = 0, c = 0, d = 0]: readonly number[],
  [e = 0, f = 0, g = 0, h = 0]: readonly number[],
): number {
  const shared = Math.max(0, Math.min(c, g) - Math.max(a, e)) * Math.max(0, Math.min(d, h) - Math.max(b, f));
  return shared / ((c - a) * (d - b));
}

export function precisionOf({ right, wrong }: Tally): number {
  return right / (right + wrong);
}

export function recallOf({ right, there }: Tally): number {
  return right / there;
}
