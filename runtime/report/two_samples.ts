// Statistics that compare two samples by their counts. Pure; checked against R.
import type { Sketch } from "./sketch.ts";

/** Counts by name. */
export type CountsByName = { readonly [name: string]: number };

/** A distance from 0 (the same) to 1 (nothing in common), and the probability that two samples of one population are at
 *  least so far apart. */
export type Compared = { readonly distance: number; readonly p: number };

/** The Jensen–Shannon distance (base 2) of two distributions over names, and p of the chi-square test of homogeneity. */
export function compareCounts(before: CountsByName, after: CountsByName): Compared {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const pairs = names.map((name) => [before[name] ?? 0, after[name] ?? 0] as const);
  return { distance: jensenShannon(pairs), p: chiSquareP(pairs) };
}

type Pairs = readonly (readonly [number, number])[];

function totalsOf(pairs: Pairs): readonly [number, number] {
  return [pairs.reduce((sum, [left]) => sum + left, 0), pairs.reduce((sum, [, right]) => sum + right, 0)];
}

/** The square root of the divergence. 1 where only one side has anything. */
function jensenShannon(pairs: Pairs): number {
  const [left, right] = totalsOf(pairs);
  if (left === 0 || right === 0) return left === right ? 0 : 1;
  let sum = 0;
  for (const [some, others] of pairs) {
    const [p, q] = [some / left, others / right];
    const middle = (p + q) / 2;
    if (p > 0) sum += (p / 2) * Math.log2(p / middle);
    if (q > 0) sum += (q / 2) * Math.log2(q / middle);
  }
  return Math.sqrt(Math.min(1, Math.max(0, sum)));
}

/** Expected counts below this make the test unreliable: the rarest names are taken together until they reach it. */
const leastExpected = 5;

function chiSquareP(given: Pairs): number {
  const [left, right] = totalsOf(given);
  if (left === 0 || right === 0) return left === right ? 1 : 0;
  const share = Math.min(left, right) / (left + right);
  const pairs: (readonly [number, number])[] = [];
  let rest: readonly [number, number] = [0, 0];
  for (const [some, others] of given.toSorted((one, two) => one[0] + one[1] - two[0] - two[1])) {
    const pooled: readonly [number, number] = [rest[0] + some, rest[1] + others];
    const isEnough = (pooled[0] + pooled[1]) * share >= leastExpected;
    if (isEnough) pairs.push(pooled);
    rest = isEnough ? [0, 0] : pooled;
  }
  const last = pairs.pop();
  if (last === undefined) return 1;
  pairs.push([last[0] + rest[0], last[1] + rest[1]]);
  let statistic = 0;
  for (const [some, others] of pairs) {
    const expected = (some + others) / (left + right);
    statistic += (some - left * expected) ** 2 / (left * expected);
    statistic += (others - right * expected) ** 2 / (right * expected);
  }
  return pairs.length < 2 ? 1 : upperGamma((pairs.length - 1) / 2, statistic / 2);
}

/** The Kolmogorov–Smirnov statistic: the largest difference of the shares that lie at or below a value; p by the
 *  asymptotic distribution. Ties make p too large rather than too small. */
export function compareSketches(before: Sketch, after: Sketch): Compared {
  const [left, right] = [before.count, after.count];
  if (left === 0 || right === 0) return left === right ? { distance: 0, p: 1 } : { distance: 1, p: 0 };
  const [lefts, rights] = [new Map(before.bins), new Map(after.bins)];
  const values = [...new Set([...lefts.keys(), ...rights.keys()])].sort((one, two) => one - two);
  let distance = 0;
  let [below, above] = [0, 0];
  for (const value of values) {
    below += lefts.get(value) ?? 0;
    above += rights.get(value) ?? 0;
    distance = Math.max(distance, Math.abs(below / left - above / right));
  }
  return { distance, p: kolmogorovP(distance * Math.sqrt(left * right / (left + right))) };
}

function kolmogorovP(size: number): number {
  if (size < 0.2) return 1;
  let sum = 0;
  for (let term = 1; term <= 100; term++) sum += (term % 2 === 1 ? 2 : -2) * Math.exp(-2 * (term * size) ** 2);
  return Math.min(1, Math.max(0, sum));
}

/** The regularized upper incomplete gamma function: by its series where that converges fast, else by its fraction. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? 1 - front * lowerSeries(a, x) : front * upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 10_000 && term > sum * 1e-15; n++) sum += term *= x / (a + n);
  return sum;
}

/** Lentz's method. */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let result = d;
  for (let n = 1; n < 10_000; n++) {
    const factor = n * (a - n);
    b += 2;
    d = 1 / (Math.abs(factor * d + b) < tiny ? tiny : factor * d + b);
    c = Math.abs(b + factor / c) < tiny ? tiny : b + factor / c;
    const step = c * d;
    result *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return result;
}

/** Lanczos' approximation. */
function logGamma(x: number): number {
  const parts = [
    676.5203681218851,
    -1259.1392167224028,
    771.32342877765313,
    -176.61502916214059,
    12.507343278686905,
    -0.13857109526572012,
    9.9843695780195716e-6,
    1.5056327351493116e-7,
  ];
  const z = x - 1;
  const sum = parts.reduce((total, part, index) => total + part / (z + index + 1), 0.99999999999980993);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
