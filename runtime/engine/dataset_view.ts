// What an export sees of a finished dataset.
import type { BlobRef, Encoding, Image, ImageHeader } from "../contract/image.ts";
import type { DatasetView, FinishedItem } from "../contract/plugin.ts";
import type { Cell, Counts, Provenance, RunTimes } from "../contract/version.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Chunks } from "../store/chunks.ts";
import { type Entry, entryOf, itemOf } from "./entry.ts";
import { encodingName } from "./render_stage.ts";

export type ViewDeps = {
  readonly name: string;
  readonly counts: Counts;
  readonly provenance: Provenance;
  /** Cells of the listing, of the last stage and of the ledger, in key order. */
  readonly records: readonly Cell[];
  readonly items: readonly Cell[];
  readonly ledger: readonly Cell[];
  readonly blobs: Blobs;
  readonly chunks: Chunks;
  readonly readHeader: (bytes: Uint8Array) => ImageHeader;
  readonly thumbnail: (image: Image, edge: number) => Promise<Uint8Array>;
  readonly pixels: DatasetView["pixels"];
  readonly times?: RunTimes | undefined;
};

/** Makes the dataset as the export with these pictures sees it. Exports run at the same time and scan again and again:
 *  what one has just parsed, the others find. */
export function createViews(deps: ViewDeps): (pictures: Encoding | undefined) => DatasetView {
  const entries = createEntryCache(deps.chunks);
  return (pictures) => createView(deps, entries, pictures === undefined ? undefined : encodingName(pictures));
}

function createView(deps: ViewDeps, entries: EntriesOf, name: string | undefined): DatasetView {
  return {
    name: deps.name,
    counts: deps.counts,
    provenance: deps.provenance,
    scan: () => finishedItems(entries, deps.items, name),
    ledger: () => linesOf(deps.chunks, deps.ledger),
    records: () => linesOf(deps.chunks, deps.records),
    ...(deps.times === undefined ? {} : { times: deps.times }),
    bytes: (blob: BlobRef) => deps.blobs.get(blob.digest),
    thumbnail: deps.thumbnail,
    pixels: deps.pixels,
    header: deps.readHeader,
  };
}

type EntriesOf = (cell: Cell) => Promise<readonly Entry[]>;

/** Chunks that are kept parsed, a few thousand records in all. */
const keptChunks = 16;

function createEntryCache(chunks: Chunks): EntriesOf {
  const kept = new Map<string, Promise<readonly Entry[]>>();
  return ({ digest }) => {
    const known = kept.get(digest);
    if (known !== undefined) return known;
    const made = chunks.get(digest).then((lines) => lines.map(entryOf));
    made.catch(() => {}); // parked: whoever asked gets the same rejection
    kept.set(digest, made);
    for (const oldest of kept.keys()) if (kept.size > keptChunks) kept.delete(oldest);
    return made;
  };
}

async function* finishedItems(entries: EntriesOf, cells: readonly Cell[], name: string | undefined) {
  for (const cell of cells) {
    for (const entry of await entries(cell)) {
      for (const stored of entry.items) {
        const picture = name === undefined ? undefined : stored.pictures?.[name];
        const item: FinishedItem = itemOf(entry.key, stored);
        yield picture === undefined ? item : { ...item, picture };
      }
    }
  }
}

async function* linesOf(chunks: Chunks, cells: readonly Cell[]) {
  for (const cell of cells) {
    for (const line of await chunks.get(cell.digest)) yield JSON.parse(line);
  }
}
