import assert from "node:assert/strict";
import type { Encoding, Image } from "../../runtime/contract/image.ts";
import { canonicalJson } from "../../runtime/contract/json.ts";
import { createCall } from "../../runtime/engine/call.ts";
import type { Entry } from "../../runtime/engine/entry.ts";
import { createRenderStage, encodingName } from "../../runtime/engine/render_stage.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer } from "../../runtime/image/render.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { bytesOf, imageOf, jpegOf, opened, painted, pngOf } from "../image/pictures.ts";

const call = createCall({
  timeoutMs: 10_000,
  retries: 0,
  entering: () => {},
  sleep: () => Promise.resolve(),
  random: () => 0.5,
});
const never = new AbortController().signal;
const asIs: Encoding = { format: "jpeg", quality: 90, originals: true };
const anew: Encoding = { format: "jpeg", quality: 90 };

/** Renders images of one file; gives the bytes of each picture, or why there is none. */
async function rendered(file: Uint8Array, images: readonly Image[], encodings: readonly Encoding[]) {
  const { blobs } = createStorage(createMemoryStore());
  const { encodeMany } = createRenderer(await openNativeCodec(), { maxPixels: 1e6 });
  let encoded = 0;
  const stage = createRenderStage({
    encodings,
    codec: "test",
    blobs,
    bytes: () => Promise.resolve(file),
    encodeMany: (bytes, some, encoding) => {
      encoded += some.length;
      return encodeMany(bytes, some, encoding);
    },
    call,
  });
  await blobs.put(file);
  const items = images.map((image, index) => ({ child: `c${index}`, image, facts: {} }));
  const before: Entry = { key: "a.jpg", input: "", items, losses: [], notes: [] };
  const work = await stage.work(canonicalJson(before));
  assert.ok(work !== undefined);
  const entry: Entry = await work.compute(undefined, never);
  const pictures = entry.items.map(({ pictures = {} }) => encodings.map((one) => pictures[encodingName(one)]?.digest));
  return { pictures, encoded, losses: entry.losses, blobs };
}

Deno.test("createRenderStage() links the file itself where originals are wanted and nothing was done to it", async () => {
  const file = await jpegOf(painted(40, 30));
  const image = imageOf(file);
  const { pictures, encoded } = await rendered(file, [image], [asIs]);
  assert.deepEqual([pictures, encoded], [[[image.blob.digest]], 0]);
});

Deno.test("createRenderStage() renders what was edited beside what was not, each in its place", async () => {
  const file = bytesOf(await opened(painted(40, 30)).jpeg().withExif({ IFD3: { GPSLatitudeRef: "N" } }).toBuffer());
  const plain = imageOf(file);
  const gray = imageOf(file, { op: "grayscale" });
  const { pictures, encoded, blobs } = await rendered(file, [gray, plain, gray], [asIs, anew]);
  assert.equal(encoded, 2 + 3);
  const [first, second, third] = pictures;
  assert.deepEqual(first, third);
  assert.equal(first?.[0], first?.[1], "rendered alike under both encodings");
  assert.notEqual(second?.[0], second?.[1]);
  const kept = await blobs.get(second?.[0] ?? "");
  assert.doesNotMatch(new TextDecoder("latin1").decode(kept), /Exif/);
  assert.ok(kept.length < file.length && kept.length > file.length - 300);
});

Deno.test("createRenderStage() renders files of another format, also where originals are wanted", async () => {
  const file = await pngOf(painted(40, 30));
  const { pictures, encoded } = await rendered(file, [imageOf(file)], [asIs]);
  assert.equal(encoded, 1);
  assert.ok(pictures[0]?.[0] !== undefined);
});

Deno.test("createRenderStage() has another key where originals are wanted", () => {
  const keyOf = (...encodings: Encoding[]) => {
    const { blobs } = createStorage(createMemoryStore());
    const bytes = () => Promise.resolve(new Uint8Array());
    return createRenderStage({ encodings, codec: "test", blobs, bytes, encodeMany: () => Promise.resolve([]), call })
      .column.key;
  };
  assert.notEqual(keyOf(asIs), keyOf(anew));
  assert.equal(keyOf(anew), keyOf({ ...anew }));
});
