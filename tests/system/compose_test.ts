import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import sharp from "sharp";
import { idOf } from "../../runtime/contract/item.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer } from "../../runtime/image/render.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { fileNameOf } from "../../runtime/report/names.ts";
import { inFolder } from "../temp_folder.ts";
import { fw, summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

/** JSON is YAML. */
async function putManifest(folder: string, name: string, manifest: Readonly<Record<string, unknown>>): Promise<string> {
  const path = `${folder}/pipelines/${name}.yaml`;
  await Deno.mkdir(`${folder}/pipelines`, { recursive: true });
  const lines = Object.entries({ name, ...manifest }).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  await Deno.writeTextFile(path, `${lines.join("\n")}\n`);
  return path;
}

async function inWorkshop(body: (shop: Workshop) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const store = ["--store", `${folder}/store`];
    await makeFrames(`${folder}/frames`, 6);
    const cameras = await putManifest(folder, "cameras", {
      source: { uses: "motogp", with: { path: `${folder}/frames` } },
      steps: [
        { uses: "detect", with: { model: "demo", min_score: 0.05, backend: "native" } },
        { uses: "random_crop", with: { width: 120, height: 90, count: 2 } },
      ],
      exports: [{ uses: "csv" }],
    });
    const joined = await putManifest(folder, "joined", {
      source: { uses: "dataset", with: { datasets: "cameras", facts: ["detections", "camera"] } },
      steps: [
        { uses: "crop", with: { width: 100, height: 80, anchor: "center" } },
        { uses: "split", with: { train: 50 } },
      ],
      exports: [{ uses: "imagefolder", with: { quality: 85 } }, { uses: "coco" }, { uses: "report" }],
    });
    await body({
      folder,
      cameras,
      joined,
      run: (path) => fw("run", path, ...store, "--json"),
      fw: (...args) => fw(...args, ...store),
    });
  });
}

type Workshop = {
  readonly folder: string;
  readonly cameras: string;
  readonly joined: string;
  readonly run: (path: string) => ReturnType<typeof fw>;
  readonly fw: typeof fw;
};

