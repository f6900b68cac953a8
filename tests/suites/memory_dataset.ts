// A finished dataset and a tree in memory, for tests of exports.
import assert from "node:assert/strict";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { BlobRef, Edit, Image, ImageHeader } from "../../runtime/contract/image.ts";
import {
  compareItems,
  type Facts,
  type Item,
  type LedgerLine,
  type SourceRecord,
} from "../../runtime/contract/item.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import type {
  DatasetView,
  Export,
  ExportDefinition,
  ExportHost,
  FinishedItem,
  Tree,
} from "../../runtime/contract/plugin.ts";
import type { RecordDiff } from "../../runtime/contract/diff.ts";
import type { Counts, Provenance, RunTimes } from "../../runtime/contract/version.ts";

/** A grey PNG of one pixel. */
export const onePixel: Uint8Array = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

export type ItemSketch = {
  readonly key: string;
  readonly child?: string;
  readonly facts?: Facts;
  readonly edits?: readonly Edit[];
  readonly size?: readonly [number, number];
  readonly orientation?: number;
};

/** An item of an 8-bit colour JPEG, 640 x 480 unless said otherwise; its blob is named by its key. */
export function sketchedItem({ key, child = "", facts = {}, edits = [], ...sketch }: ItemSketch): Item {
  const [width, height] = sketch.size ?? [640, 480];
  const image: Image = { blob: blobOf(key), header: { ...plainHeader, width, height }, edits };
  const { orientation } = sketch;
  if (orientation === undefined) return { key, child, image, facts };
  return { key, child, image: { ...image, header: { ...image.header, orientation } }, facts };
}

export const plainHeader: ImageHeader = {
  format: "jpeg",
  width: 640,
  height: 480,
  channels: 3,
  depth: 8,
  orientation: 1,
  pages: 1,
  alpha: false,
  cmyk: false,
  progressive: false,
  icc: false,
};

function blobOf(text: string): BlobRef {
  return { digest: digestOf(text), size: text.length };
}

export type DatasetSketch = {
  readonly name?: string;
  readonly items: readonly Item[];
  /** A kept line for each record of `items` when absent. */
  readonly ledger?: readonly LedgerLine[];
  /** In key order; one without facts for each line of the ledger when absent. */
  readonly records?: readonly SourceRecord[];
  readonly provenance?: Partial<Provenance>;
  readonly times?: RunTimes;
  /** Bytes of records by digest; others are missing. */
  readonly blobs?: ReadonlyMap<string, Uint8Array>;
  readonly thumbnail?: DatasetView["thumbnail"];
  readonly pixels?: DatasetView["pixels"];
  readonly header?: DatasetView["header"];
};

/** A view of items and ledger, sorted as an engine would; counts are taken from the ledger. */
export function memoryDataset(sketch: DatasetSketch): DatasetView {
  const items = [...sketch.items].sort(compareItems);
  const ledger = [...sketch.ledger ?? keptLines(items)].sort((left, right) =>
    compareItems({ ...left, child: "" }, { ...right, child: "" })
  );
  return {
    name: sketch.name ?? "sample",
    counts: countsOf(items, ledger),
    provenance: { ...plainProvenance, ...sketch.provenance },
    async *scan() {
      for (const item of items) yield { ...item, picture: blobOf(`${item.key}#${item.child}`) };
    },
    async *ledger() {
      yield* ledger;
    },
    async *records() {
      yield* sketch.records ?? ledger.map(({ key }) => ({ key, revision: "1" }));
    },
    ...(sketch.times === undefined ? {} : { times: sketch.times }),
    bytes: (blob) => Promise.resolve(sketch.blobs?.get(blob.digest) ?? assert.fail(`no blob ${blob.digest}`)),
    thumbnail: sketch.thumbnail ?? (() => Promise.resolve(onePixel)),
    pixels: sketch.pixels ??
      (() => Promise.reject(new ItemError("undecodable", "Cannot decode the image: no pixels here"))),
    header: sketch.header ?? (() => {
      throw new ItemError("not_an_image", "Cannot read the header: the bytes are no image");
    }),
  };
}

const plainProvenance: Provenance = {
  pipeline: "sample",
  params: {},
  seed: 0,
  source: { id: "folder", uses: "folder", kind: "source", version: 1, options: {} },
  steps: [],
  exports: [],
  codec: "none 0",
  limits: { maxPixels: 100_000_000, maxBytes: 268_435_456 },
};

