// What plugins are, and the only doors through which they reach the world (their hosts).
import type { z } from "zod";
import type { Sink, SinkHost } from "./delivery.ts";
import type { Classifiers } from "./classification.ts";
import type { Detectors } from "./detection.ts";
import type { Json } from "./json.ts";
import type { DigestOfFile, PlanHost, RawPlan, StepPlan } from "./plan.ts";
import type { BucketsHost, DatasetsHost, FilesHost, InputsHost } from "./hosts.ts";
import type { EarlierRecord, Facts, Item, LedgerLine, ListedRecord, ReadImage, SourceRecord, Verdict } from "./item.ts";
import type { BlobRef, Encoding, FileWish, Image, ImageFile, ImageHeader, PixelUse, Raster } from "./image.ts";
import type { RecordDiff } from "./diff.ts";
import type { ProgramsHost, WebHost } from "./world.ts";
import type { Counts, Provenance, RunTimes } from "./version.ts";

/** An options schema: `z.strictObject({…})`. */
export type OptionsSchema = z.ZodType;

/** Options as the plugin gets them, defaults filled in. */
export type OptionsOf<S extends OptionsSchema> = z.output<S>;

interface Definition<S extends OptionsSchema> {
  /** Equal to the file's name without `.ts`; snake_case. */
  readonly name: string;
  /** Goes up when the same input may give another output. */
  readonly version: number;
  /** One sentence, no period. */
  readonly summary: string;
  readonly options: S;
  /** Whether it reaches beyond this machine, perhaps as its options have it (an address where else a folder stands).
   *  Runs of pipelines without such a plugin have no network. */
  readonly network?: boolean | ((options: OptionsOf<S>) => boolean);
  /** True when it starts other programs. Runs of pipelines without such a plugin can start none. */
  readonly programs?: boolean;
  /** What it needs and does not find, such as a program or a server: said before the run starts. */
  ready?(options: OptionsOf<S>, host: ReadyHost, signal: AbortSignal): Promise<readonly Missing[]>;
}

export type { DigestOfFile, PlanHost, RawPlan, StepPlan };

export type Missing = {
  /** What is missing, as a sentence without a period: `There is no program "ffmpeg"`. */
  readonly what: string;
  /** What to do about it: `install it (Debian: apt-get install ffmpeg), or name its path with "ffmpeg:"`. */
  readonly way: string;
};

export interface ReadyHost {
  readonly programs: Pick<ProgramsHost, "find">;
  /** Tries to reach a server; what went wrong in words, `undefined` when it answers. */
  connect(hostname: string, port: number, signal: AbortSignal): Promise<string | undefined>;
  readonly digestOfFile: DigestOfFile;
}

/** Facts named outright, or as they follow from the options. */
export type FactNames<S extends OptionsSchema> = readonly string[] | ((options: OptionsOf<S>) => readonly string[]);

// ---- sources

export interface SourceDefinition<S extends OptionsSchema = OptionsSchema> extends Definition<S> {
  readonly kind: "source";
  readonly gives?: FactNames<S>;
  /** False when `records()` cannot promise key order; the engine then sorts outside memory. */
  readonly sorted?: boolean;
  /** True when it reads what it listed in the parent version: `host.earlier` is then there from the second version on. */
  readonly history?: boolean;
  /** Options that decide how it reads and never what: time limits, requests at once. They enter no key. */
  readonly tuning?: readonly string[];
  /** Records read at once; as many as items are at work when absent. For sources that mostly wait. */
  atOnce?(options: OptionsOf<S>): number;
  open(options: OptionsOf<S>, host: SourceHost): Source | Promise<Source>;
}

export interface Source {
  /** Every record, in the order of the UTF-8 bytes of their keys, each key once. */
  records(signal: AbortSignal): AsyncIterable<ListedRecord>;
  /** The bytes of a record. `TransientError` to be called again, `ItemError` when this record cannot be had. */
  read(record: SourceRecord, signal: AbortSignal): Promise<Uint8Array | ReadImage>;
  close?(): Promise<void> | void;
}

