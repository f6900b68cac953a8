// What cameras showed before, image after image by time, in flat memory: some bytes an image. Pure.

/** What is kept of each image: one score for each track. */
export type Track = {
  /** Images of one camera that are looked at together, at most. */
  readonly of: number;
  /** Seconds between two images after which they no longer belong together. */
  readonly gap: number;
};

export interface FrameHistory {
  /** Adds the next item. Scores, 0 to 1, one a track, are `undefined` where there is nothing. Items of one camera and
   *  one moment are one image, of which the best counts; one without either stands alone. */
  add(seen: { readonly camera?: string; readonly unix?: number }, scores: readonly (number | undefined)[]): void;
  /** To be called when all are in. What it gives tells the scores, with four decimals, of the images up to and with that
   *  of the item added as number `index`: oldest first, -1 where there is nothing. */
  settled(): (index: number, track: number) => readonly number[];
}

const none = -1;
const decimals = 1e4;

/** `count` items will be added. */
export function createFrameHistory(count: number, tracks: readonly Track[]): FrameHistory {
  const cameras = new Map<string, number>();
  const cameraOf = new Int32Array(count);
  const unixOf = new Float64Array(count);
  const scoresOf = tracks.map(() => new Int16Array(count).fill(none));
  let added = 0;
  return {
    add({ camera, unix }, scores) {
      const isAlone = camera === undefined || unix === undefined;
      if (!isAlone && !cameras.has(camera)) cameras.set(camera, cameras.size);
      cameraOf[added] = isAlone ? -1 - added : cameras.get(camera) ?? 0;
      unixOf[added] = unix ?? 0;
      for (const [track, score] of scores.entries()) {
        const kept = scoresOf[track];
        if (kept !== undefined && score !== undefined) kept[added] = Math.round(score * decimals);
      }
      added++;
    },
    settled() {
      const frames = framesOf(cameraOf, unixOf);
      const best = scoresOf.map((scores) => bestOf(scores, frames));
      return (index, track) => scoresBefore(frames, tracks[track], best[track], frames.ofItem[index] ?? 0);
    },
  };
}

/** Images in the order of cameras, then of time. */
type Frames = {
  /** Which image an item belongs to. */
  readonly ofItem: Uint32Array;
  readonly camera: Int32Array;
  readonly unix: Float64Array;
};

function framesOf(cameraOf: Int32Array, unixOf: Float64Array): Frames {
  const at = (values: Int32Array | Float64Array, index: number) => values[index] ?? 0;
  const order = Uint32Array.from(cameraOf.keys()).sort((left, right) =>
    at(cameraOf, left) - at(cameraOf, right) || at(unixOf, left) - at(unixOf, right)
  );
  const ofItem = new Uint32Array(order.length);
  const camera = new Int32Array(order.length);
  const unix = new Float64Array(order.length);
  let frame = -1;
  for (const item of order) {
    const isSame = frame >= 0 && camera[frame] === cameraOf[item] && unix[frame] === unixOf[item];
    if (!isSame) frame++;
    camera[frame] = at(cameraOf, item);
    unix[frame] = at(unixOf, item);
    ofItem[item] = frame;
  }
  return { ofItem, camera, unix };
}

function bestOf(scores: Int16Array, { ofItem }: Frames): Int16Array {
  const best = new Int16Array(scores.length).fill(none);
  for (const [item, frame] of ofItem.entries()) best[frame] = Math.max(best[frame] ?? none, scores[item] ?? none);
  return best;
}

function scoresBefore(
  { camera, unix }: Frames,
  track: Track | undefined,
  best: Int16Array | undefined,
  last: number,
): readonly number[] {
  const { of, gap } = track ?? { of: 1, gap: 0 };
  let first = last;
  while (
    last - first + 1 < of && first > 0 && camera[first - 1] === camera[last] &&
    (unix[first] ?? 0) - (unix[first - 1] ?? 0) <= gap
  ) first--;
  const scores = best?.subarray(first, last + 1) ?? [];
  return Array.from(scores, (score) => score === none ? none : score / decimals);
}
