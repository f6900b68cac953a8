// Takes drawn pictures out of a published version into a folder of the user's, without harm to what is there.
import { existsSync } from "node:fs";
import { mkdir, open, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import type { Item } from "../contract/item.ts";
import { fileNameOf } from "../report/names.ts";
import { plain } from "./text.ts";

/** Throws `InputError` when there is something else than a folder. */
export async function checkDrawingFolder(folder: string): Promise<void> {
  const status = await stat(folder).catch(() => undefined);
  if (status === undefined || status.isDirectory()) return;
  throw new InputError(`Cannot draw into "${plain(folder)}": it is a file, and a folder is needed`);
}

/** Writes a picture for each item that was drawn, named as the image it shows; returns how many. Pictures that this has
 *  drawn are replaced; throws `InputError` when another file is in the way, before anything is written. */
export async function takeDrawings(
  pictures: string,
  folder: string,
  items: () => AsyncIterable<Item>,
  signal: AbortSignal,
): Promise<number> {
  for await (const item of items()) await checkPlace(placeOf(item, folder));
  let count = 0;
  for await (const item of items()) {
    signal.throwIfAborted();
    const from = `${pictures}/${fileNameOf(item, "jpg")}`;
    if (!existsSync(from)) continue;
    await writeDrawing(placeOf(item, folder), await readFile(from));
    count++;
  }
  return count;
}

function placeOf({ key }: Item, folder: string): string {
  return `${folder}/${/\.jpe?g$/i.test(key) ? key : `${key}.jpg`}`;
}

const text = new TextEncoder().encode("Drawn by Framewright");
/** A comment as JPEG files have them, which says that a picture was drawn here. ITU-T T.81, B.2.4.5. */
const mark = Uint8Array.of(0xff, 0xfe, 0, text.length + 2, ...text);
const startOfImage = 2;

async function checkPlace(path: string): Promise<void> {
  if (!existsSync(path) || await isDrawn(path)) return;
  const what = "a file is there that was not drawn by this command; name another folder";
  throw new InputError(`Cannot draw "${plain(path)}": ${what}`);
}

async function isDrawn(path: string): Promise<boolean> {
  const start = new Uint8Array(startOfImage + mark.length);
  try {
    await using file = await open(path);
    await file.read(start, 0, start.length, 0);
  } catch {
    return false; // a folder, or not to be read
  }
  return mark.every((byte, at) => start[startOfImage + at] === byte);
}

async function writeDrawing(path: string, jpeg: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, [jpeg.subarray(0, startOfImage), mark, jpeg.subarray(startOfImage)]);
  } catch (cause) {
    throw new InputError(`Cannot draw "${plain(path)}": ${messageOf(cause)}`, [], { cause });
  }
}
