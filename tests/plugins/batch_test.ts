import assert from "node:assert/strict";
import sharp from "sharp";
import batch from "../../plugins/batch.ts";
import { InputError, ItemError } from "../../runtime/contract/errors.ts";
import type { Item } from "../../runtime/contract/item.ts";
import type { DatasetView } from "../../runtime/contract/plugin.ts";
import { bytesOf, imageOf, jpegOf, painted, pngOf } from "../image/pictures.ts";
import { readNpy } from "../kit/npy_reader.ts";
import { numpyTest, printedByNumpy } from "../kit/numpy.ts";
import { inFolder } from "../temp_folder.ts";
import { memoryDataset, runExport } from "../suites/memory_dataset.ts";
import { sharedRenderer } from "../suites/painted.ts";

type Picture = { readonly key: string; readonly bytes: Uint8Array; readonly url?: string; readonly isHead?: boolean };

async function colour(key: string, [red, green, blue, ...alpha]: readonly number[], url?: string): Promise<Picture> {
  const channels = alpha.length === 0 ? 3 : 4;
  const pixel = [red ?? 0, green ?? 0, blue ?? 0, ...alpha];
  const data = Uint8Array.from({ length: 6 * channels }, (_, at) => pixel[at % channels] ?? 0);
  const bytes = await pngOf({ width: 3, height: 2, channels, data });
  return { key, bytes, ...(url === undefined ? {} : { url }) };
}

/** The number of times that pixels were asked for stands in `looks`. */
async function datasetOf(pictures: readonly Picture[], looks = { count: 0 }): Promise<DatasetView> {
  const { raster } = await sharedRenderer();
  const bytes = new Map(pictures.map((picture) => [imageOf(picture.bytes).blob.digest, picture.bytes]));
  const items = pictures.map(({ key, bytes, url, isHead }): Item => ({
    key,
    child: "",
    image: { ...imageOf(bytes), ...(isHead ? { head: { size: 99_999 } } : {}) },
    facts: url === undefined ? {} : { url },
  }));
  return memoryDataset({
    items,
    pixels: async (image, use) => {
      looks.count++;
      if (image.head !== undefined) throw new ItemError("head_only", "Cannot read the image: only its start is here");
      return await raster(bytes.get(image.blob.digest) ?? new Uint8Array(), image, use);
    },
  });
}

async function colours(count: number): Promise<Picture[]> {
  return await Promise.all(
    Array.from({ length: count }, (_, at) => colour(`${at}`.padStart(3, "0"), [at, 100, 200])),
  );
}

/** The red of each image of a batch of uint8. */
function reds(file: Uint8Array): number[] {
  const { shape: [rows = 0, ...rest], data } = readNpy(file);
  const length = rest.reduce((product, each) => product * each, 1);
  return Array.from({ length: rows }, (_, row) => data[row * length] ?? NaN);
}

const tiny = { size: [2, 2], dtype: "uint8" } as const;

Deno.test("batch writes images in the order of ids, the last batch with what is left", async () => {
  const dataset = await datasetOf(await colours(5));
  const { tree } = await runExport(batch, { ...tiny, batch_size: 2 }, dataset);
  assert.deepEqual([...tree.files.keys()].sort(), [
    "000001.npy",
    "000002.npy",
    "000003.npy",
    "format.json",
    "index.csv",
  ]);
  const files = [1, 2, 3].map((number) => tree.bytesOf(`00000${number}.npy`));
  assert.deepEqual(files.map((file) => readNpy(file).shape), [[2, 3, 2, 2], [2, 3, 2, 2], [1, 3, 2, 2]]);
  assert.deepEqual(files.map(reds), [[0, 1], [2, 3], [4]]);
  assert.deepEqual(tree.textOf("index.csv").split("\r\n"), [
    "id,url,batch,row,error",
    "000,,000001.npy,0,",
    "001,,000001.npy,1,",
    "002,,000002.npy,0,",
    "003,,000002.npy,1,",
    "004,,000003.npy,0,",
    "",
  ]);
});