Deno.test("`source: dataset` makes the pictures that all edits of both pipelines give, byte for byte", async () => {
  await inWorkshop(async ({ folder, cameras, joined, run }) => {
    const early = await run(joined);
    assert.equal(early.code, 7);
    assert.match(early.stdout, /has no version of it; run \S*cameras\.yaml first/);
    assert.equal(summaryOf(await run(cameras)).counts?.items, 12);
    const { counts, files } = summaryOf(await run(joined));
    assert.deepEqual([counts?.records, counts?.items], [6, 12]);
    const renderer = createRenderer(await openNativeCodec(), { maxPixels: 1e8 });
    const storage = createStorage(await openStore(`${folder}/store`));
    for await (const item of (await openDataset(storage, "joined")).items()) {
      const split = String(item.facts.split);
      const picture = await Deno.readFile(`${files}/imagefolder/${split}/${fileNameOf(item, "jpg")}`);
      const bytes = await Deno.readFile(`${folder}/frames/${item.key}`);
      assert.equal(createHash("sha256").update(bytes).digest("hex"), item.image.blob.digest, idOf(item));
      const image = { ...item.image, header: readHeader(bytes) };
      const [byHand] = await renderer.encodeMany(bytes, [image], { format: "jpeg", quality: 85 });
      assert.deepEqual(picture, byHand, idOf(item));
      const { width, height } = await sharp(picture).metadata();
      assert.deepEqual([width, height], [100, 80]);
      assert.deepEqual(item.image.edits.map(({ op }) => op), ["crop", "crop"]);
    }
    const sides = new Map<string, Set<unknown>>();
    for await (const { key, facts } of (await openDataset(storage, "joined")).items()) {
      sides.set(key, (sides.get(key) ?? new Set()).add(facts.split));
    }
    assert.ok([...sides.values()].every((splits) => splits.size === 1), "crops of one frame are on one side");
    assert.match(await Deno.readTextFile(`${files}/report/report.md`), /## Made from\n\n.*\n.*\n\| `cameras` \| v1 \|/);
    assert.match(await Deno.readTextFile(`${files}/report/index.html`), /Made from.*<code>cameras<\/code>.*v1/s);
  });
});

Deno.test("`why` goes up to the source file, through every version that was read", async () => {
  await inWorkshop(async ({ folder, cameras, joined, run, fw }) => {
    await run(cameras);
    await run(joined);
    const third = await putManifest(folder, "third", {
      source: { uses: "dataset", with: { datasets: ["joined"] } },
      steps: [{ uses: "flip", with: { axis: "horizontal" } }],
      exports: [{ uses: "csv" }],
    });
    await run(third);
    const id = "cam1/2024-mugello_race_cam1_000000.jpg#crop1";
    const { stdout, code } = await fw("why", "third", id);
    assert.equal(code, 0);
    assert.deepEqual(stdout.match(/in \w+ v\d|── read from \w+ v\d|source {4}motogp/g), [
      "in third v1",
      "── read from joined v1",
      "in joined v1",
      "── read from cameras v1",
      "in cameras v1",
      "source    motogp",
    ]);
    const told = JSON.parse((await fw("why", "third", id, "--json")).stdout);
    const [{ story: { upstream: [{ story }] } }] = told.upstream;
    assert.deepEqual([story.dataset, story.items.length, story.upstream], ["cameras", 1, []]);
    await checkBox(fw, id, told.items[0].facts.detections.length);
    await Deno.remove(`${folder}/store/refs/joined/00000001`);
    assert.match((await fw("why", "third", id)).stdout, /joined v1 has expired/);
    assert.equal((await fw("why", "third", id, "--box", "999")).code, 2);
  });
});

/** Each box was found in cameras, with the score it still has. */
async function checkBox(run: typeof fw, id: string, boxes: number): Promise<void> {
  assert.ok(boxes > 0, "the crop shows nothing that was found");
  const { places, found } = JSON.parse((await run("why", "third", id, "--box", String(boxes), "--json")).stdout);
  assert.deepEqual(places.map(({ dataset }: { readonly dataset: string }) => dataset), ["third", "joined", "cameras"]);
  assert.equal(found.step.model.name, "demo");
  assert.equal(found.score, places[0].detection.score);
  assert.deepEqual([found.size, found.edits], [{ width: 320, height: 180 }, []]);
  assert.match(
    (await run("why", "third", id, "--box", "1")).stdout,
    /Found by detect in cameras v1\n {2}model {4}demo, sha/,
  );
}

Deno.test("`graph` marks what is made from older images, and draws manifests before they ran", async () => {
  await inWorkshop(async ({ folder, cameras, joined, run, fw }) => {
    const planned = await fw("graph", cameras, joined);
    assert.match(planned.stdout, /<b>joined<\/b><br>no version yet/);
    await run(cameras);
    await run(joined);
    assert.match((await fw("graph", "joined")).stdout, / -->\|"v1"\| /);
    await Deno.remove(`${folder}/frames/cam1/2024-mugello_race_cam1_000000.jpg`);
    await run(cameras);
    const { edges } = JSON.parse((await fw("graph", "--json")).stdout);
    assert.deepEqual(edges.filter(({ stale }: { readonly stale: boolean }) => stale), [
      { from: "dataset cameras", to: "dataset joined", read: 1, pinned: false, newest: 2, stale: true },
    ]);
    assert.equal((await fw("graph", "--out", `${folder}/g.svg`)).code, 0);
    assert.match(await Deno.readTextFile(`${folder}/g.svg`), /class="edge stale".*v1, now v2/s);
    await run(joined);
    assert.ok(!(await fw("graph")).stdout.includes("now v2"));
    assert.equal((await fw("graph", "no-such")).code, 2);
  });
});
