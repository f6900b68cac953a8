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
export * from "./contract/delivery.ts";
export * from "./contract/quiet_hours.ts";
export * from "./contract/hosts.ts";
export * from "./contract/world.ts";
export * from "./contract/item.ts";
export * from "./contract/image.ts";
export * from "./contract/version.ts";
export * from "./contract/classification.ts";
export * from "./contract/detection.ts";
export * from "./contract/threat.ts";
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
export {
  type FileNotes,
  type FileOptions,
  fileOptions,
  fileRecords,
  type FileRoot,
  folderOf,
  isBucketAddress,
  openFileRoot,
  type RootFile,
} from "./kit/file_records.ts";
export { cameraIn, type CameraName, readCameraName, type TimeUnit } from "./kit/camera_names.ts";
export { type CsvCells, type CsvTable, readCsvTable, rowsOf } from "./kit/csv_table.ts";
export { createFrameHistory, type FrameHistory, type Track } from "./kit/frame_history.ts";
export { type HourSpan, isWithinHours, readHours, type Weekday, weekdays } from "./kit/hours.ts";
export { interleaved } from "./kit/interleave.ts";
export { clockAt, isTimeZone, localText, offsetAt, utcText } from "./kit/moments.ts";
export { createHashArrays, type HashArrays, setWords } from "./kit/hash_arrays.ts";
export { chanceWithin, exactly, findLeaders, type HashedImages, type Leaders, nobody } from "./kit/near_duplicates.ts";
export { createNumberSet, type NumberSet } from "./kit/number_set.ts";
export { matcherOf } from "./kit/wildcards.ts";
export { type Polygon, readZones, shareIn, standsIn, type Zones } from "./kit/zones.ts";
export { type AlertOptions, alertOptions, readLength } from "./kit/alert_options.ts";
export { type Alert, alertMessages, type News, type RecipientsOf } from "./kit/alerts.ts";
export { type Digest as AlertDigest, digestOfDelivery, labelsText, timesOf } from "./kit/alert_digest.ts";
export { alertNames, alertObject, alertValues, linkNames, unknownGap } from "./kit/alert_values.ts";
export { filled, gapsIn, type Values } from "./kit/placeholders.ts";
export { secretBytes, signedHeaders } from "./kit/webhook_signature.ts";
export { type Answer, answerFormats, answersById, jsonById, jsonLinesById } from "./kit/answers_by_id.ts";
export { boxOptions } from "./kit/box_options.ts";
export { createLineProgram, type LineAnswer, type LineFailure, type LineProgram } from "./kit/line_program.ts";
export { understood } from "./kit/program_answer.ts";
export { createProgramPool, type ProgramPool, type Seat } from "./kit/program_pool.ts";
export { modelOptions, modelRequest } from "./kit/model_options.ts";
export { npyFile, type NpyType, npyTypes } from "./kit/npy.ts";
export { createStacker, type StackedNumbers, type Stacking } from "./kit/stacking.ts";
export { createTaker, type Taker } from "./kit/taker.ts";
export { encodingOf, pictureOptions } from "./kit/picture_options.ts";
export { pictureStream } from "./kit/picture_stream.ts";
export { type SidecarColumns, type SidecarConvention, sidecarOption, sidecarRecords } from "./kit/sidecar_table.ts";
export { type CellTemplate, cellTemplate } from "./kit/cell_template.ts";
export { brokenRow, idTrouble, nameIn } from "./kit/row_ids.ts";
export {
  tableColumns,
  type TableFormat,
  tableFormatOf,
  tableFormats,
  type TableOptions,
  type TableRow,
  tableRows,
} from "./kit/table_rows.ts";
export { inAnyOrder } from "./kit/in_any_order.ts";
export { createSilentHosts, type SilentHosts } from "./kit/silent_hosts.ts";
export { type UrlColumns, urlEntries, type UrlEntry, type UrlRow } from "./kit/url_rows.ts";
export { type UpstreamOptions, upstreamRecords } from "./kit/upstream_records.ts";
export { expectColumns } from "./kit/table_text.ts";
export { createTextSet, type TextSet } from "./kit/text_set.ts";
export { parseWhere, type Where, whereOption } from "./kit/where.ts";
export {
  createFrameNotes,
  frameArgs,
  plainComplaint,
  probeArgs,
  unreadable,
  type VideoStream,
  videoStreamOf,
} from "./kit/video_program.ts";
export { endingFlaw, frameRecords, isPassing, stalled } from "./kit/video_records.ts";
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
export { areaOf, boxInWhole, clippedTo, iouOf } from "./image/boxes.ts";
export { withEdits } from "./image/item_edits.ts";
export {
  type HashBits,
  hashBits,
  type Orientations,
  orientations,
  type PerceptualHash,
  perceptualHash,
} from "./image/phash.ts";
export { type Measures, measuresOf, soundLimits } from "./image/quality.ts";
export { smallEdge, smallView } from "./image/small_view.ts";
export { structureProblem } from "./image/structure.ts";
export { holdsHeader } from "./image/whole_header.ts";
export {
  type Drift,
  driftBounds,
  type DriftRow,
  driftRows,
  statisticNames,
  type TrendPoint,
  trendPoint,
} from "./report/drift.ts";
export { driftMarkdown, driftPage } from "./report/drift_doors.ts";
export { createDriftSurvey, type DriftStatistics } from "./report/drift_survey.ts";
export { createOutcomeSurvey, type OutcomeCount } from "./report/outcomes.ts";
export { recordLog } from "./report/record_log.ts";
export type { BoxStatistics, ClassCount } from "./report/box_statistics.ts";
export { cellOf, type ColumnSurvey, createColumnSurvey, type FactColumn, fixedColumns } from "./report/columns.ts";
export { alertPicture } from "./report/alert_picture.ts";
export { type Markup, markup } from "./report/markup.ts";
export { type CameraHealth, type CameraReport, type CameraSurvey, createCameraSurvey } from "./kit/camera_survey.ts";
export { drawPresence, type PresenceChart, type PresenceRow } from "./report/presence_chart.ts";
export { type Bar, type BarChart, drawChart, type Tone } from "./report/chart.ts";
export { drawSeriesChart, type Series, type SeriesChart } from "./report/series_chart.ts";
export { type ContactSheet, drawContactSheet, type SheetCell } from "./report/contact_sheet.ts";
export { detectionsOf, editsText, isSearched, pictureExtensions, splitOf, threatsOf } from "./report/items.ts";
export { type LabelColor, type LabelColors, labelColors } from "./report/label_colors.ts";
export { classList, labelCounts, labelNotes, labelsOf, notedLabels } from "./report/labels.ts";
export { galleryFile, type GalleryPage, galleryPage, type GalleryPicture } from "./report/gallery_page.ts";
export { fileNameOf, folderNameOf, plainNamesOf } from "./report/names.ts";
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