Deno.test("batch takes one image a batch, more than there are, and none", async () => {
  const dataset = await datasetOf(await colours(3));
  const single = await runExport(batch, { ...tiny, batch_size: 1 }, dataset);
  assert.deepEqual(["000001.npy", "000002.npy", "000003.npy"].map((path) => reds(single.tree.bytesOf(path))), [
    [0],
    [1],
    [
      2,
    ],
  ]);
  const large = await runExport(batch, { ...tiny, batch_size: 100 }, dataset);
  assert.deepEqual(readNpy(large.tree.bytesOf("000001.npy")).shape, [3, 3, 2, 2]);
  const padded = await runExport(batch, { ...tiny, batch_size: 5, last: "pad" }, dataset);
  assert.deepEqual(reds(padded.tree.bytesOf("000001.npy")), [0, 1, 2, 0, 0]);
  const none = await runExport(batch, tiny, await datasetOf([]));
  assert.deepEqual([...none.tree.files.keys()].sort(), ["format.json", "index.csv"]);
  assert.equal(none.tree.textOf("index.csv"), "id,url,batch,row,error\r\n");
});

Deno.test("batch scales, orders and normalises numbers as asked", async () => {
  const dataset = await datasetOf([await colour("a", [255, 51, 0])]);
  const numbersOf = async (asked: Record<string, unknown>) => {
    const { tree } = await runExport(batch, { size: [1, 1], ...asked }, dataset);
    const { shape, data } = readNpy(tree.bytesOf("000001.npy"));
    return [shape, data.map((value) => Math.round(value * 1000) / 1000)];
  };
  assert.deepEqual(await numbersOf({}), [[1, 3, 1, 1], [1, 0.2, 0]]);
  assert.deepEqual(await numbersOf({ color: "bgr", scale: 1 }), [[1, 3, 1, 1], [0, 51, 255]]);
  assert.deepEqual(await numbersOf({ mean: [0.5, 0.2, 0], std: [0.5, 1, 2] }), [[1, 3, 1, 1], [1, 0, 0]]);
  const wide = await runExport(batch, { size: [3, 2], order: "nhwc", dtype: "uint8" }, dataset);
  const { shape, data } = readNpy(wide.tree.bytesOf("000001.npy"));
  assert.deepEqual([shape, data.slice(0, 6)], [[1, 2, 3, 3], [255, 51, 0, 255, 51, 0]]);
});

Deno.test("batch takes images with alpha, grey ones and one pixel, and fits them as asked", async () => {
  const grey = bytesOf(
    await sharp(new Uint8Array([77]), { raw: { width: 1, height: 1, channels: 1 } }).png().toBuffer(),
  );
  const pictures = [await colour("alpha", [10, 20, 30, 128]), { key: "grey", bytes: grey }, {
    key: "wide",
    bytes: await jpegOf(painted(300, 100)),
  }];
  for (const fit of ["fill", "cover", "pad"]) {
    const { tree } = await runExport(batch, { size: [8, 8], dtype: "uint8", fit }, await datasetOf(pictures));
    const { shape, data } = readNpy(tree.bytesOf("000001.npy"));
    assert.deepEqual(shape, [3, 3, 8, 8]);
    const middle = data[3 * 64 + 8 * 4 + 4];
    assert.equal(middle, 77, `${fit}: grey`);
    const corner = data[6 * 64] ?? NaN;
    assert.equal(corner === 0, fit === "pad", `${fit}: the corner of a wide image is ${corner}`);
  }
});

Deno.test("batch leaves out images without pixels, fills up with the next, and says why", async () => {
  const pictures = (await colours(4)).map((picture, at) => at === 1 ? { ...picture, isHead: true } : picture);
  const { tree } = await runExport(batch, { ...tiny, batch_size: 2 }, await datasetOf(pictures));
  assert.deepEqual(["000001.npy", "000002.npy"].map((path) => reds(tree.bytesOf(path))), [[0, 2], [3]]);
  assert.deepEqual(tree.textOf("index.csv").split("\r\n").slice(1, 4), [
    "000,,000001.npy,0,",
    "001,,,,head_only: Cannot read the image: only its start is here",
    "002,,000001.npy,1,",
  ]);
  const broken = await runExport(batch, tiny, await datasetOf([{ ...pictures[1]!, isHead: true }]));
  assert.deepEqual([...broken.tree.files.keys()].sort(), ["format.json", "index.csv"]);
});