export interface SourceHost {
  readonly files: FilesHost;
  readonly datasets: DatasetsHost;
  readonly buckets: BucketsHost;
  readonly inputs: InputsHost;
  readonly programs: ProgramsHost;
  readonly web: WebHost;
  /** What this source, with the options it has now, listed in the parent version, in key order. */
  readonly earlier?: () => AsyncIterable<EarlierRecord>;
  /** Lines in UTF-8 byte order, sorted outside memory: for sources that put a table beside what they listed earlier. */
  sorted(lines: AsyncIterable<string>): AsyncIterable<string>;
  log(text: string): void;
}

// ---- item steps

/** A check that the test suite runs for every plugin file. The item is painted by the suite. */
export type StepExample = {
  readonly title: string;
  readonly with: Readonly<Record<string, unknown>>;
  /** Size of the painted image; 64 x 48 when absent. */
  readonly size?: readonly [number, number];
  readonly facts?: Facts;
  readonly expect:
    | "keep"
    | { readonly drop: string }
    | { readonly reject: string }
    | { readonly facts: Facts }
    | { readonly size: readonly [number, number] }
    /** Names of the children. */
    | { readonly many: readonly string[] };
};

interface StepDefinition<S extends OptionsSchema> extends Definition<S> {
  /** Facts that must be there before this step. */
  readonly needs?: FactNames<S>;
  /** Facts that are there after it. */
  readonly gives?: FactNames<S>;
  readonly examples: readonly StepExample[];
}

export interface ItemStepDefinition<S extends OptionsSchema = OptionsSchema> extends StepDefinition<S> {
  readonly kind: "item";
  /** True for a step worth a stage of its own; its results are stored, later steps re-run from there. */
  readonly costly?: boolean;
  /** True when what it does follows from the image and the options alone. Such a step does not wait for a dataset step
   *  before it that only adds facts. */
  readonly blind?: boolean;
  /** Options that decide how it works and never what comes of it: processes at once. They enter no key. */
  readonly tuning?: readonly string[];
  /** Settles, before anything runs, what its verdicts depend on beside options, item and seed. */
  plan?(options: OptionsOf<S>, host: PlanHost, signal: AbortSignal): Promise<StepPlan>;
  /** The costly half of a step whose options mostly sift what was found: it is kept in a stage of its own, so that
   *  changing the other options computes nothing again. */
  readonly raw?: RawHalf<S>;
  open(options: OptionsOf<S>, host: ItemHost): ItemStep | Promise<ItemStep>;
}

export interface ItemStep {
  /** `raw` is what the step's raw half found in the image. */
  each(item: Item, signal: AbortSignal, raw?: Json): Verdict | Promise<Verdict>;
  close?(): Promise<void> | void;
}

export interface RawHalf<S extends OptionsSchema = OptionsSchema> {
  /** Settles, before anything runs, what the raw result depends on beside the image. */
  plan(options: OptionsOf<S>, host: PlanHost, signal: AbortSignal): Promise<RawPlan>;
  open(options: OptionsOf<S>, host: ItemHost): RawStep | Promise<RawStep>;
}

export interface RawStep {
  /** The raw result: plain data, looked at by `each` with whatever options. */
  find(item: Item, signal: AbortSignal): Promise<Json>;
  close?(): Promise<void> | void;
}

export interface ItemHost {
  /** Numbers in [0, 1), the same for the same item, step id and seed on any machine. */
  random(item: Item): () => number;
  /** The bytes as the source gave them. */
  bytes(image: Image): Promise<Uint8Array>;
  /** The pixels with all edits applied. `ItemError` when they cannot be decoded. */
  pixels(image: Image, use: PixelUse): Promise<Raster>;
  /** The image as a file, for other programs. It is a copy that only this user may read, and is gone once all who asked
   *  for it have disposed of it. `ItemError` when the image cannot be decoded. */
  file(image: Image, wish: FileWish): Promise<ImageFile>;
  readonly detectors: Detectors;
  readonly classifiers: Classifiers;
  readonly programs: ProgramsHost;
  log(text: string): void;
}

// ---- dataset steps

export interface DatasetStepDefinition<S extends OptionsSchema = OptionsSchema> extends StepDefinition<S> {
  readonly kind: "dataset";
  /** True when the step reads the parent version: `host.history` is then there from the second version on. */
  readonly history?: boolean;
  /** True when the step keeps every item and changes nothing of it but the facts that it gives. */
  readonly adds?: boolean;
  open(options: OptionsOf<S>, host: DatasetHost): DatasetStep | Promise<DatasetStep>;
}

