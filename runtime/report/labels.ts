// The classes of a dataset: which there are, in which order, and what one picture has of them. Pure.
import type { Detection } from "../contract/detection.ts";
import { compareUtf8 } from "../contract/json.ts";
import type { ExportHost } from "../contract/plugin.ts";
import type { Provenance } from "../contract/version.ts";

/** What the models of a pipeline can say, in the order of its steps and of the models, each label once. */
export function labelsOf({ steps }: Provenance): readonly string[] {
  return [...new Set(steps.flatMap(({ model }) => model?.labels ?? []))];
}

/** The classes of an export in the order of their numbers. `before`, those of the parent version, keep their places;
 *  behind them stand those that are new: `declared` ones in their order, then all others that were `seen`, by name. */
export function classList(
  before: readonly string[],
  declared: readonly string[],
  seen: Iterable<string>,
): readonly string[] {
  return [...new Set([...before, ...declared, ...[...seen].sort(compareUtf8)])];
}

/** A class list as notes for the next version, for exports that note nothing else. */
export function labelNotes(labels: readonly string[]): readonly string[] {
  return labels.map((label) => JSON.stringify(label));
}

/** The class list that the parent version noted; empty without one. */
export async function notedLabels({ history }: Pick<ExportHost, "history">): Promise<readonly string[]> {
  return history === undefined ? [] : await Array.fromAsync(history.lines(), (line) => JSON.parse(line));
}

/** Boxes by label, the most frequent first, equal counts by name. */
export function labelCounts(detections: readonly Detection[]): readonly (readonly [label: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { label } of detections) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([left, some], [right, others]) => others - some || compareUtf8(left, right));
}
