// The small index that says which files of a version a place holds: a checkout, or what was published elsewhere.
import type { Digest, Json, JsonObject } from "../contract/json.ts";
import { isObject } from "./json_text.ts";

/** A file as it was written. `mark` changes when somebody else writes it: milliseconds of its last change, or an ETag. */
export type HeldFile = { readonly digest: Digest; readonly size: number; readonly mark?: number | string };

export type HeldVersion = { readonly dataset: string; readonly number: number; readonly version: Digest };

/** What a place holds. */
export type HeldIndex = HeldVersion & {
  /** True when files are links to those of a store. */
  readonly linked?: boolean;
  /** The version that was being written when it was last heard of: files may be of that one as well. */
  readonly coming?: HeldVersion;
  readonly files: ReadonlyMap<string, HeldFile>;
  /** Files of earlier versions that were left there. */
  readonly left?: ReadonlyMap<string, HeldFile>;
};

/** The text of an index, a line a file, in pieces worth a write each. */
export function* indexText(index: HeldIndex): Generator<string> {
  let piece = "";
  for (const line of indexLines(index)) {
    piece += line;
    if (piece.length < 1 << 16) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

function* indexLines({ files, left, ...said }: HeldIndex): Generator<string> {
  const { dataset, number, version, linked, coming } = said;
  const head = JSON.stringify({ format: 1, dataset, number, version, linked, coming });
  yield `${head.slice(0, -1)},\n"files":{`;
  yield* fileLines(files);
  if (left !== undefined && left.size > 0) {
    yield `},\n"left":{`;
    yield* fileLines(left);
  }
  yield "}}\n";
}

function* fileLines(files: ReadonlyMap<string, HeldFile>): Generator<string> {
  let comma = "\n";
  for (const [path, { digest, size, mark }] of files) {
    yield `${comma}${JSON.stringify(path)}:${JSON.stringify({ digest, size, mark })}`;
    comma = ",\n";
  }
  yield "\n";
}

/** What such a text says; `undefined` when it is none, or of a format to come. */
export function indexIn(text: string): HeldIndex | undefined {
  const value = parsed(text);
  if (!isObject(value) || value["format"] !== 1) return undefined;
  const held = versionIn(value);
  const files = filesIn(value["files"]);
  if (held === undefined || files === undefined) return undefined;
  const coming = isObject(value["coming"]) ? versionIn(value["coming"]) : undefined;
  const left = filesIn(value["left"]);
  return {
    ...held,
    files,
    ...(value["linked"] === true ? { linked: true } : {}),
    ...(coming === undefined ? {} : { coming }),
    ...(left === undefined ? {} : { left }),
  };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function versionIn({ dataset, number, version }: JsonObject): HeldVersion | undefined {
  if (typeof dataset !== "string" || typeof number !== "number" || typeof version !== "string") return undefined;
  return { dataset, number, version };
}

function filesIn(value: Json | undefined): Map<string, HeldFile> | undefined {
  if (!isObject(value)) return undefined;
  const files = new Map<string, HeldFile>();
  for (const [path, said] of Object.entries(value)) {
    if (!isObject(said)) continue;
    const { digest, size, mark } = said;
    if (typeof digest !== "string" || typeof size !== "number") continue;
    files.set(path, { digest, size, ...(typeof mark === "number" || typeof mark === "string" ? { mark } : {}) });
  }
  return files;
}
