import assert from "node:assert/strict";
import { fw, summaryOf } from "./command.ts";

type Line = {
  readonly file_name: string;
  readonly split: string;
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly edits: string;
};

/** Corner of the last crop in a recipe such as `resize 480x270; crop 270x270+105+0; crop 80x80+75+168`. */
function cornerOf(edits: string): { readonly x: number; readonly y: number } {
  const [, x, y] = /crop 80x80\+(\d+)\+(\d+)$/.exec(edits) ?? [];
  assert.ok(x !== undefined && y !== undefined, `no crop in "${edits}"`);
  return { x: Number(x), y: Number(y) };
}

async function linesOf(folder: string): Promise<Line[]> {
  const text = await Deno.readTextFile(`${folder}/metadata.jsonl`);
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("`motogp.yaml` makes patches that do not overlap, and leaves no frame on both sides", async () => {
  const store = await Deno.makeTempDir();
  try {
    const { counts, files = "" } = summaryOf(await fw("run", "pipelines/motogp.yaml", "--store", store, "--json"));
    assert.deepEqual([counts?.records, counts?.kept, counts?.rejected, counts?.items], [24, 22, 2, 66]);
    const lines = [...await linesOf(`${files}/imagefolder/train`), ...await linesOf(`${files}/imagefolder/test`)];
    const frames = Map.groupBy(lines, ({ source }) => source);
    assert.equal(frames.size, 22);
    const trained = [...frames.values()].filter(([line]) => line?.split === "train");
    assert.equal(trained.length, 18, "80 of 100 of 22 frames, to the next whole one");
    for (const [source, patches] of frames) {
      assert.equal(new Set(patches.map(({ split }) => split)).size, 1, `${source} is on both sides`);
      assert.equal(patches.length, 3);
      const corners = patches.map(({ edits }) => cornerOf(edits));
      for (const [index, one] of corners.entries()) {
        assert.ok(one.x >= 0 && one.y >= 0 && one.x <= 190 && one.y <= 190);
        for (const other of corners.slice(index + 1)) {
          assert.ok(Math.abs(one.x - other.x) >= 80 || Math.abs(one.y - other.y) >= 80, `patches of ${source} overlap`);
        }
      }
    }
    for (const { file_name, split, width, height } of lines) {
      const jpeg = await Deno.readFile(`${files}/imagefolder/${split}/${file_name}`);
      assert.deepEqual([...jpeg.slice(-2)], [0xff, 0xd9]);
      assert.deepEqual([width, height], [80, 80]);
    }
    const table = await Deno.readTextFile(`${files}/csv/metadata.csv`);
    assert.match(table, /^file_name,split,source,width,height,edits,/);
    assert.equal(table.trim().split(/\r?\n/).length, 67);
    assert.equal(await Deno.readLink(`${store}/published/motogp/latest`), "v1");
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("`motogp.yaml` gives the same version on another store", async () => {
  const stores = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const args = (store: string) => ["run", "pipelines/motogp.yaml", "--store", store, "--json"];
  try {
    const versions = await Promise.all(stores.map(async (store) => summaryOf(await fw(...args(store))).version));
    assert.equal(versions[0], versions[1]);
  } finally {
    for (const store of stores) await Deno.remove(store, { recursive: true });
  }
});
