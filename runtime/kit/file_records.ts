// What sources of files have in common: options, records, revisions. Knows files only through the host.
import { z } from "zod";
import { ItemError } from "../contract/errors.ts";
import type { Facts, SourceRecord } from "../contract/item.ts";
import { digestOf } from "../contract/json.ts";
import type { FileEntry, FilesHost } from "../contract/hosts.ts";

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
  { path: root, include, exclude, revision }: FileOptions,
  notesOf: (path: string) => FileNotes,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  for await (const entry of files.walk({ root, include, exclude }, signal)) {
    const notes = notesOf(entry.path);
    const state = revision === "stat" ? stateOf(entry) : await contentStateOf(files, root, entry, signal);
    yield {
      key: entry.path,
      revision: notes.revision === undefined ? state.revision : `${state.revision} ${notes.revision}`,
      facts: notes.facts,
      ...(state.broken === undefined ? {} : { broken: state.broken }),
    };
  }
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
