// Runs exports over a finished dataset and collects the files they write.
import type { Digest } from "../contract/json.ts";
import { PluginError } from "../contract/errors.ts";
import type { BlobRef, Encoding } from "../contract/image.ts";
import type { RecordDiff } from "../contract/diff.ts";
import type { Bound } from "../contract/manifest.ts";
import type { DatasetView, Export, ExportDefinition, ExportHost, FinishedItem, Tree } from "../contract/plugin.ts";
import type { TreeEntry } from "../contract/version.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Chunks } from "../store/chunks.ts";
import type { Sorter } from "./external_sort.ts";
import { encodingName } from "./render_stage.ts";

export type OpenedExport = {
  readonly bound: Bound<ExportDefinition>;
  readonly opened: Export;
};

export type ExportingDeps = {
  readonly blobs: Blobs;
  readonly chunks: Chunks;
  readonly sorter: Sorter;
  /** Told once the export has written everything, with how long it took. */
  readonly done: (id: string, startedMs: number) => void;
  readonly now: () => number;
};

/** What exports noted for the next version, as chunk lists. */
export type Notes = Map<string, Digest>;

/** What exports may know of the parent version. */
export type Before = {
  readonly notes: { readonly [exportId: string]: Digest };
  readonly changes: () => Promise<RecordDiff>;
};

/** The host of one export; its notes go to `notes`. */
export function exportHost(
  { chunks }: { readonly chunks: Chunks },
  bound: Bound<ExportDefinition>,
  before: Before | undefined,
  notes: Notes,
  log: (text: string) => void,
): ExportHost {
  const noted = before?.notes[bound.id];
  const history = bound.definition.history === true && before !== undefined && noted !== undefined
    ? { lines: () => chunks.readList(noted), changes: before.changes }
    : undefined;
  return {
    ...(history === undefined ? {} : { history }),
    async note(lines) {
      if (notes.has(bound.id)) throw new PluginError(`Cannot keep the notes of "${bound.id}": it gave them twice`);
      notes.set(bound.id, await chunks.putList(lines));
    },
    log,
  };
}

/** Runs one export; its files go to the sorter as lines of `entryLine`. */
export async function runExport(
  deps: ExportingDeps,
  { bound, opened }: OpenedExport,
  dataset: DatasetView,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = deps.now();
  signal.throwIfAborted();
  await attributed(bound.id, signal, () => opened.write(dataset, createTree(deps, bound.id), signal));
  await opened.close?.();
  deps.done(bound.id, startedMs);
}

/** An export may take as long as it needs: its time grows with the dataset. */
async function attributed(id: string, signal: AbortSignal, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (!(thrown instanceof Error) || "fate" in thrown) throw thrown;
    throw new PluginError(`Cannot write the export "${id}": the plugin failed with "${thrown.message}"`, {
      cause: thrown,
    });
  }
}

function createTree({ blobs, sorter }: ExportingDeps, id: string): Tree {
  const add = async (path: string, { digest, size }: BlobRef, mark: { readonly picture?: true } = {}) => {
    await sorter.add(entryLine({ path: `${id}/${checkedPath(id, path)}`, digest, size, ...mark }));
  };
  const encoder = new TextEncoder();
  return {
    async text(path, content) {
      await add(path, await blobs.put(encoder.encode(content)));
    },
    async bytes(path, content) {
      await add(path, await blobs.put(content));
    },
    async stream(path, pieces) {
      await add(path, await blobs.putStream(encoded(pieces, encoder)));
    },
    blob: (path, blob) => add(path, blob),
    async picture(path, item) {
      await add(path, pictureOf(id, item), { picture: true });
    },
  };
}

async function* encoded(pieces: AsyncIterable<string> | Iterable<string>, encoder: TextEncoder) {
  for await (const piece of pieces) yield encoder.encode(piece);
}

function pictureOf(id: string, { key, picture }: FinishedItem): BlobRef {
  if (picture === undefined) {
    throw new PluginError(`Cannot publish "${key}" by "${id}": the export asked for no pictures when it was opened`);
  }
  return picture;
}

function checkedPath(id: string, path: string): string {
  const parts = path.split("/");
  // deno-lint-ignore no-control-regex
  if (parts.some((part) => part === "" || part === "." || part === ".." || /[\u0000-\u001f\\]/.test(part))) {
    throw new PluginError(`Cannot write "${path}" by "${id}": it is no plain relative path`);
  }
  return path;
}

/** A tree entry as a line that sorts by its path, which holds no control character. */
export function entryLine({ path, digest, size, picture }: TreeEntry): string {
  return `${path}\t${digest}\t${size}${picture ? "\tpicture" : ""}`;
}

export function entryOfLine(line: string): TreeEntry {
  const [path = "", digest = "", size = "", mark] = line.split("\t");
  return { path, digest, size: Number(size), ...(mark === "picture" ? { picture: true } : {}) };
}

/** The sorted tree. Throws `PluginError` when a path was written twice. */
export async function* treeLines(sorter: Sorter): AsyncGenerator<string> {
  let previous: string | undefined;
  for await (const line of sorter.sorted()) {
    const { path } = entryOfLine(line);
    if (path === previous) throw new PluginError(`Cannot write "${path}": it was written twice`);
    previous = path;
    yield line;
  }
}

/** The different encodings that exports want, each once. */
export function encodingsOf(exports: readonly OpenedExport[]): Encoding[] {
  const wanted = exports.flatMap(({ opened }) => opened.pictures ?? []);
  const byName = new Map(wanted.map((encoding) => [encodingName(encoding), encoding]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}
