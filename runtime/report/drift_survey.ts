// What is remembered of a version so that the next can be compared with it: counts by name and sketches of measures.
import type { Item, LedgerLine } from "../contract/item.ts";
import type { Counts } from "../contract/version.ts";
import { sizeOf } from "../image/edits.ts";
import { detectionsOf, isSearched } from "./items.ts";
import { createSketch, type Sketch, type SketchSurvey } from "./sketch.ts";
import { outcomeOf } from "./statistics.ts";
import { createTally, type Tally } from "./tally.ts";
import type { CountsByName } from "./two_samples.ts";

/** Bounded in size, however large the version. */
export type DriftStatistics = {
  readonly counts: Pick<Counts, "records" | "kept" | "dropped" | "rejected" | "items">;
  /** Images in which objects were looked for, and those of them without any. */
  readonly searched: number;
  readonly negatives: number;
  /** What is counted by name: `boxes by label`, `outcomes of records`, `images by <fact>`. */
  readonly names: { readonly [of: string]: CountsByName };
  /** What is measured in each image. */
  readonly measures: { readonly [of: string]: Sketch };
};

export type DriftFacts = {
  /** Facts that hold numbers. */
  readonly numbers: readonly string[];
  /** Facts that hold names. */
  readonly names: readonly string[];
};

export interface DriftSurvey {
  item(item: Item): void;
  line(line: LedgerLine): void;
  result(counts: Counts): DriftStatistics;
}

/** Names that are told apart; the others count as one. */
const mostNames = 1000;
const otherNames = "(others)";

export function createDriftSurvey(facts: DriftFacts): DriftSurvey {
  const tallies = new Map<string, Tally>();
  const sketches = new Map<string, SketchSurvey>();
  const sums = { searched: 0, negatives: 0 };
  let record: string | undefined;
  const count = (of: string, name: string) => {
    const tally = tallies.get(of) ?? createTally(mostNames);
    tallies.set(of, tally);
    tally.add(name);
  };
  const measure = (of: string, value: unknown) => {
    if (typeof value !== "number") return;
    const sketch = sketches.get(of) ?? createSketch();
    sketches.set(of, sketch);
    sketch.add(value);
  };
  return {
    item(item) {
      if (item.key !== record) measureSource(item, measure);
      record = item.key;
      const { width, height } = sizeOf(item.image);
      measure("megapixels of images", width * height / 1e6);
      for (const name of facts.numbers) measure(name, item.facts[name]);
      for (const name of facts.names) {
        const value = item.facts[name];
        if (typeof value === "string") count(`images by ${name}`, value);
      }
      if (!isSearched(item)) return;
      const boxes = detectionsOf(item);
      sums.searched++;
      if (boxes.length === 0) sums.negatives++;
      measure("boxes in an image", boxes.length);
      for (const { label, score } of boxes) {
        count("boxes by label", label);
        measure("scores of boxes", score);
      }
    },
    line(line) {
      const { verdict, step, reason } = outcomeOf(line);
      count("outcomes of records", verdict === "kept" ? "kept" : `${verdict} by ${step}: ${reason}`);
    },
    result: ({ records, kept, dropped, rejected, items }) => ({
      counts: { records, kept, dropped, rejected, items },
      ...sums,
      names: Object.fromEntries([...tallies].sort(byName).map(([of, tally]) => [of, countsOf(tally)])),
      measures: Object.fromEntries([...sketches].sort(byName).map(([of, sketch]) => [of, sketch.result()])),
    }),
  };
}

/** What the files that came in are like, told from their headers: once a record, however many images it gave. */
function measureSource({ image: { header, blob, head } }: Item, measure: (of: string, value: number) => void): void {
  const isTurned = header.orientation >= 5;
  const pixels = header.width * header.height;
  if (pixels === 0) return;
  measure("aspect of sources", isTurned ? header.height / header.width : header.width / header.height);
  measure("megapixels of sources", pixels / 1e6);
  measure("bytes per pixel of sources", (head?.size ?? blob.size) / pixels);
}

function countsOf(tally: Tally): CountsByName {
  const { entries, other } = tally.result();
  const counts = entries.map(({ name, count }) => [name, count] as const);
  return Object.fromEntries(other === 0 ? counts : [...counts, [otherNames, other]]);
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
