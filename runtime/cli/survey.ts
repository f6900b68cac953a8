// What is in a folder of images: how many, which formats and sizes, how they are named and sorted into folders.
import { open, readFile } from "node:fs/promises";
import { ItemError } from "../contract/errors.ts";
import type { ImageHeader } from "../contract/image.ts";
import type { FileEntry, FilesHost } from "../contract/hosts.ts";
import { readHeader } from "../image/header.ts";

export type Survey = {
  readonly files: number;
  readonly bytes: number;
  /** Files by extension, small letters, most first. */
  readonly extensions: readonly Tally[];
  /** Files by the folder they lie in, below the root; `.` for the root itself. */
  readonly folders: readonly Tally[];
  /** Files by name with every run of digits as `#`, most first; at most a few thousand patterns are told apart. */
  readonly patterns: readonly Tally[];
  /** Files whose header was read: a sample, spread evenly. */
  readonly looked: number;
  readonly formats: readonly Tally[];
  /** Upright sizes, `1920 x 1080`, most first. */
  readonly sizes: readonly (Tally & { readonly width: number; readonly height: number })[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
};

export type Tally = { readonly name: string; readonly count: number };

export const imageExtensions: ReadonlySet<string> = new Set([
  "jpg",
  "jpeg",
  "jpe",
  "png",
  "webp",
  "gif",
  "tif",
  "tiff",
  "avif",
]);

const mostPatterns = 5_000;
const mostLooked = 400;

/** Looks at every file name below a folder and at the header of some of the images. Throws `InputError` when the folder
 *  is missing. */
export async function surveyFolder(root: string, files: FilesHost, signal: AbortSignal): Promise<Survey> {
  const extensions = new Map<string, number>();
  const folders = new Map<string, number>();
  const patterns = new Map<string, number>();
  const sample = createSample(mostLooked);
  let count = 0;
  let bytes = 0;
  for await (const entry of files.walk({ root }, signal)) {
    const { name, folder, extension } = partsOf(entry.path);
    add(extensions, extension);
    if (!imageExtensions.has(extension)) continue;
    count++;
    bytes += entry.size;
    add(folders, folder);
    const pattern = name.replaceAll(/\d+/g, "#");
    if (patterns.has(pattern) || patterns.size < mostPatterns) add(patterns, pattern);
    sample.offer(entry);
  }
  const common = { files: count, bytes, extensions: tallies(extensions), folders: tallies(folders) };
  return { ...common, patterns: tallies(patterns), ...await look(root, sample.entries()) };
}

function partsOf(path: string) {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const dot = name.lastIndexOf(".");
  const extension = dot < 1 ? "" : name.slice(dot + 1).toLowerCase();
  return { name, folder: slash === -1 ? "." : path.slice(0, slash), extension };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function tallies(counts: ReadonlyMap<string, number>): Tally[] {
  return [...counts].map(([name, count]) => ({ name, count })).sort((left, right) => right.count - left.count);
}

/** Every n-th entry, with n doubled whenever there are too many: an even spread without knowing how many will come. */
function createSample(most: number) {
  let every = 1;
  let seen = 0;
  let kept: FileEntry[] = [];
  return {
    offer(entry: FileEntry) {
      if (seen++ % every !== 0) return;
      kept.push(entry);
      if (kept.length <= most) return;
      kept = kept.filter((_, at) => at % 2 === 0);
      every *= 2;
    },
    entries: () => kept,
  };
}

async function look(root: string, entries: readonly FileEntry[]) {
  const formats = new Map<string, number>();
  const sizes = new Map<string, number>();
  const unreadable: { readonly path: string; readonly reason: string }[] = [];
  for (const { path, size } of entries) {
    const header = await headerOf(`${root}/${path}`, size);
    if (typeof header === "string") {
      unreadable.push({ path, reason: header });
      continue;
    }
    add(formats, header.format);
    const [width, height] = header.orientation >= 5 ? [header.height, header.width] : [header.width, header.height];
    add(sizes, `${width} x ${height}`);
  }
  return { looked: entries.length, formats: tallies(formats), sizes: tallies(sizes).map(withNumbers), unreadable };
}

function withNumbers(tally: Tally) {
  const [width = 0, height = 0] = tally.name.split(" x ").map(Number);
  return { ...tally, width, height };
}

/** Nearly all headers end within these bytes; for the others the whole file is read. */
const firstBytes = 256 * 1024;
const mostBytes = 256 * 1024 * 1024;

/** The header, or why there is none. */
async function headerOf(path: string, size: number): Promise<ImageHeader | string> {
  try {
    return readHeader(await readStart(path));
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) return "unreadable";
    if (size <= firstBytes || size > mostBytes) return thrown.code;
  }
  try {
    return readHeader(await readFile(path));
  } catch (thrown) {
    return thrown instanceof ItemError ? thrown.code : "unreadable";
  }
}

async function readStart(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const bytes = new Uint8Array(firstBytes);
  const { bytesRead } = await file.read(bytes, 0, firstBytes, 0);
  return bytes.subarray(0, bytesRead);
}
