// What killed processes leave in the folder for writes in progress.
import { existsSync } from "node:fs";
import type { ObjectStore } from "../contract/store.ts";
import { isAbsent, storeErrorOf } from "./failures.ts";

/** Removes files and folders of `tmp/` that nobody has written to since a time, in milliseconds since 1970, and gives
 *  what there was. Nothing where the objects are no files. */
export function removeOldTemporary(store: ObjectStore, beforeMs: number, dryRun: boolean): readonly { size: number }[] {
  const folder = `${store.folder}/tmp`;
  if (store.folder === undefined || !existsSync(folder)) return [];
  try {
    const removed: { size: number }[] = [];
    for (const { name } of Deno.readDirSync(folder)) {
      const found = measured(`${folder}/${name}`);
      if (found === undefined || found.newestMs >= beforeMs) continue;
      if (!dryRun) Deno.removeSync(`${folder}/${name}`, { recursive: true });
      removed.push({ size: found.size });
    }
    return removed;
  } catch (thrown) {
    throw storeErrorOf("remove temporary files", store.place, thrown);
  }
}

/** `undefined` for what is gone: somebody who waits for a clean-up to end still renews that they do. */
function measured(path: string): { readonly newestMs: number; readonly size: number } | undefined {
  try {
    const { isDirectory, mtime, size } = Deno.lstatSync(path);
    const own = { newestMs: mtime?.getTime() ?? 0, size: isDirectory ? 0 : size };
    if (!isDirectory) return own;
    return [...Deno.readDirSync(path)].flatMap(({ name }) => measured(`${path}/${name}`) ?? []).reduce(
      (sum, one) => ({ newestMs: Math.max(sum.newestMs, one.newestMs), size: sum.size + one.size }),
      own,
    );
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}
