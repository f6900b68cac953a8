// Takes the plain files of a version away. They are a view: whatever is left of them harms nobody.
import { existsSync } from "node:fs";
import type { ObjectStore } from "../contract/store.ts";
import { storeErrorOf } from "./failures.ts";
import { removeFile } from "./folder_files.ts";
import { checkedDataset } from "./keys.ts";
import { pointLatest } from "./latest.ts";

/** Removes `published/<dataset>/v<number>/`: at once for whoever looks, where the objects are files. */
export async function unpublishTree(store: ObjectStore, dataset: string, number: number): Promise<void> {
  if (store.folder === undefined) return await store.views?.hide(`${checkedDataset(dataset)}/v${number}/`);
  const home = `${store.folder}/published/${checkedDataset(dataset)}`;
  try {
    // What an interrupted call has left, of this one or of one that published.
    for (const rest of ["gone", "partial", "files"]) await removeAll(`${home}/.v${number}.${rest}`);
    if (!existsSync(`${home}/v${number}`)) return;
    const gone = `${home}/.v${number}.gone`;
    Deno.renameSync(`${home}/v${number}`, gone);
    await removeAll(gone);
    repointLatest(home);
  } catch (thrown) {
    throw storeErrorOf(`remove the files of version ${number} of "${dataset}"`, store.place, thrown);
  }
}

async function removeAll(path: string): Promise<void> {
  if (existsSync(path)) await Deno.remove(path, { recursive: true });
}

/** True when a version has plain files. */
export async function isPublished(store: ObjectStore, dataset: string, number: number): Promise<boolean> {
  const path = `published/${checkedDataset(dataset)}/v${number}`;
  if (store.folder !== undefined) return existsSync(`${store.folder}/${path}`);
  for await (const _ of store.list(`${path}/`)) return true;
  return false;
}

/** Lets `latest` lead to the highest version that has files, when the one it led to is gone. */
function repointLatest(home: string): void {
  if (existsSync(`${home}/latest`) || existsSync(`${home}/latest.json`)) {
    const [, named] = /v(\d+)/.exec(latestText(home)) ?? [];
    if (named !== undefined && existsSync(`${home}/v${named}`)) return;
  }
  removeFile(`${home}/latest`);
  removeFile(`${home}/latest.json`);
  const numbers = [...Deno.readDirSync(home)].flatMap(({ name }) => /^v(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  if (numbers.length > 0) pointLatest(home, Math.max(...numbers));
}

function latestText(home: string): string {
  try {
    return Deno.readLinkSync(`${home}/latest`);
  } catch {
    return existsSync(`${home}/latest.json`) ? Deno.readTextFileSync(`${home}/latest.json`) : "";
  }
}
