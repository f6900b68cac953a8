// Folders that benchmarks write to and photographs that they read.
import { makePhotos, photoName } from "./make_photos.ts";

/** Files are removed at the end only: some file systems make new ones slowly for minutes after many were removed. */
export async function setAside(folder: string, path: string): Promise<void> {
  await Deno.mkdir(`${folder}/aside`, { recursive: true });
  await Deno.rename(path, `${folder}/aside/${crypto.randomUUID()}`).catch(unlessMissing);
}

export async function removed(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(unlessMissing);
}

/** Makes photographs in a folder that does not hold so many yet. */
export async function ensurePhotos(photos: string, count: number): Promise<void> {
  if (!isFile(`${photos}/${photoName(count)}`)) await makePhotos(photos, count);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function unlessMissing(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}
