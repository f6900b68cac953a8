import assert from "node:assert/strict";
import { ItemError } from "../../runtime/plugin.ts";
import { pictureStream, type StreamedFormat } from "../../runtime/kit/picture_stream.ts";
import { jpegOf, painted, pngOf } from "../image/pictures.ts";

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function split(bytes: Uint8Array, format: StreamedFormat, size = 1000, most?: number): Promise<Uint8Array[]> {
  return await Array.fromAsync(pictureStream(cut(bytes, size), format, most));
}

async function refused(bytes: Uint8Array, format: StreamedFormat, code: string, most?: number): Promise<void> {
  await assert.rejects(split(bytes, format, 7, most), (thrown) => {
    assert.ok(thrown instanceof ItemError, String(thrown));
    assert.equal(thrown.code, code);
    return true;
  });
}

/** A JPEG segment, such as a comment, whose content looks like ends and starts of files. */
function trap(code: number): Uint8Array {
  const content = [0xff, 0xd9, 0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9];
  return new Uint8Array([0xff, code, 0, content.length + 2, ...content]);
}

async function jpegs(): Promise<Uint8Array[]> {
  const plain = await jpegOf(painted(40, 30, 3, 90));
  const progressive = await jpegOf(painted(33, 21, 3, 60), { progressive: true });
  const grey = await jpegOf(painted(8, 8));
  const trapped = joined([plain.slice(0, 2), trap(0xfe), trap(0xe1), new Uint8Array([0xff, 0xff]), plain.slice(2)]);
  return [plain, trapped, progressive, grey, plain];
}

Deno.test("pictureStream() gives single JPEG files, however the stream is cut", async () => {
  const files = await jpegs();
  for (const size of [1, 2, 3, 64, 1 << 20]) {
    assert.deepEqual(await split(joined(files), "jpeg", size), files, `${size}`);
  }
});

Deno.test("pictureStream() follows restart markers, stuffed bytes and fill bytes", async () => {
  const start = [0xff, 0xd8, 0xff, 0xda, 0, 3, 1];
  const scan = [1, 0xff, 0x00, 0xff, 0xd0, 2, 0xff, 0xd7, 0xff, 0x00, 0xff, 0xff, 0xff, 0xd9];
  const file = new Uint8Array([...start, ...scan]);
  for (const size of [1, 2, 5, 100]) assert.deepEqual(await split(joined([file, file]), "jpeg", size), [file, file]);
});

Deno.test("pictureStream() gives single PNG files, however the stream is cut", async () => {
  const files = await Promise.all([pngOf(painted(40, 30, 3, 90)), pngOf(painted(5, 5)), pngOf(painted(64, 64, 4, 9))]);
  for (const size of [1, 13, 1 << 20]) assert.deepEqual(await split(joined(files), "png", size), files, `${size}`);
});

Deno.test("pictureStream() refuses what is no picture, is cut off, or has no end", async () => {
  const [file = new Uint8Array()] = await jpegs();
  const png = await pngOf(painted(9, 9));
  await refused(new TextEncoder().encode("no picture at all"), "jpeg", "not_an_image");
  await refused(new TextEncoder().encode("no picture at all"), "png", "not_an_image");
  await refused(joined([file, png]), "jpeg", "not_an_image");
  await refused(new Uint8Array([0xff, 0xd8, 0x00, 0x00]), "jpeg", "not_an_image");
  await refused(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 1, 0]), "jpeg", "not_an_image");
  await refused(file.slice(0, -1), "jpeg", "truncated");
  await refused(png.slice(0, -5), "png", "truncated");
  await refused(joined([file.slice(0, -2), new Uint8Array(5000)]), "jpeg", "too_large", 4000);
  assert.deepEqual(await split(new Uint8Array(), "jpeg"), []);
});

Deno.test("pictureStream() reads the next piece only when it is wanted", async () => {
  const [file = new Uint8Array()] = await jpegs();
  let pieces = 0;
  async function* endless() {
    for (;;) {
      pieces++;
      yield file;
    }
  }
  for await (const _ of pictureStream(endless(), "jpeg")) if (pieces === 3) break;
  assert.equal(pieces, 3);
});
