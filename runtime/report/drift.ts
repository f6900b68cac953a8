// How a version differs from the one before it, as statistics with names and in plain words. Pure.
import type { RecordDiff } from "../contract/diff.ts";
import type { DriftStatistics } from "./drift_survey.ts";
import { quantileOf, type Sketch } from "./sketch.ts";
import { compareCounts, type Compared, compareSketches, type CountsByName } from "./two_samples.ts";

/** `within chance`: far apart, but two samples of the same images may well be. */
export type DriftVerdict = "steady" | "within chance" | "changed" | "changed much" | "only now" | "only before";

export type DriftRow = {
  readonly of: string;
  readonly kind: "names" | "measure";
  /** Absent where one of the versions has nothing to compare. */
  readonly compared?: Compared;
  /** In words; empty where there is nothing. */
  readonly before: string;
  readonly after: string;
  /** Names that only one of the versions has. */
  readonly came: readonly string[];
  readonly went: readonly string[];
  readonly verdict: DriftVerdict;
};

/** One version in the trend. */
export type TrendPoint = {
  /** Counted along the parents, the first being 1. */
  readonly nth: number;
  /** What is drawn, by name. */
  readonly values: { readonly [name: string]: number };
};

export type Drift = {
  readonly dataset: string;
  readonly statistics: DriftStatistics;
  /** Oldest first, this version last. */
  readonly trend: readonly TrendPoint[];
  /** Absent for a first version. */
  readonly since?: {
    readonly records: RecordDiff & { readonly unchanged: number };
    readonly rows: readonly DriftRow[];
  };
};

/** A distance below the first is steady, one from the second on is much. */
export const driftBounds = [0.1, 0.2] as const;
/** Differences that chance alone makes more often than this say nothing. */
export const chance = 0.01;

export const statisticNames = {
  names: "Jensen–Shannon distance",
  measure: "Kolmogorov–Smirnov statistic",
} as const;
export const testNames = { names: "chi-square test", measure: "Kolmogorov–Smirnov test" } as const;

export function driftRows(before: DriftStatistics, after: DriftStatistics): readonly DriftRow[] {
  const names = namesOf(before.names, after.names).map((of) => nameRow(of, before.names[of], after.names[of]));
  const measures = namesOf(before.measures, after.measures).map((of) =>
    measureRow(of, before.measures[of], after.measures[of])
  );
  return [...names, ...measures].sort((left, right) => weights[left.verdict] - weights[right.verdict]);
}

/** What matters most comes first. */
const weights: { readonly [verdict in DriftVerdict]: number } = {
  "changed much": 0,
  "changed": 1,
  "only now": 2,
  "only before": 2,
  "within chance": 3,
  "steady": 4,
};

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function nameRow(of: string, before: CountsByName | undefined, after: CountsByName | undefined): DriftRow {
  const words = { before: before === undefined ? "" : sharesText(before), after: after ? sharesText(after) : "" };
  const row = { of, kind: "names", ...words, came: [], went: [] } as const;
  if (before === undefined || after === undefined) return { ...row, verdict: before ? "only before" : "only now" };
  const compared = rounded(compareCounts(before, after));
  const only = (some: CountsByName, others: CountsByName) =>
    Object.keys(some).filter((name) => !(name in others)).sort();
  return { ...row, compared, came: only(after, before), went: only(before, after), verdict: verdictOf(compared) };
}

function measureRow(of: string, before: Sketch | undefined, after: Sketch | undefined): DriftRow {
  const words = { before: before === undefined ? "" : spreadText(before), after: after ? spreadText(after) : "" };
  const row = { of, kind: "measure", ...words, came: [], went: [] } as const;
  if (before === undefined || after === undefined) return { ...row, verdict: before ? "only before" : "only now" };
  const compared = rounded(compareSketches(before, after));
  return { ...row, compared, verdict: verdictOf(compared) };
}

function rounded({ distance, p }: Compared): Compared {
  return { distance: Number(distance.toFixed(4)), p: Number(p.toPrecision(3)) };
}

function verdictOf({ distance, p }: Compared): DriftVerdict {
  const [some, much] = driftBounds;
  if (distance < some) return "steady";
  if (p >= chance) return "within chance";
  return distance < much ? "changed" : "changed much";
}

/** Names that are listed of a distribution. */
const mostListed = 4;

function sharesText(counts: CountsByName): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const sorted = Object.entries(counts).sort(([one, left], [two, right]) => right - left || (one < two ? -1 : 1));
  const listed = sorted.slice(0, mostListed).map(([name, count]) => `${name} ${percent(count / total)}`);
  return [...listed, ...(sorted.length > mostListed ? [`${sorted.length - mostListed} more`] : [])].join(", ");
}

/** `88 %`, `0.6 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)}\u202f%`;
}

function spreadText(sketch: Sketch): string {
  return `mean ${short(sketch.mean)}, median ${short(quantileOf(sketch, 0.5))}`;
}

/** A number with three digits that count. */
export function short(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

export function trendPoint(nth: number, statistics: DriftStatistics, rows: readonly DriftRow[]): TrendPoint {
  const { counts, searched, negatives, measures } = statistics;
  const shares = counts.records === 0 ? {} : { "share of records kept": counts.kept / counts.records };
  const none = searched === 0 ? {} : { "share of images without boxes": negatives / searched };
  const means = Object.entries(measures).filter(([, { count }]) => count > 0).map(([of, { mean }]) => (
    [`mean ${of}`, mean] as const
  ));
  const distances = rows.flatMap(({ compared }) => compared === undefined ? [] : [compared.distance]);
  const largest = distances.length === 0 ? {} : { "largest distance": Math.max(...distances) };
  const values = { images: counts.items, ...largest, ...shares, ...none, ...Object.fromEntries(means) };
  return { nth, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tidy(value)])) };
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

/** What changed, in a sentence without a period. */
export function driftSentence({ since }: Drift): string {
  if (since === undefined) return "This is the first version with this export: there is nothing to compare it with";
  const changed = since.rows.filter(({ verdict }) => verdict === "changed" || verdict === "changed much");
  const compared = since.rows.filter(({ compared }) => compared !== undefined).length;
  if (changed.length === 0) return `Nothing changed beyond chance: ${compared} distributions were compared`;
  const names = changed.map(({ of, verdict }) => verdict === "changed much" ? `${of} (much)` : of).join(", ");
  return `${changed.length} of ${compared} distributions changed: ${names}`;
}

/** How to read the table, in sentences. */
export const driftNotes: readonly string[] = [
  `Names are compared by the Jensen–Shannon distance (base 2) of their shares, measures by the Kolmogorov–Smirnov ` +
  `statistic: both go from 0, the same, to 1, nothing in common.`,
  `Below ${driftBounds[0]} is steady, from ${driftBounds[0]} on changed, from ${driftBounds[1]} on changed much.`,
  `p is the probability that chance alone makes such a difference, by the chi-square test of homogeneity and by the ` +
  `Kolmogorov–Smirnov test; where it is ${chance} or more, a difference counts as within chance.`,
  `Boxes of one image, and images that both versions have, are not independent of each other, so p is a guide, no proof.`,
  `Measures are kept with three significant digits.`,
];
