// Runs of a small pipeline whose store is in a bucket, with faults on the way to it.
import assert from "node:assert/strict";
import type { Summary } from "../../runtime/contract/events.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { framewright } from "../cli/process.ts";
import type { Ran } from "../cli/terminals.ts";
import type { Rule } from "../s3/faults.ts";
import { environment, type RawBucket, withBucket } from "../s3/raw_bucket.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

/** Short, so that tests are. */
const patience = "&timeout=1&retries=4";

export interface Pipeline {
  /** What an undisturbed run makes. */
  readonly version: string;
  run(store: string): Promise<Ran>;
}

/** A folder of ten frames, and a pipeline that ran over it once, undisturbed. */
export async function withPipeline(body: (pipeline: Pipeline) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await makeFrames(`${folder}/frames`, 10);
    putFile(folder, "faults.yaml", manifest(`${folder}/frames`));
    const run = async (store: string) =>
      await framewright(["run", `${folder}/faults.yaml`, "--store", store, "--json"], { folder, env: environment });
    const calm = await withBucket(async ({ address }) => await run(address()));
    await body({ version: published(calm).version ?? "", run });
  });
}

function manifest(frames: string): string {
  return JSON.stringify({
    name: "faults",
    source: { uses: "folder", with: { path: frames } },
    steps: [{ uses: "resize", with: { width: 64 } }],
    exports: [{ uses: "imagefolder" }, { uses: "csv" }],
  });
}

export function published({ exit, out, err }: Ran): Summary {
  assert.equal(exit, 0, out + err);
  return summaryOf({ code: exit, stdout: out, stderr: err });
}

export type Disturbed = {
  readonly ran: Ran;
  /** How many requests a fault befell. */
  readonly faults: number;
  readonly bucket: RawBucket;
};

/** One run with faults, then `body`, for which there are none. */
export async function disturbed<T>(
  { run }: Pipeline,
  rules: readonly Rule[],
  body: (run: Disturbed) => Promise<T>,
  seed = "",
): Promise<T> {
  return await withBucket(async (bucket) => {
    const proxy = bucket.proxy(rules, seed);
    const ran = await run(bucket.address(proxy.endpoint, patience)).finally(proxy.close);
    const faults = proxy.passed.filter(({ fault }) => fault !== undefined).length;
    return await body({ ran, faults, bucket });
  });
}

/** The run finished with the right version, or stopped with a clear message; nothing is half there; and the next run
 *  ends with the right version. */
export async function checkRun(pipeline: Pipeline, { ran, bucket }: Disturbed): Promise<"finished" | "stopped"> {
  if (ran.exit === 0) {
    assert.equal(published(ran).version, pipeline.version);
    await checkWhole(bucket, pipeline.version);
    return "finished";
  }
  assert.equal(ran.exit, 6, ran.out + ran.err);
  assert.match(messageIn(ran), /^Cannot [a-z]+ .*: .+/);
  await checkWhole(bucket, pipeline.version);
  assert.equal(published(await pipeline.run(bucket.address())).version, pipeline.version);
  return "stopped";
}

/** What a run that stopped said. */
export function messageIn({ out }: Ran): string {
  const last: { readonly event: string; readonly message: string } = JSON.parse(out.trim().split("\n").at(-1) ?? "");
  assert.equal(last.event, "failed");
  return last.message;
}

/** Whatever is published is the right version, and every object that it names is there and is what its name says. */
async function checkWhole({ address }: RawBucket, version: string): Promise<void> {
  const storage = createStorage(await openStore(address()));
  if (await storage.refs.head("faults") === undefined) return;
  const reader = await openDataset(storage, "faults");
  assert.equal(reader.ref.version, version);
  const [rows, items, files] = await Promise.all([
    Array.fromAsync(reader.rows()),
    Array.fromAsync(reader.items()),
    Array.fromAsync(reader.files()),
  ]);
  await Promise.all([
    ...rows.flatMap(({ cells }) => cells.map(({ digest }) => storage.chunks.get(digest))),
    ...items.map(({ image }) => storage.blobs.get(image.blob.digest)),
    ...files.map(({ digest }) => storage.blobs.get(digest)),
  ]);
}

/** Checks all cases, a few at once, since they mostly wait; throws one error that names all that failed. */
export async function checkEach<T>(
  cases: Readonly<Record<string, T>>,
  check: (one: T, name: string) => Promise<void>,
): Promise<void> {
  const left = Object.entries(cases).values();
  const failed: string[] = [];
  const worker = async () => {
    for (const [name, one] of left) {
      await check(one, name).catch((thrown) => failed.push(`${name}: ${thrown?.stack ?? thrown}`));
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  assert.deepEqual(failed, []);
}
