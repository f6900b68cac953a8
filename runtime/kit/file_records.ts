// What sources of files have in common: options, records, revisions. Knows files only through the host.
import { z } from "zod";
import { ItemError } from "../contract/errors.ts";
import type { Facts, SourceRecord } from "../contract/item.ts";
import { digestOf } from "../contract/json.ts";
import type { Bucket, BucketsHost, FileEntry, FilesHost } from "../contract/hosts.ts";

type Globs = z.ZodDefault<z.ZodArray<z.ZodString>>;

/** Options of a source of files, to be spread into its schema. */
export const fileOptions: {
  readonly path: z.ZodString;
  readonly include: Globs;
  readonly exclude: Globs;
  readonly revision: z.ZodDefault<z.ZodEnum<{ stat: "stat"; content: "content" }>>;
} = {
  path: z.string().min(1)
    .describe(
      "The folder with the images, looked up from the folder where the command runs; its sub-folders belong to it",
    ),
  include: z.array(z.string().min(1)).default([])
    .describe("Globs of the files to take, such as `**/*.{jpg,png}`; all files when there are none"),
  exclude: z.array(z.string().min(1)).default([])
    .describe("Globs of files and folders to leave out, such as `**/thumbnails/**`"),
  revision: z.enum(["stat", "content"]).default("stat")
    .describe("How a changed file is told: `stat` by its size and time of change, `content` by reading all of it"),
};

/** Options as parsed from `fileOptions`. */
export type FileOptions = z.output<z.ZodObject<typeof fileOptions>>;

/** What a source knows of a file besides its bytes. */
export type FileNotes = {
  readonly facts: Facts;
  /** Joins the revision: set it to what the facts were made from, when that is not the path alone. */
  readonly revision?: string;
};

/** One record a file, in key order; the key is the path below the folder. Throws `InputError` when there is no folder. */
export async function* fileRecords(
  files: FilesHost,
  options: FileOptions,
  notesOf: (path: string) => FileNotes,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  for await (const { path, revision, broken } of folderRoot(files, options).list(options, signal)) {
    const notes = notesOf(path);
    yield {
      key: path,
      revision: notes.revision === undefined ? revision : `${revision} ${notes.revision}`,
      facts: notes.facts,
      ...(broken === undefined ? {} : { broken }),
    };
  }
}

/** Where a source's files are: a folder of this machine, or a prefix in a bucket. */
export interface FileRoot {
  /** Files in the order of the UTF-8 bytes of their paths. `InputError` when there is no such folder or bucket. */
  list(globs: Pick<FileOptions, "include" | "exclude">, signal: AbortSignal): AsyncIterable<RootFile>;
  /** As `FilesHost.read` and `Bucket.read`. */
  read(file: { readonly key: string; readonly revision: string }, signal: AbortSignal): Promise<Uint8Array>;
  /** A text beside the images, such as a table; `undefined` when there is none. */
  text(path: string, signal: AbortSignal): Promise<string | undefined>;
}

/** `path` is relative to the root; `revision` a cheap token that changes with the bytes. */
export type RootFile = Pick<SourceRecord, "revision" | "broken"> & { readonly path: string };

/** Whether a path is an address of a bucket, which is reached over the network. */
export function isBucketAddress(path: string): boolean {
  return /^s3:\/\//i.test(path);
}

/** Opens the place that `path` names, a folder or `s3://bucket/prefix`. Files of a bucket are told by their ETags,
 *  whatever `revision` says. */
export async function openFileRoot(
  { files, buckets }: { readonly files: FilesHost; readonly buckets: BucketsHost },
  options: Pick<FileOptions, "path" | "revision">,
): Promise<FileRoot> {
  return isBucketAddress(options.path) ? bucketRoot(await buckets.open(options.path)) : folderRoot(files, options);
}

function folderRoot(files: FilesHost, { path: root, revision }: Pick<FileOptions, "path" | "revision">): FileRoot {
  return {
    async *list({ include, exclude }, signal) {
      for await (const entry of files.walk({ root, include, exclude }, signal)) {
        const state = revision === "stat" ? stateOf(entry) : await contentStateOf(files, root, entry, signal);
        yield { path: entry.path, ...state };
      }
    },
    read: ({ key }, signal) => files.read(root, key, signal),
    text: (path) => files.text(root, path),
  };
}

function bucketRoot(bucket: Bucket): FileRoot {
  return {
    async *list(globs, signal) {
      for await (const { path, etag, broken } of bucket.list(globs, signal)) {
        yield { path, revision: etag, ...(broken === undefined ? {} : { broken }) };
      }
    },
    // A record's revision may say more behind the ETag, which holds no space.
    read: ({ key, revision }, signal) => bucket.read(key, revision.split(" ", 1)[0] ?? "", signal),
    text: (path, signal) => bucket.text(path, signal),
  };
}

/** The folder that a file lies in, below the root; `.` for the root itself. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end);
}

type State = Pick<SourceRecord, "revision" | "broken">;

function stateOf({ size, modifiedMs, broken }: FileEntry): State {
  return broken === undefined ? { revision: `${size}-${modifiedMs}` } : { revision: broken.reason, broken };
}

async function contentStateOf(files: FilesHost, root: string, entry: FileEntry, signal: AbortSignal): Promise<State> {
  if (entry.broken !== undefined) return stateOf(entry);
  try {
    return { revision: digestOf(await files.read(root, entry.path, signal)) };
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) throw thrown;
    return stateOf({ ...entry, broken: { reason: thrown.code, detail: thrown.message } });
  }
}