function keptLines(items: readonly Item[]): LedgerLine[] {
  const counts = new Map<string, number>();
  for (const { key } of items) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].map(([key, items]) => ({ key, verdict: "kept", items, losses: [], notes: [] }));
}

function countsOf(items: readonly Item[], ledger: readonly LedgerLine[]): Counts {
  const losses: Record<string, number> = {};
  const notes: Record<string, number> = {};
  for (const line of ledger) {
    for (const { step, reason } of line.losses) losses[`${step}/${reason}`] = (losses[`${step}/${reason}`] ?? 0) + 1;
    for (const { step } of line.notes) notes[step] = (notes[step] ?? 0) + 1;
  }
  const of = (verdict: string) => ledger.filter((line) => line.verdict === verdict).length;
  const records = { records: ledger.length, kept: of("kept"), dropped: of("dropped"), rejected: of("rejected") };
  return { ...records, items: items.length, losses, notes };
}

export interface MemoryTree extends Tree {
  /** Contents by path; a picture is `key#child`. */
  readonly files: ReadonlyMap<string, Uint8Array | FinishedItem>;
  /** Digests of blobs that were linked, by path. */
  readonly blobs: ReadonlyMap<string, string>;
  /** Content of a text file. Fails when there is none. */
  textOf(path: string): string;
  bytesOf(path: string): Uint8Array;
  /** Paths of all pictures, sorted. */
  pictures(): string[];
}

/** A tree that keeps what is written. Like a published folder it refuses unsafe paths, and a path written twice, also
 *  when only its case differs. */
export function memoryTree(): MemoryTree {
  const files = new Map<string, Uint8Array | FinishedItem>();
  const folded = new Set<string>();
  const add = (path: string, content: Uint8Array | FinishedItem) => {
    assert.match(path, /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9][A-Za-z0-9_.-]*)*$/);
    assert.ok(!folded.has(path.toLowerCase()), `${path} is written twice`);
    folded.add(path.toLowerCase());
    files.set(path, content);
    return Promise.resolve();
  };
  const bytesOf = (path: string) => {
    const content = files.get(path);
    return content instanceof Uint8Array ? content : assert.fail(`no file ${path} among ${[...files.keys()]}`);
  };
  const blobs = new Map<string, string>();
  return {
    files,
    blobs,
    async blob(path, { digest }) {
      await add(path, new Uint8Array());
      blobs.set(path, digest);
    },
    text: (path, content) => add(path, new TextEncoder().encode(content)),
    bytes: add,
    async stream(path, pieces) {
      const parts: string[] = [];
      for await (const piece of pieces) parts.push(piece);
      await add(path, new TextEncoder().encode(parts.join("")));
    },
    picture: (path, item) => item.picture ? add(path, item) : assert.fail(`${path} has no picture`),
    bytesOf,
    textOf: (path) => new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(path)),
    pictures: () => [...files].flatMap(([path, content]) => content instanceof Uint8Array ? [] : [path]).sort(),
  };
}

export type ExportRun = {
  readonly tree: MemoryTree;
  /** What the export noted; `undefined` when it noted nothing. */
  readonly notes: readonly string[] | undefined;
};

/** Runs an export over a dataset, with what an earlier run noted. */
export async function runExport(
  definition: ExportDefinition,
  written: unknown,
  dataset: DatasetView,
  { history, changes = { added: 0, changed: 0, removed: 0 }, signal }: {
    readonly history?: readonly string[];
    readonly changes?: RecordDiff;
    readonly signal?: AbortSignal;
  } = {},
): Promise<ExportRun> {
  let notes: string[] | undefined;
  const host: ExportHost = {
    ...(history === undefined ? {} : {
      history: {
        async *lines() {
          yield* history;
        },
        changes: () => Promise.resolve(changes),
      },
    }),
    async note(lines) {
      assert.equal(notes, undefined, "notes are given once");
      notes = [];
      for await (const line of lines) notes.push(line);
    },
    log: () => {},
  };
  const opened: Export = await definition.open(definition.options.parse(written), host);
  const tree = memoryTree();
  await opened.write(opened.pictures === undefined ? withoutPictures(dataset) : dataset, tree, signal ?? never());
  await opened.close?.();
  return { tree, notes };
}

function withoutPictures(dataset: DatasetView): DatasetView {
  return {
    ...dataset,
    async *scan() {
      for await (const { picture: _, ...item } of dataset.scan()) yield item;
    },
  };
}

function never(): AbortSignal {
  return new AbortController().signal;
}
