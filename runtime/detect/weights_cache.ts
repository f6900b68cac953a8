// Weights of models: a folder of files that are known by their digests, and how they get there. No bytes are handed out
// unchecked.
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import { type Digest, digestOf } from "../contract/json.ts";
import type { WantedWeights } from "../contract/detection.ts";
import { download, type Network, type Progress } from "./download.ts";

/** Bytes of the largest model that is read or downloaded: what a file of ONNX can hold. */
const mostBytes = 2 * 2 ** 30;

/** What a file holds, and its digest as it was just seen. */
export type CheckedWeights = { readonly bytes: Uint8Array; readonly digest: Digest; readonly path: string };

export interface WeightsCache {
  /** From the folder, whatever the file is called there; `undefined` when none fits. */
  find(wanted: WantedWeights): Promise<CheckedWeights | undefined>;
  /** From the network into the folder. Throws `InputError`, which says what else can be done. */
  download(wanted: WantedWeights, url: string, progress: Progress, signal: AbortSignal): Promise<CheckedWeights>;
  /** From a file into the folder. Throws `InputError` when it is not the one that is wanted. */
  adopt(wanted: WantedWeights, path: string): Promise<CheckedWeights>;
}

export type WeightsCacheDeps = {
  /** Made when something is put into it. */
  readonly folder: string;
  /** Nothing is downloaded without one. */
  readonly network?: Network | undefined;
  /** A text that no other process uses. */
  readonly unique: () => string;
};

export function createWeightsCache(deps: WeightsCacheDeps): WeightsCache {
  const { folder, network } = deps;
  return {
    find: (wanted) => findIn(folder, wanted),
    async download(wanted, url, progress, signal) {
      try {
        if (network === undefined) throw new InputError(`Cannot download "${url}": this program has no network`);
        return await put(deps, wanted, async (path) => {
          const options = { url, path, mostBytes: wanted.size ?? mostBytes, progress };
          const { digest, bytes } = await download(options, network, signal);
          checkWeights(wanted, digest, bytes, url);
        });
      } catch (thrown) {
        signal.throwIfAborted();
        if (thrown instanceof WrongWeights) throw thrown;
        throw new InputError(`${messageOf(thrown)}. ${otherWays(wanted.name, folder)}`, [], { cause: thrown });
      }
    },
    async adopt(wanted, path) {
      const { bytes } = await readWeights(wanted, path);
      return await put(deps, wanted, (temporary) => writeFile(temporary, bytes));
    },
  };
}

/** Two that put the same weights at once do not disturb each other: names of files come and go whole. */
async function put(
  { folder, unique }: WeightsCacheDeps,
  wanted: WantedWeights,
  fill: (temporary: string) => Promise<void>,
): Promise<CheckedWeights> {
  const temporary = join(folder, `${unique()}.partial`);
  try {
    await mkdir(folder, { recursive: true });
    await fill(temporary);
    const weights = await readWeights(wanted, temporary);
    const path = join(folder, fileNameOf(wanted.name, weights.digest));
    await rename(temporary, path);
    return { ...weights, path };
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
}

function otherWays(name: string, folder: string): string {
  if (/\.onnx$/i.test(name)) {
    return `Without a network, get the file elsewhere and put it into "${folder}", or name it with "model: <path>"`;
  }
  return [
    `Without a network there are three ways: fetch it elsewhere with "deno task fw models fetch ${name}" and copy the`,
    `folder "${folder}" here; or take it from a file with "deno task fw models fetch ${name} --from <file>"; or name the`,
    `file itself with "model: <path>"`,
  ].join(" ");
}

function fileNameOf(name: string, digest: Digest): string {
  return `${name.replace(/\.onnx$/, "").replaceAll(/[^\w.-]/g, "_")}-${digest.slice(0, 12)}.onnx`;
}

/** Likely files are looked into first: those with the usual name, then those of the right size. */
async function findIn(folder: string, wanted: WantedWeights): Promise<CheckedWeights | undefined> {
  const usual = fileNameOf(wanted.name, wanted.sha256);
  const names = await readdir(folder).catch((): string[] => []);
  const files = await Promise.all(
    names.filter((name) => !name.endsWith(".partial")).map(async (name) => {
      const size = await stat(join(folder, name)).then((it) => it.isFile() ? it.size : -1, () => -1);
      return { path: join(folder, name), size, rank: name === usual ? 0 : size === wanted.size ? 1 : 2 };
    }),
  );
  const mayFit = ({ rank, size }: { readonly rank: number; readonly size: number }) =>
    size >= 0 && size <= mostBytes && (rank < 2 || wanted.size === undefined || wanted.same !== undefined);
  for (const { path } of files.filter(mayFit).sort((left, right) => left.rank - right.rank)) {
    const bytes = await Deno.readFile(path).catch(() => undefined);
    if (bytes === undefined) continue;
    const digest = digestOf(bytes);
    if (fits(wanted, digest)) return { bytes, digest, path };
  }
  return undefined;
}

/** Not a matter of the network: another try would bring the same. */
class WrongWeights extends InputError {}

function fits({ sha256, same = [] }: WantedWeights, digest: Digest): boolean {
  return digest === sha256 || same.includes(digest);
}

/** What is in a file that must be the one that is wanted. Throws `InputError`. */
export async function readWeights(wanted: WantedWeights, path: string): Promise<CheckedWeights> {
  const weights = await readModelFile(path);
  checkWeights(wanted, weights.digest, weights.bytes.length, path);
  return weights;
}

function checkWeights(wanted: WantedWeights, digest: Digest, bytes: number, from: string): void {
  if (fits(wanted, digest)) return;
  const { name, sha256, size } = wanted;
  const trouble = `its SHA-256 is ${digest} (${bytes} bytes), expected ${sha256}`;
  const expected = size === undefined ? trouble : `${trouble} (${size} bytes)`;
  throw new WrongWeights(`Cannot use "${from}" as the weights of "${name}": ${expected}`);
}

/** What is in a file, whatever it is. Throws `InputError`. */
export async function readModelFile(path: string): Promise<CheckedWeights> {
  const refuse = (what: string, cause?: unknown) =>
    new InputError(`Cannot read the model "${path}": ${what}`, [], { cause });
  const status = await stat(path).catch((cause) => {
    throw refuse(cause?.code === "ENOENT" ? "there is no such file" : messageOf(cause), cause);
  });
  if (!status.isFile()) throw refuse("it is not a file");
  if (status.size > mostBytes) throw refuse(`it has ${status.size} bytes, ${mostBytes} are the most`);
  const bytes = await Deno.readFile(path).catch((cause) => {
    throw refuse(messageOf(cause), cause);
  });
  return { bytes, digest: digestOf(bytes), path };
}
