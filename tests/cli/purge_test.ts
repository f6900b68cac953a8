import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import { inFolder, putFile } from "../temp_folder.ts";
import { framewright } from "./process.ts";

const target = "cam1_0003.png";
const secret = "ZQ-4711-PLATE";

/** Frames in two folders, the name of one of which is a fact that nobody else has. */
async function putFrames(folder: string): Promise<void> {
  for (let frame = 1; frame <= 5; frame++) await putFrame(folder, frame, frame * 40);
  putFile(folder, "cats.yaml", manifestOf("cats", `folder\n  with: { path: "${folder}/frames" }`));
  putFile(folder, "grey.yaml", manifestOf("grey", "dataset\n  with: { datasets: [cats] }"));
}

async function putFrame(folder: string, frame: number, red: number, seconds?: number): Promise<void> {
  const { default: sharp } = await import("sharp");
  const picture = sharp({
    create: { width: 90 + frame, height: 64, channels: 3, background: { r: red, g: 9, b: 200 } },
  });
  const home = frame === 3 ? secret : "track";
  putFile(folder, `frames/${home}/cam1_000${frame}.png`, new Uint8Array(await picture.png().toBuffer()), seconds);
}

function manifestOf(name: string, source: string): string {
  return `name: ${name}
source:
  uses: ${source}
steps:
  - uses: ${name === "grey" ? "grayscale" : "resize\n    with: { width: 48, height: 32 }"}
exports:
  - uses: csv
  - uses: coco
  - uses: previews
  - uses: report
limits: { max_rejected: 0 }
`;
}

Deno.test("purge leaves nothing of an image but its tombstone, in its dataset and those made from it", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    for (const args of [["run", "cats.yaml"], ["run", "grey.yaml"]]) await ran(folder, args);
    const first = digestOf(`${folder}/frames/${secret}/${target}`);
    await putFrame(folder, 3, 250, 1_700_000_500);
    const second = digestOf(`${folder}/frames/${secret}/${target}`);
    await ran(folder, ["run", "cats.yaml"]);
    const store = `${folder}/.framewright`;
    const pictures = picturesOf(store, target);
    assert.ok(pictures.size >= 3, "pictures of two revisions, and a grey one");
    const others = picturesOf(store, "cam1_0004.png");

    const id = `${secret}/${target}`;
    const unsure = await framewright(["purge", "cats", id], { folder });
    assert.equal(unsure.exit, 2);
    assert.match(unsure.err, /without being told that you are sure: add --yes/);
    const looked = await ran(folder, ["purge", "cats", id, "--dry-run"]);
    assert.match(looked, /2 revisions of its bytes\n {2}in cats v1 to v2\n {2}in grey v1\n/);
    const done = await ran(folder, ["purge", "cats", id, "--yes", "--reason", "asked for"]);
    assert.match(done, /rewritten {2}cats v1 to v2\n {2}rewritten {2}grey v1\n/);
    assert.match(done, /Out of reach, and yours to see to:\n {2}the source itself/);

    const left = new Set([first, second, ...pictures]);
    for (const { path, bytes, text } of filesIn(store)) {
      assert.ok(!left.has(createHash("sha256").update(bytes).digest("hex")), path);
      if (/^(?:tombstones|purges)\//.test(path)) continue;
      for (const digest of left) assert.ok(!text.includes(digest) && !path.includes(digest), `${digest} in ${path}`);
      // Its key holds the name of its folder; nothing else does.
      assert.ok(!text.replaceAll(id, "").includes(secret) && !path.includes(secret), `the fact in ${path}`);
    }
    assert.deepEqual(picturesOf(store, "cam1_0004.png"), others);
    assert.match(await ran(folder, ["verify"]), /^Verified 3 versions of cats, grey/);
    const told = await ran(folder, ["why", "cats", id]);
    assert.match(told, /bytes {5}erased\n/);
    assert.match(told, /dropped by purge: purged\. .*\n {2}erased on \d{4}-.* UTC, because: asked for; see purges\//);

    await ran(folder, ["run", "cats.yaml"]);
    assert.match(
      await ran(folder, ["why", "cats", id]),
      /lost {6}dropped by admit: purged\. This image was erased for good/,
    );
    assert.ok(filesIn(store).every(({ bytes }) => !left.has(createHash("sha256").update(bytes).digest("hex"))));
    assert.match(await ran(folder, ["verify"]), /^Verified 4 versions of cats, grey/);
  });
});

Deno.test("purge names the nearest images, and asks for whole ones", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    await ran(folder, ["run", "cats.yaml"]);
    const wrong = await framewright(["purge", "cats", "track/cam1_0009.png", "--yes"], { folder });
    assert.equal(wrong.exit, 2);
    assert.match(wrong.err, /no version of "cats" has a record of this id\. Near to it are "track\/cam1_000\d\.png"/);
    const part = await framewright(["purge", "cats", "track/cam1_0001.png#crop1", "--yes"], { folder });
    assert.match(part.err, /only an image goes, with all that was made of it; name "track\/cam1_0001\.png"/);
  });
});

async function ran(folder: string, args: readonly string[]): Promise<string> {
  const { exit, out, err } = await framewright(args, { folder });
  assert.equal(exit, 0, err);
  return out;
}

function digestOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

type StoreFile = { readonly path: string; readonly bytes: Uint8Array; readonly text: string };

/** All files of a store, with what they say: chunks unpacked. */
function filesIn(store: string): StoreFile[] {
  return readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
    const path = `${entry.parentPath}/${entry.name}`;
    const bytes = readFileSync(path);
    const text = new TextDecoder("latin1").decode(path.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes);
    return { path: path.slice(store.length + 1), bytes, text };
  });
}

/** Digests of pictures that were made of an image, as the last stages of all versions name them. */
function picturesOf(store: string, name: string): Set<string> {
  const digests = new Set<string>();
  for (const { path, text } of filesIn(store)) {
    if (!path.endsWith(".zst")) continue;
    for (const line of text.split("\n").filter((one) => one.includes(name) && one.includes('"pictures"'))) {
      for (
        const [, digest = ""] of JSON.stringify(JSON.parse(line).items).matchAll(/"pictures":\{.*?"digest":"(\w{64})"/g)
      ) {
        digests.add(digest);
      }
    }
  }
  return digests;
}
