import assert from "node:assert/strict";
import sharp from "sharp";
import type { ImageFormat } from "../../runtime/contract/image.ts";
import { structureProblem } from "../../runtime/image/structure.ts";
import { bytesOf, jpegOf, opened, painted, pngOf } from "./pictures.ts";

/** Good files: what is found in them would be an error of ours. */
async function goodFiles(): Promise<readonly (readonly [ImageFormat, Uint8Array])[]> {
  const image = () => opened(painted(70, 50, 3, 30)).withMetadata({ orientation: 6 });
  const frames = sharp(painted(16, 24).data, { raw: { width: 16, height: 24, channels: 3, pageHeight: 12 } });
  const files = [
    ["jpeg", image().jpeg()],
    ["jpeg", image().jpeg({ progressive: true, chromaSubsampling: "4:4:4" })],
    ["jpeg", image().toColourspace("b-w").jpeg()],
    ["jpeg", image().toColourspace("cmyk").jpeg()],
    ["png", image().png()],
    ["png", image().png({ progressive: true, palette: true })],
    ["webp", image().webp()],
    ["webp", frames.clone().webp()],
    ["gif", frames.clone().gif()],
    ["tiff", image().tiff()],
    ["avif", image().avif()],
  ] as const;
  return await Promise.all(files.map(async ([format, file]) => [format, bytesOf(await file.toBuffer())] as const));
}

Deno.test("structureProblem() finds nothing in good files, nor in what follows them", async () => {
  for (const [format, bytes] of await goodFiles()) {
    assert.equal(structureProblem(bytes, format), undefined, format);
    if (format === "avif") continue;
    const longer = new Uint8Array(bytes.length + 5000);
    longer.set(bytes);
    assert.equal(structureProblem(longer, format), undefined, `${format} with zeros behind it`);
  }
});

Deno.test("structureProblem() finds every cut through the pixels", async () => {
  for (const [format, bytes] of await goodFiles()) {
    if (format === "tiff") continue;
    for (const share of [0.5, 0.9, 0.99]) {
      const problem = structureProblem(bytes.subarray(0, Math.floor(bytes.length * share)), format);
      assert.match(problem ?? "nothing", /^The data ends after \d+ bytes, [^.]+$/, `${format} cut at ${share}`);
    }
  }
});

Deno.test("structureProblem() finds a missing end", async () => {
  const jpeg = await jpegOf(painted(70, 50));
  assert.match(structureProblem(jpeg.subarray(0, -2), "jpeg") ?? "", /inside the picture$/);
  const png = await pngOf(painted(70, 50));
  assert.match(structureProblem(png.subarray(0, -12), "png") ?? "", /\(IEND\)$/);
  const gif = bytesOf(await opened(painted(70, 50)).gif().toBuffer());
  assert.match(structureProblem(gif.subarray(0, -1), "gif") ?? "", /\(trailer\)$/);
});

/** Where the compressed data of a JPEG begins. */
function scanStart(jpeg: Uint8Array): number {
  for (let at = 2; at < jpeg.length; at += 2 + (jpeg[at + 2]! << 8 | jpeg[at + 3]!)) {
    if (jpeg[at + 1] === 0xda) return at + 2 + (jpeg[at + 2]! << 8 | jpeg[at + 3]!);
  }
  return jpeg.length;
}

async function withMarker(code: number): Promise<Uint8Array> {
  const jpeg = await jpegOf(painted(300, 200, 3, 60));
  const at = scanStart(jpeg) + 1000;
  jpeg.set([0xff, code], at);
  return jpeg;
}

Deno.test("structureProblem() finds markers that cannot stand inside a picture", async () => {
  for (const code of [0xc0, 0xc2, 0xc8, 0xd8, 0x01, 0x4f, 0xf3, 0xde]) {
    assert.match(structureProblem(await withMarker(code), "jpeg") ?? "nothing", /cannot follow pixels$/, `${code}`);
  }
  assert.match(structureProblem(await withMarker(0xd3), "jpeg") ?? "nothing", /has no place in this file$/);
});

/** A JPEG that says it has restarts, and then these, with no data between. */
function withRestarts(...numbers: readonly number[]): Uint8Array {
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
  const restartInterval = [0xff, 0xdd, 0, 4, 0, 1];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
  const data = numbers.flatMap((number) => [0x55, 0xff, 0, 0xff, 0xd0 + number]);
  return Uint8Array.of(0xff, 0xd8, ...frame, ...restartInterval, ...scan, ...data, 0x55, 0xff, 0xd9);
}

Deno.test("structureProblem() counts restarts", () => {
  assert.equal(structureProblem(withRestarts(0, 1, 2, 3, 4, 5, 6, 7, 0, 1), "jpeg"), undefined);
  assert.match(
    structureProblem(withRestarts(0, 1, 3), "jpeg") ?? "nothing",
    /^The restart at byte \d+ is out of order$/,
  );
  assert.match(structureProblem(withRestarts(1), "jpeg") ?? "nothing", /out of order$/);
});

Deno.test("structureProblem() finds a JPEG that ends before all its components came", () => {
  const frame = [0xff, 0xc0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0];
  const scan = (id: number) => [0xff, 0xda, 0, 8, 1, id, 0, 0, 63, 0, 0x55];
  const file = (...scans: readonly number[][]) => Uint8Array.of(0xff, 0xd8, ...frame, ...scans.flat(), 0xff, 0xd9);
  assert.equal(structureProblem(file(scan(1), scan(2)), "jpeg"), undefined);
  assert.match(structureProblem(file(scan(1)), "jpeg") ?? "nothing", /1 of its 2 components missing$/);
  assert.match(structureProblem(file(scan(1), scan(1)), "jpeg") ?? "nothing", /repeats a component$/);
  assert.match(structureProblem(file(scan(3)), "jpeg") ?? "nothing", /unknown component$/);
  assert.match(structureProblem(file(), "jpeg") ?? "nothing", /ends before its pixels$/);
});

Deno.test("structureProblem() finds a changed byte in a PNG", async () => {
  const png = await pngOf(painted(70, 50));
  png[Math.floor(png.length / 2)]! ^= 4;
  assert.match(structureProblem(png, "png") ?? "nothing", /does not match its checksum$/);
});
