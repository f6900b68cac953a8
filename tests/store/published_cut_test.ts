import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { ObjectStore } from "../../runtime/contract/store.ts";
import type { TreeEntry } from "../../runtime/contract/version.ts";
import { createBlobs } from "../../runtime/store/blobs.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { publishTree } from "../../runtime/store/published.ts";
import { inFolder } from "../temp_folder.ts";
import { type Effect, recordEffects } from "./recorder.ts";

Deno.test("publishTree() lets a tree be seen only when a power cut would leave all of it", () =>
  inFolder(async (root) => {
    using recorder = recordEffects(root);
    // Few folders are made durable one by one, many by one call.
    for (const folders of [3, 20]) {
      const store = await openFolderStore(`${root}/${folders}`);
      const paths = Array.from({ length: folders }, (_, at) => `f${at}/deep/a`);
      const entries = await Promise.all(["a", ...paths].sort().map((path) => put(store, path)));
      const tree = await publishTree({ store, dataset: "motogp", number: 1, entries: iterated(entries) });
      const seen = recorder.effects.findIndex((effect) => effect.op === "rename" && effect.to === tree);
      const before = recorder.effects.slice(0, seen);
      for (const { at, folder } of before.flatMap(namesMade)) {
        assert.ok(before.slice(at).some((effect) => isSyncOf(effect, folder, before)), folder);
      }
      assert.ok(before.filter(({ op }) => op === "link").length > folders);
    }
  }));

function namesMade(effect: Effect, at: number) {
  return effect.op !== "link" ? [] : [dirname(effect.to), dirname(dirname(effect.to))]
    .filter((folder) => folder.includes(".partial")).map((folder) => ({ at, folder }));
}

function isSyncOf(effect: Effect, folder: string, all: readonly Effect[]): boolean {
  if (effect.op !== "sync" || effect.file !== undefined) return false;
  if (effect.folder !== undefined && effect.folder !== folder) return false;
  return all.some(({ op, ...more }) => op === "synced" && "id" in more && more.id === effect.id);
}

async function put(store: ObjectStore, path: string): Promise<TreeEntry> {
  return { path, ...await createBlobs(store).put(new TextEncoder().encode(path)) };
}

async function* iterated<T>(values: readonly T[]): AsyncIterable<T> {
  yield* values;
}
