// Admission: a record's bytes are read, checked by their header, and become a blob and an item.
import { type Digest, digestOf, digestOfJson } from "../contract/json.ts";
import { ItemError, messageOf, TransientError } from "../contract/errors.ts";
import type { Image, ImageHeader } from "../contract/image.ts";
import type { Loss, ReadImage, SourceRecord, UpstreamItem } from "../contract/item.ts";
import type { Bound, Limits } from "../contract/manifest.ts";
import type { Source, SourceDefinition } from "../contract/plugin.ts";
import type { Column } from "../contract/version.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Call } from "./call.ts";
import type { Entry } from "./entry.ts";
import type { Stage } from "./stage.ts";
import { withoutTuning } from "./tuning.ts";

export type AdmitDeps = {
  readonly bound: Bound<SourceDefinition>;
  readonly source: Source;
  readonly blobs: Blobs;
  readonly readHeader: (bytes: Uint8Array) => ImageHeader;
  readonly limits: Limits;
  readonly call: Call;
  /** Digests of bytes that were erased, and are not to be taken in again. */
  readonly purged: () => Promise<ReadonlySet<Digest>>;
  /** Keeps the bytes at hand for the stages that follow. */
  readonly remember: (digest: string, bytes: Uint8Array) => void;
};

/** Version of the admission rules; goes up when the same bytes may give another entry. */
const admissionVersion = 1;

export function createAdmission(deps: AdmitDeps): Stage {
  const { definition, options } = deps.bound;
  const atOnce = definition.atOnce?.(options);
  return {
    column: admissionColumn(deps.bound, deps.limits),
    steps: [deps.bound.id],
    ...(atOnce === undefined ? {} : { atOnce }),
    work(line) {
      const record: SourceRecord = JSON.parse(line);
      const input = digestOf(line);
      return { key: record.key, input, itemsIn: 1, compute: (_, signal) => admit(deps, record, input, signal) };
    },
  };
}

/** What decides how a source's records are taken in. */
export function admissionColumn({ definition, written }: Bound<SourceDefinition>, limits: Limits): Column {
  const { maxPixels, maxBytes } = limits;
  const options = withoutTuning(written, definition.tuning);
  const source = { uses: definition.name, version: definition.version, options };
  return { name: "admit", key: digestOfJson({ stage: "admit", admissionVersion, source, maxPixels, maxBytes }) };
}

async function admit(deps: AdmitDeps, record: SourceRecord, input: string, signal: AbortSignal): Promise<Entry> {
  const entry = { key: record.key, input, items: [], losses: [], notes: [] };
  const lost = (loss: Omit<Loss, "child" | "verdict" | "step">): Entry => ({
    ...entry,
    losses: [{ child: "", verdict: "rejected", step: "admit", ...loss }],
  });
  if (record.broken !== undefined) return lost(record.broken);
  const purged = await deps.purged();
  if (record.items !== undefined) {
    const isPurged = record.items.some(({ image }) => purged.has(image.blob.digest));
    return isPurged ? { ...entry, losses: [erased] } : taken(record, record.items, input);
  }
  if (record.blob !== undefined && purged.has(record.blob.digest)) return { ...entry, losses: [erased] };
  const read = await readImage(deps, record, signal);
  if ("reason" in read) return lost(read);
  const { bytes, facts, head } = read;
  if (bytes.length > deps.limits.maxBytes) return lost(tooLarge(bytes.length, deps.limits.maxBytes));
  if (purged.size > 0 && purged.has(digestOf(bytes))) return { ...entry, losses: [erased] };
  const blob = record.blob ?? await deps.blobs.put(bytes);
  const refused = (loss: Trouble): Entry => ({ ...lost(loss), blob, ...(facts === undefined ? {} : { facts }) });
  if (record.unfit !== undefined) return refused(record.unfit);
  const header = headerOf(deps, bytes);
  if ("reason" in header) return refused(header);
  deps.remember(blob.digest, bytes);
  const image = { ...imageOf(blob, header), ...(head === undefined ? {} : { head }) };
  return { ...entry, items: [{ child: "", image, facts: { ...record.facts, ...facts } }], blob };
}

/** Items that were admitted before, by other datasets. */
function taken({ key }: SourceRecord, found: readonly UpstreamItem[], input: string): Entry {
  const items = found.map(({ child, image, facts }) => ({ child, image, facts }));
  const blob = found[0]?.image.blob;
  return { key, input, items, losses: [], notes: [], ...(blob === undefined ? {} : { blob }) };
}

type Trouble = { readonly reason: string; readonly detail: string; readonly again?: true };

async function readImage(
  { bound, source, blobs, call }: AdmitDeps,
  record: SourceRecord,
  signal: AbortSignal,
): Promise<ReadImage | Trouble> {
  if (record.blob !== undefined) return { bytes: await blobs.get(record.blob.digest) };
  try {
    const who = { plugin: bound.id, phase: "read", item: record.key };
    const read = await call(who, signal, (limit) => source.read(record, limit));
    return read instanceof Uint8Array ? { bytes: read } : read;
  } catch (thrown) {
    if (!(thrown instanceof ItemError || thrown instanceof TransientError)) throw thrown;
    return { reason: thrown.code, detail: messageOf(thrown), again: true } satisfies Trouble;
  }
}

function headerOf({ readHeader, limits }: AdmitDeps, bytes: Uint8Array): ImageHeader | Trouble {
  try {
    const header = readHeader(bytes);
    const pixels = header.width * header.height;
    return pixels > limits.maxPixels ? tooManyPixels(header, limits.maxPixels) : header;
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) throw thrown;
    return { reason: thrown.code, detail: messageOf(thrown) };
  }
}

function imageOf(blob: Image["blob"], header: ImageHeader): Image {
  return { blob, header, edits: header.orientation > 1 ? [{ op: "orient", value: header.orientation }] : [] };
}

/** A choice that somebody made, so no reject: it must not stop a run whose source still has the image. */
const erased: Loss = {
  child: "",
  verdict: "dropped",
  step: "admit",
  reason: "purged",
  detail: "This image was erased for good, so it is not taken in again; take it out of the source as well",
};

function tooLarge(size: number, maxBytes: number): Trouble {
  return { reason: "too_large", detail: `The file has ${size} bytes, the limit is ${maxBytes}` };
}

function tooManyPixels({ width, height }: ImageHeader, maxPixels: number): Trouble {
  const detail = `The header says ${width}x${height}, that is ${width * height} pixels; the limit is ${maxPixels}`;
  return { reason: "too_many_pixels", detail };
}
