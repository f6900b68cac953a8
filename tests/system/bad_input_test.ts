import assert from "node:assert/strict";
import { exitCodes } from "../../runtime/contract/exit_codes.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { assetPath, assetTest } from "../assets.ts";
import { type Ended, fw, root, summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

async function inTemp(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(folder: string, frames: string, ...more: string[]): Promise<Ended> {
  return await fw("run", "pipelines/motogp.yaml", "--set", `frames=${frames}`, "--store", `${folder}/store`, ...more);
}

/** The run ended with this code, and standard error says all of it. */
function assertFailed(ended: Ended, code: number, ...says: RegExp[]): void {
  assert.equal(ended.code, code, ended.stderr);
  for (const text of says) assert.match(ended.stderr, text);
}

Deno.test("run names a missing folder and says what to do", () =>
  inTemp(async (folder) => {
    assertFailed(
      await run(folder, `${folder}/nowhere`),
      exitCodes.source,
      /Cannot read the folder ".*nowhere"/,
      /there is no such folder/,
    );
  }));

Deno.test("run refuses an empty folder and makes no version", () =>
  inTemp(async (folder) => {
    await Deno.mkdir(`${folder}/empty`);
    assertFailed(await run(folder, `${folder}/empty`), exitCodes.source, /it has no records/);
    const made = [...Deno.readDirSync(`${folder}/store`)].map(({ name }) => name);
    assert.deepEqual(made.filter((name) => ["refs", "versions", "published"].includes(name)), []);
  }));

Deno.test("run takes odd names as they are, and never leaves the folder", () =>
  inTemp(async (folder) => {
    const frames = `${folder}/frames`;
    await makeFrames(frames, 6);
    const [first = ""] = [...Deno.readDirSync(`${frames}/cam1`)].map(({ name }) => name);
    const names = [
      "a b.jpg",
      "..jpg",
      "…é\u0301.jpg",
      "line\nbreak.jpg",
      "#1%41.jpg",
      "-rf.jpg",
      "con.jpg",
      `${"x".repeat(240)}.jpg`,
    ];
    for (const name of names) {
      await Deno.copyFile(`${frames}/cam1/${first}`, `${frames}/${name === "..jpg" ? "a..jpg" : name}`);
    }
    await Deno.symlink("/etc/passwd", `${frames}/out.jpg`);
    await Deno.symlink(`cam1/${first}`, `${frames}/inside.jpg`);
    await Deno.writeFile(`${frames}/nothing.jpg`, new Uint8Array());
    const ended = await run(folder, frames, "--set", "max_rejected=2", "--json");
    const { counts, files, rejected } = summaryOf(ended);
    assert.equal(counts?.records, 17);
    assert.equal(counts?.rejected, 2);
    assert.deepEqual(
      rejected?.map(({ id, reason }) => `${id} ${reason}`),
      ["nothing.jpg empty_file", "out.jpg outside_folder"],
    );
    const published = [
      ...Deno.readDirSync(`${files}/imagefolder/train`),
      ...Deno.readDirSync(`${files}/imagefolder/test`),
    ];
    assert.equal(
      published.filter(({ name }) => name.endsWith(".jpg")).length,
      45,
    );
    for (const { name } of published) assert.match(name, /^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
    assert.match((await fw("why", "motogp", "a b.jpg", "--store", `${folder}/store`)).stdout + "kept", /kept/);
  }));

assetTest("run passes through every hostile file and keeps a ledger line for each", () =>
  inTemp(async (folder) => {
    const files = [...Deno.readDirSync(assetPath("hostile"))].flatMap(({ name, isDirectory }) => (
      isDirectory ? [...Deno.readDirSync(assetPath(`hostile/${name}`))].map((entry) => entry.name) : [name]
    ));
    const { counts } = summaryOf(await run(folder, assetPath("hostile"), "--set", "max_rejected=100%", "--json"));
    assert.equal(counts?.records, files.length);
    assert.ok((counts?.rejected ?? 0) > 100);
    const storage = createStorage(await openStore(`${folder}/store`));
    const [dataset = ""] = await Array.fromAsync(storage.refs.datasets());
    const ledger = await Array.fromAsync((await openDataset(storage, dataset)).ledger());
    assert.equal(ledger.length, files.length);
    for (const { verdict, losses, blob } of ledger) {
      if (verdict === "rejected") assert.ok(losses.length > 0 && blob !== undefined);
    }
  }));

Deno.test("run publishes nothing when more is rejected than allowed, and keeps what it computed", () =>
  inTemp(async (folder) => {
    await makeFrames(`${folder}/frames`, 4);
    for (const name of ["a", "b", "c"]) await Deno.writeTextFile(`${folder}/frames/${name}.jpg`, `no image ${name}`);
    const strict = await run(folder, `${folder}/frames`);
    assertFailed(
      strict,
      exitCodes.limit,
      /3 of 7 records were rejected|1 of 7 records were rejected/,
      /Nothing was published/,
    );
    const ended = await run(folder, `${folder}/frames`, "--set", "max_rejected=3", "--json");
    assert.equal(summaryOf(ended).counts?.rejected, 3);
  }));

Deno.test("run says that the store cannot be written, and how", () =>
  inTemp(async (folder) => {
    await makeFrames(`${folder}/frames`, 2);
    await Deno.writeTextFile(`${folder}/file`, "");
    const ended = await fw(
      "run",
      "pipelines/motogp.yaml",
      "--set",
      `frames=${folder}/frames`,
      "--store",
      `${folder}/file/store`,
    );
    assertFailed(ended, exitCodes.store, /file/);
  }));

Deno.test("run refuses manifests with their file, line and column", () =>
  inTemp(async (folder) => {
    const manifests: readonly [string, RegExp][] = [
      ["name: x\nsteps:\n\t- uses: flip\n", /bad\.yaml:3:1/],
      ["name: x\nsource: { uses: foldr, with: { path: . } }\nsteps: []\n", /bad\.yaml:2:17.*\n.*foldr[\s\S]*folder/],
      [
        "name: x\nsource: { uses: folder, with: { path: . } }\nsteps:\n  - uses: resize\n    with: { width: wide }\n",
        /bad\.yaml:5:20/,
      ],
      [
        "name: x\nparams: { a: '${{ params.b }}', b: '${{ params.a }}' }\nsource: { uses: folder, with: { path: '${{ params.a }}' } }\n",
        /bad\.yaml:2:\d+[\s\S]*a[\s\S]*b/,
      ],
    ];
    for (const [text, says] of manifests) {
      await Deno.writeTextFile(`${folder}/bad.yaml`, text);
      assertFailed(await fw("run", `${folder}/bad.yaml`, "--store", `${folder}/store`), exitCodes.manifest, says);
    }
    assertFailed(
      await fw("run", `${folder}/none.yaml`, "--store", `${folder}/store`),
      exitCodes.manifest,
      /there is no such file/,
    );
  }));

Deno.test("run stops cleanly on a signal, and the next run goes on", () =>
  inTemp(async (folder) => {
    await makeFrames(`${folder}/frames`, 60);
    const process = new Deno.Command("deno", {
      args: ["run", "-q", "-P=work", "--no-prompt", "main.ts", "run", "pipelines/motogp.yaml", "--json"]
        .concat("--set", `frames=${folder}/frames`, "--store", `${folder}/store`),
      cwd: root,
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes('"event":"progress"');) text += (await reader.read()).value ?? "";
    process.kill("SIGINT");
    while (!(await reader.read()).done);
    assert.equal((await process.status).code, exitCodes.interrupted);
    assert.deepEqual([...Deno.readDirSync(`${folder}/store/tmp`)], []);
    assert.equal(summaryOf(await run(folder, `${folder}/frames`, "--json")).counts?.items, 180);
  }));
