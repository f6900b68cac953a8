// What an export sees of a finished dataset.
import type { BlobRef, Image, ImageHeader } from "../contract/image.ts";
import type { DatasetView, FinishedItem } from "../contract/plugin.ts";
import type { Cell, Counts, Provenance, RunTimes } from "../contract/version.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Chunks } from "../store/chunks.ts";
import { entryOf, itemOf } from "./entry.ts";
import { encodingName } from "./render_stage.ts";
import type { Encoding } from "../contract/image.ts";

export type ViewDeps = {
  readonly name: string;
  readonly counts: Counts;
  readonly provenance: Provenance;
  /** Cells of the last stage and of the ledger, in key order. */
  readonly items: readonly Cell[];
  readonly ledger: readonly Cell[];
  readonly blobs: Blobs;
  readonly chunks: Chunks;
  readonly readHeader: (bytes: Uint8Array) => ImageHeader;
  readonly thumbnail: (image: Image, edge: number) => Promise<Uint8Array>;
  readonly times?: RunTimes | undefined;
};

/** The dataset as the export with these pictures sees it. */
export function createView(deps: ViewDeps, pictures: Encoding | undefined): DatasetView {
  const name = pictures === undefined ? undefined : encodingName(pictures);
  return {
    name: deps.name,
    counts: deps.counts,
    provenance: deps.provenance,
    scan: () => finishedItems(deps.chunks, deps.items, name),
    ledger: () => linesOf(deps.chunks, deps.ledger),
    ...(deps.times === undefined ? {} : { times: deps.times }),
    bytes: (blob: BlobRef) => deps.blobs.get(blob.digest),
    thumbnail: deps.thumbnail,
    header: deps.readHeader,
  };
}

async function* finishedItems(chunks: Chunks, cells: readonly Cell[], name: string | undefined) {
  for (const cell of cells) {
    for (const line of await chunks.get(cell.digest)) {
      const entry = entryOf(line);
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
