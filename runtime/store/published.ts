// The files of a version under plain names: a view of the store, which can be made again at any time.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { PluginError } from "../contract/errors.ts";
import type { ObjectStore } from "../contract/store.ts";
import type { TreeEntry } from "../contract/version.ts";
import { blobKeyOf, missing } from "./blobs.ts";
import { createDurability } from "./durability.ts";
import { codeOf, storeErrorOf } from "./failures.ts";
import { linkOrCopy, removeFile } from "./folder_files.ts";
import { checkedDataset } from "./keys.ts";
import { pointLatest } from "./latest.ts";
import { showTree } from "./published_views.ts";

const longestName = 255;

export type TreeRequest = {
  readonly store: ObjectStore;
  readonly dataset: string;
  /** Which version it is, from 1. A number has one tree: one that is there is complete and stays. */
  readonly number: number;
  /** The files of the version. Read only when there is work to do. */
  readonly entries: AsyncIterable<TreeEntry>;
  /** Files that are no part of the version, such as reports with times. */
  readonly beside?: AsyncIterable<TreeEntry>;
  /** `files` are all but the pictures of items. Without it, all where names cost nothing, and else the files. */
  readonly what?: "all" | "files";
  readonly signal?: AbortSignal;
};

/** Makes `published/<dataset>/v<number>/`, links where there can be, and lets `latest` lead to it unless that leads to
 *  a later one. In a folder nobody sees half a tree; one that was interrupted is finished by the next call. Gives the
 *  folder or address, or `undefined` when the store has no plain names. `PluginError` for a path that leaves the folder;
 *  `StoreError`. */
export async function publishTree(request: TreeRequest): Promise<string | undefined> {
  const { store, dataset, number } = request;
  if (store.views !== undefined) return await showTree(request, store.views);
  if (store.folder === undefined) return undefined;
  const home = `${store.folder}/published/${checkedDataset(dataset)}`;
  const tree = `${home}/v${number}`;
  const partial = `${home}/.v${number}.partial`;
  try {
    await makeTree(store.folder, { tree, partial, bare: `${home}/.v${number}.files` }, request);
    if (existsSync(partial)) removeTree(partial);
    pointLatest(home, number);
    return tree;
  } catch (thrown) {
    throw storeErrorOf(`publish version ${number} of "${dataset}"`, store.place, thrown);
  }
}

/** `bare` is a file beside a tree that was made without pictures. */
type Places = { readonly tree: string; readonly partial: string; readonly bare: string };

async function makeTree(root: string, { tree, partial, bare }: Places, request: TreeRequest): Promise<void> {
  const isBare = existsSync(bare) && request.what !== "files";
  if (existsSync(tree) && !isBare) return;
  await request.store.flush();
  try {
    // A tree that is there counts as complete, also after a power cut.
    await createDurability(root).folders(await fill(root, partial, request));
    if (request.what === "files") Deno.writeTextFileSync(bare, "");
    if (isBare && existsSync(tree)) removeTree(tree);
    Deno.renameSync(partial, tree);
    if (isBare) removeFile(bare);
  } catch (thrown) {
    // With the tree there, somebody else made the same at the same time and was faster.
    if (!existsSync(tree)) throw thrown;
  }
}

/** Gives the folders of the tree. */
async function fill(root: string, partial: string, request: TreeRequest): Promise<readonly string[]> {
  const folders = new Set([partial]);
  const temporary = `${partial}-${randomUUID()}`;
  let last: string | undefined;
  Deno.mkdirSync(partial, { recursive: true });
  for await (const { path, digest } of allEntries(request, request.what ?? "all")) {
    request.signal?.throwIfAborted();
    if (path === last) throw new PluginError(`Cannot publish "${path}": two files have this path`);
    const key = blobKeyOf(digest);
    const to = `${partial}/${checkedPath(path)}`;
    if (!linked(`${root}/${key}`, to, temporary)) throw missing(request.store, key);
    for (let at = dirname(to); !folders.has(at); at = dirname(at)) folders.add(at);
    last = path;
  }
  return [...folders];
}

/** The files of the tree, and those beside it. */
export async function* allEntries({ entries, beside }: TreeRequest, what: "all" | "files"): AsyncIterable<TreeEntry> {
  for await (const entry of entries) if (what === "all" || entry.picture !== true) yield entry;
  if (beside !== undefined) yield* beside;
}

/** What is left of it harms nobody, and the next call tries again. */
function removeTree(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // Somebody who was slower is still writing there.
  }
}

/** False when there is nothing at `from`. A file that is there already is from a call that was interrupted. */
function linked(from: string, to: string, temporary: string): boolean {
  try {
    linkOrCopy(from, to, temporary);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOENT" || existsSync(from)) throw thrown;
    return false;
  }
}

/** The path itself, when it stays in its folder on every system; an export that asks for another breaks its contract. */
export function checkedPath(path: string): string {
  const sound = path.split("/").every(isSoundName);
  if (sound && path.isWellFormed()) return path;
  throw new PluginError(`Cannot publish "${path}": that is no path to a file within the version's folder`);
}

/** A code unit takes three bytes at most. */
function isShort(name: string): boolean {
  return 3 * name.length <= longestName || new TextEncoder().encode(name).length <= longestName;
}

function isSoundName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[\0\\]/.test(name) && isShort(name);
}
