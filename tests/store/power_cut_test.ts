import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { inFolder } from "../temp_folder.ts";
import { createDisk, type Left } from "./disk_model.ts";
import { names, pictureBench } from "./gc_fixtures.ts";
import { type Effect, recordEffects } from "./recorder.ts";
import { readWhole } from "./whole_store.ts";

/** Of so many different disks one is run on again. */
const runEvery = 20;

const first = names(20);
const second = [...names(21), "new"];

/** What is done: a version, then another one, each in a lease. */
async function work(storage: DatasetStorage): Promise<string | undefined> {
  if (await storage.refs.head("test") === undefined) await run(storage, first);
  return await run(storage, second);
}

async function run(storage: DatasetStorage, files: readonly string[]): Promise<string | undefined> {
  const lease = await storage.leases.open("run test");
  const { version } = await pictureBench(storage, files).run();
  await storage.store.flush();
  await lease.close();
  return version;
}

Deno.test("openFolderStore() is whole after a power cut at any moment, and the next run ends as if there had been none", () =>
  inFolder(async (root) => {
    const place = `${root}/recorded`;
    const { effects, version } = await recorded(place);
    assert.ok(effects.length > 300, `${effects.length} effects`);
    const disk = createDisk(place);
    const seen = new Set<string>();
    const random = randomFrom(1);
    const tally = { disks: 0, refs: 0, runs: 0 };
    for (const [at, effect] of effects.entries()) {
      disk.apply(effect);
      for (const left of ["none", "names", "some", "some"] satisfies Left[]) {
        const files = withoutTemporary(place, disk.afterCut(left, random));
        if (seen.size === seen.add(digestOf(files)).size) continue;
        const cut = `${root}/cut`;
        putFiles(cut, files);
        const what = `${left} after effect ${at} of ${effects.length}: ${JSON.stringify(effect).slice(0, 200)}`;
        tally.refs += (await told(what, () => checkStore(cut))).versions;
        if (tally.disks++ % runEvery === 0) {
          assert.equal(await told(what, () => workOn(cut)), version, what);
          tally.runs++;
        }
        Deno.removeSync(cut, { recursive: true });
      }
    }
    assert.deepEqual(hexOf(disk.now()), hexOf(filesIn(place)), "the recorder has seen everything");
    assert.ok(tally.disks > 100 && tally.refs > 50 && tally.runs > 5, JSON.stringify(tally));
  }));

async function recorded(place: string): Promise<{ effects: readonly Effect[]; version: string | undefined }> {
  mkdirSync(place);
  using recorder = recordEffects(place);
  const version = await work(createStorage(await openFolderStore(place)));
  return { effects: [...recorder.effects], version };
}

async function checkStore(place: string): Promise<{ versions: number }> {
  return await readWhole(createStorage(await openFolderStore(place)));
}

async function workOn(place: string): Promise<string | undefined> {
  const storage = createStorage(await openFolderStore(place));
  const version = await work(storage);
  await readWhole(storage);
  return version;
}

async function told<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    throw new Error(what, { cause });
  }
}

/** Nobody reads what is in there. */
function withoutTemporary(place: string, files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  return new Map(
    [...files].map(([path, bytes]) => [path.slice(place.length + 1), bytes] as const)
      .filter(([path]) => !path.startsWith("tmp/")),
  );
}

function putFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(folder);
  for (const [path, bytes] of files) {
    mkdirSync(dirname(`${folder}/${path}`), { recursive: true });
    writeFileSync(`${folder}/${path}`, bytes);
  }
}

function filesIn(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = `${entry.parentPath}/${entry.name}`;
    if (entry.isFile()) files.set(path, readFileSync(path));
  }
  return files;
}

function hexOf(files: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  const lines = [...files].map(([path, bytes]) => [path, createHash("sha256").update(bytes).digest("hex")] as const);
  return Object.fromEntries(lines.sort(([left], [right]) => left < right ? -1 : 1));
}

function digestOf(files: ReadonlyMap<string, Uint8Array>): string {
  return createHash("sha256").update(JSON.stringify(hexOf(files))).digest("hex");
}

/** Numbers in [0, 1), the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}
