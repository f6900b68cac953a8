// The last stage before exports: every picture that an export wants is encoded once, and kept as a blob.
import { canonicalJson, digestOfJson } from "../contract/json.ts";
import { ItemError, messageOf } from "../contract/errors.ts";
import type { BlobRef, Encoding, Image } from "../contract/image.ts";
import { idOf, type Loss } from "../contract/item.ts";
import { originalOf, originalsVersion } from "../image/original.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Call } from "./call.ts";
import { type Entry, entryOf, inputDigest, type StoredItem } from "./entry.ts";
import type { Stage } from "./stage.ts";

export type RenderDeps = {
  readonly encodings: readonly Encoding[];
  readonly codec: string;
  readonly blobs: Blobs;
  readonly bytes: (image: Image) => Promise<Uint8Array>;
  /** Encodes images of one blob; a picture that cannot be made is an `ItemError` in its place. */
  readonly encodeMany: (
    bytes: Uint8Array,
    images: readonly Image[],
    encoding: Encoding,
  ) => Promise<readonly (Uint8Array | ItemError)[]>;
  readonly call: Call;
};

/** Names an encoding within `pictures` of an item. */
export function encodingName({ format, quality, originals }: Encoding): string {
  const name = format === "png" ? format : `${format}-q${quality}`;
  return originals === true ? `${name}-originals` : name;
}

/** What decides the bytes of pictures. */
function settled({ format, quality, originals }: Encoding) {
  return { format, quality, ...(originals === true ? { originals: originalsVersion } : {}) };
}

export function createRenderStage(deps: RenderDeps): Stage {
  const { encodings, codec } = deps;
  return {
    column: { name: "render", key: digestOfJson({ stage: "render", encodings: encodings.map(settled), codec }) },
    steps: ["render"],
    work(line) {
      const before = entryOf(line);
      if (before.items.length === 0) return undefined;
      const input = inputDigest(before.items);
      return {
        key: before.key,
        input,
        itemsIn: before.items.length,
        compute: (prior, signal) => renderEntry(deps, before, input, prior, signal),
      };
    },
  };
}

async function renderEntry(
  deps: RenderDeps,
  before: Entry,
  input: string,
  prior: Entry | undefined,
  signal: AbortSignal,
): Promise<Entry> {
  const items: StoredItem[] = [];
  const losses: Loss[] = [];
  const known = picturesOf(prior);
  for (const group of byBlob(before.items)) {
    const rendered = await renderGroup(deps, before.key, group.filter((item) => known(item) === undefined), signal);
    for (const item of group) {
      const pictures = known(item) ?? rendered.get(item);
      if (pictures instanceof ItemError) losses.push(undecodable(item, pictures));
      else items.push({ ...item, ...(pictures === undefined ? {} : { pictures }) });
    }
  }
  return { key: before.key, input, items, losses, notes: [] };
}

/** Pictures that were rendered from the same image before, whatever else was said of it. */
function picturesOf(prior: Entry | undefined): (item: StoredItem) => Pictures | undefined {
  if (prior === undefined) return () => undefined;
  const known = new Map(prior.items.map(({ image, pictures }) => [canonicalJson(image), pictures]));
  return ({ image }) => known.get(canonicalJson(image));
}

/** Items in their order, split where the blob changes. */
function byBlob(items: readonly StoredItem[]): StoredItem[][] {
  const groups: StoredItem[][] = [];
  for (const item of items) {
    const group = groups.at(-1);
    if (group?.[0]?.image.blob.digest === item.image.blob.digest) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

type Pictures = { readonly [encoding: string]: BlobRef };

async function renderGroup(deps: RenderDeps, key: string, items: readonly StoredItem[], signal: AbortSignal) {
  const results = new Map<StoredItem, Pictures | ItemError>();
  const first = items[0];
  if (first === undefined) return results;
  if (first.image.head !== undefined) return new Map(items.map((item) => [item, headOnly]));
  const bytes = await deps.bytes(first.image);
  const images = items.map(({ image }) => image);
  for (const encoding of deps.encodings) {
    const who = { plugin: "render", phase: "render", item: idOf({ key, child: first.child }) };
    const originals = images.map((image) =>
      encoding.originals === true ? originalOf(bytes, image, encoding) : undefined
    );
    const others = images.filter((_, index) => originals[index] === undefined);
    const made = others.length === 0 ? [] : [
      ...await deps.call(who, signal, () => deps.encodeMany(bytes, others, encoding)),
    ];
    const pictures = originals.map((original) => original ?? made.shift());
    await Promise.all(items.map(async (item, index) => {
      const picture = pictures[index] === bytes ? item.image.blob : pictures[index];
      results.set(item, await added(deps.blobs, results.get(item), encoding, picture));
    }));
  }
  return results;
}

const headOnly = new ItemError(
  "head_only",
  "Cannot render the image: only the start of its file was read; have the source read all of it",
);

async function added(
  blobs: Blobs,
  before: Pictures | ItemError | undefined,
  encoding: Encoding,
  made: Uint8Array | BlobRef | ItemError | undefined,
) {
  if (before instanceof ItemError) return before;
  if (made === undefined || made instanceof ItemError) {
    return made ?? new ItemError("undecodable", "Cannot render the image: the codec gave nothing");
  }
  return { ...before, [encodingName(encoding)]: made instanceof Uint8Array ? await blobs.put(made) : made };
}

function undecodable({ child }: StoredItem, error: ItemError): Loss {
  return { child, verdict: "rejected", step: "render", reason: error.code, detail: messageOf(error) };
}
