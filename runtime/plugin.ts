// The kit: all that a plugin author ever imports.
import type {
  DatasetStepDefinition,
  ExportDefinition,
  ItemStepDefinition,
  OptionsSchema,
  SinkDefinition,
  SourceDefinition,
} from "./contract/plugin.ts";
import type { Facts, Item, Verdict } from "./contract/item.ts";

export { z } from "zod";
export * from "./contract/plugin.ts";
export * from "./contract/hosts.ts";
export * from "./contract/world.ts";
export * from "./contract/item.ts";
export * from "./contract/image.ts";
export * from "./contract/version.ts";
export * from "./contract/detection.ts";
export {
  canonicalJson,
  compareUtf8,
  type Digest,
  digestOf,
  digestOfJson,
  type Json,
  type JsonObject,
} from "./contract/json.ts";
export { InputError, ItemError, type Problem, TransientError } from "./contract/errors.ts";
export { type FileNotes, type FileOptions, fileOptions, fileRecords, folderOf } from "./kit/file_records.ts";
export { boxOptions } from "./kit/box_options.ts";
export { pictureOptions } from "./kit/picture_options.ts";
export { type SidecarColumns, type SidecarConvention, sidecarOption, sidecarRecords } from "./kit/sidecar_table.ts";
export { type UpstreamOptions, upstreamRecords } from "./kit/upstream_records.ts";
export {
  type Anchor,
  anchored,
  anchors,
  digestOfImage,
  edited,
  type Fit,
  fits,
  resizeEdits,
  sizeAfter,
  sizeOf,
} from "./image/edits.ts";
export { type Region, siftCandidates, type SiftOptions } from "./detect/sift.ts";
export { areaOf, clippedTo, iouOf } from "./image/boxes.ts";
export { withEdits } from "./image/item_edits.ts";
export { structureProblem } from "./image/structure.ts";
export type { BoxStatistics, ClassCount } from "./report/box_statistics.ts";
export { cellOf, type ColumnSurvey, createColumnSurvey, type FactColumn, fixedColumns } from "./report/columns.ts";
export { type Bar, type BarChart, drawChart, type Tone } from "./report/chart.ts";
export { type ContactSheet, drawContactSheet, type SheetCell } from "./report/contact_sheet.ts";
export { detectionsOf, editsText, isSearched, pictureExtensions, splitOf } from "./report/items.ts";
export { type LabelColor, type LabelColors, labelColors } from "./report/label_colors.ts";
export { classList, labelCounts, labelNotes, labelsOf, notedLabels } from "./report/labels.ts";
export { fileNameOf, folderNameOf } from "./report/names.ts";
export { drawPreview, type PreviewOptions } from "./report/preview.ts";
export {
  type LossGroup,
  type NoteGroup,
  type Report,
  reportMarkdown,
  reportPage,
  type SampleGroup,
  type Specimen,
} from "./report/report.ts";
export {
  createItemStatistics,
  type ItemStatistics,
  type ItemStatisticsSurvey,
  type Outcome,
  outcomeOf,
} from "./report/statistics.ts";
export { createTally, type Distribution, type NamedCount, type Tally } from "./report/tally.ts";
export { csvLine, inPieces, markdownCode, markdownTable, markdownText } from "./report/text.ts";

/** Declares a source plugin; use it as the default export of `sources/<name>.ts`. */
export function defineSource<S extends OptionsSchema>(
  definition: Omit<SourceDefinition<S>, "kind">,
): SourceDefinition<S> {
  return { kind: "source", ...definition };
}

/** Declares a step that looks at one item at a time. */
export function defineItemStep<S extends OptionsSchema>(
  definition: Omit<ItemStepDefinition<S>, "kind">,
): ItemStepDefinition<S> {
  return { kind: "item", ...definition };
}

/** Declares a step that looks at the whole dataset. */
export function defineDatasetStep<S extends OptionsSchema>(
  definition: Omit<DatasetStepDefinition<S>, "kind">,
): DatasetStepDefinition<S> {
  return { kind: "dataset", ...definition };
}

/** Declares an export. */
export function defineExport<S extends OptionsSchema>(
  definition: Omit<ExportDefinition<S>, "kind">,
): ExportDefinition<S> {
  return { kind: "export", ...definition };
}

/** Declares a sink. */
export function defineSink<S extends OptionsSchema>(definition: Omit<SinkDefinition<S>, "kind">): SinkDefinition<S> {
  return { kind: "sink", ...definition };
}

/** The item goes on, perhaps with another image or more facts. */
export function keep(item: Item, notes?: readonly string[]): Verdict {
  return notes === undefined ? { kind: "keep", item } : { kind: "keep", item, notes };
}

/** The item is left out by choice. `reason` is a snake_case word, `detail` a sentence for people. */
export function drop(reason: string, detail?: string): Verdict {
  return detail === undefined ? { kind: "drop", reason } : { kind: "drop", reason, detail };
}

/** The item cannot be processed; it counts against `limits.max_rejected`. */
export function reject(reason: string, detail?: string): Verdict {
  return detail === undefined ? { kind: "reject", reason } : { kind: "reject", reason, detail };
}

/** Several items take the place of one. Names are unique: `[a-z0-9_-]+`. */
export function many(
  children: readonly { readonly name: string; readonly item: Item }[],
  notes?: readonly string[],
): Verdict {
  return notes === undefined ? { kind: "many", children } : { kind: "many", children, notes };
}

/** The item with more facts; equal names are replaced. */
export function withFacts(item: Item, facts: Facts): Item {
  return { ...item, facts: { ...item.facts, ...facts } };
}
