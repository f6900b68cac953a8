// Verifies versions: everything that they are made of is read again and compared with what its name says.
import type { Digest } from "../contract/json.ts";
import type { BlobRef } from "../contract/image.ts";
import type { TreeEntry } from "../contract/version.ts";
import type { Finding, Verified } from "../contract/verified.ts";
import { chunkKeyOf } from "../store/chunks.ts";
import { eachAtOnce } from "../store/each_at_once.ts";
import type { DatasetStorage } from "../store/open.ts";
import { type PublishedFile, publishedFiles } from "../store/published_check.ts";
import { entryOfLine } from "./exporting.ts";
import { createFindings, type Findings } from "./findings.ts";
import { besideFiles, blobsAtOnce, checkBlob, createOnce, findAffected, hashStream } from "./verify_blobs.ts";
import { checkChunks, type ChunkChecks } from "./verify_chunks.ts";
import { checkNonsense, type NumberedVersion, readVersions } from "./verify_refs.ts";

/** One version of a dataset, or all. */
export type Wanted = { readonly dataset: string; readonly number?: number };

export type VerifyOptions = {
  readonly storage: DatasetStorage;
  readonly wanted: readonly Wanted[];
  readonly signal: AbortSignal;
  /** Called often; what it is given changes with each call. */
  readonly onProgress: (sofar: Verified) => void;
};

export type VerifyResult = { readonly findings: readonly Finding[]; readonly verified: Verified };

/** Finds all that is wrong; throws only what keeps it from looking. Every object is read once over all versions. */
export async function verifyVersions(options: VerifyOptions): Promise<VerifyResult> {
  const { storage, wanted, signal, onProgress } = options;
  const findings = createFindings();
  const done = { versions: 0, expired: 0, chunks: 0, blobs: 0, files: 0, bytes: 0 };
  const versions: NumberedVersion[] = [];
  for (const { dataset, number } of wanted) {
    const read = await readVersions(storage, findings, dataset, number);
    versions.push(...read.versions);
    done.expired += read.expired;
  }
  const onChunk = () => {
    done.chunks++;
    onProgress(done);
  };
  const onBytes = (bytes: number) => {
    done.bytes += bytes;
    onProgress(done);
  };
  const checks: ChunkChecks = { storage, findings, known: new Map(), signal, onChunk };
  const atOnce = storage.store.folder === undefined ? blobsAtOnce.far : blobsAtOnce.near;
  await eachAtOnce(newBlobs(checks, versions, done), atOnce, async (blob) => {
    signal.throwIfAborted();
    await checkBlob(storage.store, findings, blob, onBytes);
    done.blobs++;
  });
  const isReadable = ({ dataset, id }: NumberedVersion) => !findings.has(`versions/${dataset}/${id}.json`);
  const readable = versions.filter(isReadable);
  if (findings.size > 0) await findAffected(storage, findings, readable, signal);
  for (const version of readable) {
    try {
      await checkPublished(options, findings, version, done, onBytes);
    } catch (thrown) {
      if (findings.size === 0) throw thrown;
      checkNonsense(thrown); // a finding already
    }
  }
  return { findings: findings.all(), verified: done };
}

async function* newBlobs(
  checks: ChunkChecks,
  versions: readonly NumberedVersion[],
  done: { versions: number },
): AsyncGenerator<BlobRef> {
  const isNew = createOnce();
  for (const version of versions) {
    try {
      for await (const blob of checkChunks(checks, version)) if (isNew(blob)) yield blob;
      for await (const { digest, size } of besideFiles(checks.storage, version)) {
        if (isNew({ digest, size })) yield { digest, size };
      }
    } catch (thrown) {
      checkNonsense(thrown);
      const key = `versions/${version.dataset}/${version.id}.json`;
      checks.findings.add("version", key, "it leads to what no run writes");
      checks.findings.affects(key, { ...version, noun: "version" });
    }
    done.versions++;
  }
}

async function checkPublished(
  { storage, signal }: VerifyOptions,
  findings: Findings,
  { dataset, numbers, ...version }: NumberedVersion,
  done: { files: number },
  onBytes: (bytes: number) => void,
): Promise<void> {
  const entries = treeOf(storage, findings, { dataset, numbers, ...version });
  for (const number of numbers) {
    const find = ({ path, entry }: PublishedFile, what: string) => {
      findings.add("published", path, what);
      findings.affects(path, { dataset, numbers: [number], noun: "file", name: entry.path });
    };
    const absent: PublishedFile[] = [];
    let pictures = 0;
    for await (const file of publishedFiles(storage.store, dataset, number, entries())) {
      signal.throwIfAborted();
      const isPicture = file.entry.picture === true;
      if (file.state === "missing" && isPicture) absent.push(file);
      else if (isPicture) pictures++;
      if (file.state === "copied") done.files++;
      const problem = await problemOf(file, onBytes);
      if (problem !== undefined && !absent.includes(file)) find(file, problem);
    }
    // A pipeline may leave out all pictures, but not some of them.
    if (pictures > 0) absent.forEach((file) => find(file, "it is missing"));
  }
}

async function problemOf(file: PublishedFile, onBytes: (bytes: number) => void): Promise<string | undefined> {
  if (file.state === "missing") return "it is missing";
  if (file.state === "copied") {
    const { digest } = await hashStream(file.open(), onBytes);
    if (digest !== file.entry.digest) return "it was changed";
  }
  return file.writable ? "it can be written to" : undefined;
}

/** Files of a version and beside it, as often as they are asked for. */
function treeOf(storage: DatasetStorage, findings: Findings, version: NumberedVersion) {
  return async function* (): AsyncGenerator<TreeEntry> {
    const list = version.version.tree;
    if (findings.has(chunkKeyOf(list))) return;
    for (const line of await storage.chunks.get(list)) {
      const digest: Digest = JSON.parse(line);
      if (!findings.has(chunkKeyOf(digest))) yield* (await storage.chunks.get(digest)).map(entryOfLine);
    }
    yield* besideFiles(storage, version);
  };
}
