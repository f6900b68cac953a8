// How the values of a measure are spread, small enough to keep with every version. Pure.

/** `bins` hold [value, count], in ascending order; values have three significant digits. Their number is bounded. */
export type Sketch = {
  readonly count: number;
  readonly mean: number;
  readonly bins: readonly (readonly [value: number, count: number])[];
};

export interface SketchSurvey {
  /** What is no finite number is left out. */
  add(value: number): void;
  result(): Sketch;
}

/** Beyond these, values count as the bound: nine decades with 900 bins each, on both sides of 0, are the most. */
const least = 1e-3;
const most = 1e6;

export function createSketch(): SketchSurvey {
  const counts = new Map<number, number>();
  let count = 0;
  let sum = 0;
  return {
    add(value) {
      if (!Number.isFinite(value)) return;
      const bin = binOf(value);
      counts.set(bin, (counts.get(bin) ?? 0) + 1);
      count++;
      sum += value;
    },
    result: () => ({
      count,
      mean: count === 0 ? 0 : Number((sum / count).toPrecision(6)),
      bins: [...counts].sort(([left], [right]) => left - right),
    }),
  };
}

function binOf(value: number): number {
  const size = Math.abs(value);
  if (size < least) return 0;
  return Number((Math.sign(value) * Math.min(size, most)).toPrecision(3));
}

/** The value below which, or at which, this share of them lies; 0 where there is none. */
export function quantileOf({ bins, count }: Sketch, share: number): number {
  let seen = 0;
  for (const [value, times] of bins) {
    seen += times;
    if (seen >= share * count) return value;
  }
  return 0;
}