export interface DatasetStep {
  /** One verdict (`keep` or `drop`) for every item, in the order of `dataset.scan()`. */
  whole(dataset: ItemsView, signal: AbortSignal): AsyncIterable<Verdict>;
  close?(): Promise<void> | void;
}

/** Items that can be read again and again; never held in memory at once. */
export interface ItemsView {
  readonly count: number;
  /** In the order of `compareItems`. */
  scan(): AsyncIterable<Item>;
}

export interface DatasetHost {
  /** A number in [0, 1) for a text, the same on any machine for the same step id and seed. */
  random(text: string): number;
  /** What this step gave in the parent version. */
  readonly history?: ItemsView;
  log(text: string): void;
}

// ---- exports

export interface ExportDefinition<S extends OptionsSchema = OptionsSchema> extends Definition<S> {
  readonly kind: "export";
  readonly needs?: FactNames<S>;
  /** True for what shows times: it is written beside the version, outside its digest, and gets `dataset.times`. */
  readonly beside?: boolean;
  /** True when the export reads what it noted in the parent version (`host.history`). */
  readonly history?: boolean;
  open(options: OptionsOf<S>, host: ExportHost): Export | Promise<Export>;
}

export interface Export {
  /** How this export wants its pictures; absent when it publishes none. Rendered before `write`. */
  readonly pictures?: Encoding;
  write(dataset: DatasetView, tree: Tree, signal: AbortSignal): Promise<void>;
  close?(): Promise<void> | void;
}

/** An item of a finished dataset with its rendered picture, if the export asked for pictures. */
export type FinishedItem = Item & { readonly picture?: BlobRef };

export interface DatasetView {
  readonly name: string;
  readonly counts: Counts;
  readonly provenance: Provenance;
  /** In the order of `compareItems`. */
  scan(): AsyncIterable<FinishedItem>;
  /** In key order. */
  ledger(): AsyncIterable<LedgerLine>;
  /** Every record as the source listed it, in key order: as many as there are lines in the ledger. */
  records(): AsyncIterable<SourceRecord>;
  /** For `beside` exports only. */
  readonly times?: RunTimes;
  /** Bytes of a record as the source gave them, rejected ones too. */
  bytes(blob: BlobRef): Promise<Uint8Array>;
  /** An item as people should see it, rendered and encoded, fitting into a box of `edge` pixels. For reports. */
  thumbnail(image: Image, edge: number): Promise<Uint8Array>;
  /** The pixels with all edits applied, for exports that write numbers. `ItemError` when they cannot be decoded. */
  pixels(image: Image, use: PixelUse): Promise<Raster>;
  /** The header of image bytes; `ItemError` when they are no image. For reports on rejected records. */
  header(bytes: Uint8Array): ImageHeader;
}

/** The folder that an export fills. Paths are relative, `/` between parts; each is written once. */
export interface Tree {
  text(path: string, content: string): Promise<void>;
  bytes(path: string, content: Uint8Array): Promise<void>;
  /** A file from pieces of text, streamed. */
  stream(path: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void>;
  /** Bytes that the store has, such as those of a rejected record, linked, not copied. */
  blob(path: string, blob: BlobRef): Promise<void>;
  /** The rendered picture of an item, linked, not copied. */
  picture(path: string, item: FinishedItem): Promise<void>;
}

export interface ExportHost {
  /** The lines noted by the parent version's export of the same id, when `history` is declared. */
  readonly history?: {
    lines(): AsyncIterable<string>;
    /** How many records came, went and were listed otherwise since the parent version. */
    changes(): Promise<RecordDiff>;
  };
  /** Keeps lines for the next version; not published. May be called once. */
  note(lines: AsyncIterable<string> | Iterable<string>): Promise<void>;
  log(text: string): void;
}

// ---- sinks

export interface SinkDefinition<S extends OptionsSchema = OptionsSchema> extends Definition<S> {
  readonly kind: "sink";
  open(options: OptionsOf<S>, host: SinkHost): Sink | Promise<Sink>;
}

export type StepPlugin = ItemStepDefinition | DatasetStepDefinition;
export type Plugin = SourceDefinition | StepPlugin | ExportDefinition | SinkDefinition;
export type PluginKind = Plugin["kind"];