Deno.test("batch links batches whose images did not change, without a look at them", async () => {
  const asked = { ...tiny, batch_size: 2 };
  const pictures = (await colours(5)).map((picture, at) => at === 0 ? { ...picture, isHead: true } : picture);
  const first = await runExport(batch, asked, await datasetOf(pictures));
  const history = first.notes ?? [];
  const looks = { count: 0 };
  const more = [...pictures, await colour("900", [90, 0, 0])];
  const again = await runExport(batch, asked, await datasetOf(more, looks), { history });
  assert.equal(looks.count, 1, "only the new image was looked at");
  assert.deepEqual([...again.tree.blobs.keys()], ["000001.npy", "000002.npy"]);
  assert.deepEqual(reds(again.tree.bytesOf("000003.npy")), [90]);
  const fresh = await runExport(batch, asked, await datasetOf(more));
  assert.deepEqual(again.notes, fresh.notes);
  assert.equal(again.tree.textOf("index.csv"), fresh.tree.textOf("index.csv"));
});

Deno.test("batch makes batches again behind an image in front, and with other options", async () => {
  const asked = { ...tiny, batch_size: 2 };
  const pictures = await colours(4);
  const { notes = [] } = await runExport(batch, asked, await datasetOf(pictures));
  const front = [await colour("!", [70, 0, 0]), ...pictures];
  const { tree } = await runExport(batch, asked, await datasetOf(front), { history: notes });
  assert.deepEqual(["000001.npy", "000002.npy", "000003.npy"].map((path) => reds(tree.bytesOf(path))), [
    [70, 0],
    [1, 2],
    [
      3,
    ],
  ]);
  const other = await runExport(batch, { ...asked, color: "bgr" }, await datasetOf(pictures), { history: notes });
  assert.equal(other.tree.blobs.size, 0);
  const fewer = await runExport(batch, asked, await datasetOf(pictures.slice(0, 1)), { history: notes });
  assert.deepEqual(reds(fewer.tree.bytesOf("000001.npy")), [0]);
});

Deno.test("batch writes JSON with ids and addresses on request", async () => {
  const pictures = [await colour("a", [255, 0, 0], "http://127.0.0.1/a.png"), await colour("b", [0, 255, 0])];
  const { tree } = await runExport(batch, { size: [1, 2], dtype: "uint8", json: true }, await datasetOf(pictures));
  assert.deepEqual(JSON.parse(tree.textOf("000001.json")), {
    ids: ["a", "b"],
    urls: ["http://127.0.0.1/a.png", ""],
    dtype: "uint8",
    shape: [2, 3, 2, 1],
    data: [[[[255], [255]], [[0], [0]], [[0], [0]]], [[[0], [0]], [[255], [255]], [[0], [0]]]],
  });
  assert.match(tree.textOf("index.csv"), /\r\na,http:\/\/127\.0\.0\.1\/a\.png,000001\.npy,0,\r\n/);
});

Deno.test("batch refuses options that contradict each other, and batches that memory would not hold", async () => {
  const dataset = await datasetOf([]);
  for (const asked of [{ dtype: "uint8", scale: 0.5 }, { dtype: "uint8", mean: [1, 0, 0] }]) {
    await assert.rejects(runExport(batch, asked, dataset), InputError);
  }
  await assert.rejects(runExport(batch, { size: [4096, 4096], batch_size: 1000 }, dataset), /one is \d+ bytes/);
});

numpyTest("batch writes what NumPy loads, in C order", async () => {
  const { tree } = await runExport(batch, { size: [4, 3], json: true }, await datasetOf(await colours(2)));
  await inFolder(async (root) => {
    await Deno.writeFile(`${root}/b.npy`, tree.bytesOf("000001.npy"));
    await Deno.writeFile(`${root}/b.json`, tree.bytesOf("000001.json"));
    const said = await printedByNumpy(
      `import json\na = numpy.load("${root}/b.npy"); b = numpy.array(json.load(open("${root}/b.json"))["data"], "f4")\n` +
        `print(a.shape, a.dtype, a.flags.c_contiguous, round(a[1, 0, 2, 3] * 255, 3), round(a[0, 2, 0, 0] * 255, 3), (a == b).all())`,
    );
    assert.equal(said, "(2, 3, 3, 4) float32 True 1.0 200.0 True\n");
  });
});
