import assert from "node:assert/strict";
import sharp from "sharp";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Encoding, Image } from "../../runtime/contract/image.ts";
import { originalOf } from "../../runtime/image/original.ts";
import { structureProblem } from "../../runtime/image/structure.ts";
import { assetPath, assetTest } from "../assets.ts";
import { bytesOf, imageOf, jpegOf, opened, painted, pngOf } from "./pictures.ts";

const encodings = (["jpeg", "png", "webp"] as const).map((format): Encoding => ({
  format,
  quality: 90,
  originals: true,
}));
const exif = { IFD0: { Artist: "secret" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "48/1 8/1 0/1" } };
const xmp = '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">secret</x:xmpmeta>';

function original(bytes: Uint8Array, format: Encoding["format"], more: Partial<Image> = {}): Uint8Array | undefined {
  return originalOf(bytes, { ...imageOf(bytes), ...more }, { format, quality: 90, originals: true });
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function segment(code: number, text: string): number[] {
  const body = [...new TextEncoder().encode(text)];
  return [0xff, code, (body.length + 2) >> 8, (body.length + 2) & 255, ...body];
}

async function pixelsOf(bytes: Uint8Array): Promise<Uint8Array> {
  return bytesOf(await sharp(bytes, { failOn: "none" }).raw().toBuffer());
}

async function checkClean(bytes: Uint8Array, before: Uint8Array, format: string): Promise<void> {
  const about = await sharp(bytes, { failOn: "none" }).metadata();
  assert.equal(about.format, format);
  for (const kind of ["exif", "xmp", "iptc", "icc", "comments"] as const) assert.equal(about[kind], undefined, kind);
  assert.deepEqual(await pixelsOf(bytes), await pixelsOf(before), "the pixels are what they were");
}

Deno.test("originalOf() gives the very bytes where nothing has to go", async () => {
  const raster = painted(40, 30);
  const jpegs = [await jpegOf(raster), await jpegOf(raster, { progressive: true }), await jpegOf(painted(9, 9))];
  for (const bytes of jpegs) assert.equal(original(bytes, "jpeg"), bytes);
  const webp = bytesOf(await opened(raster).webp().toBuffer());
  assert.equal(original(webp, "webp"), webp);
  const png = await pngOf(painted(8, 8, 4));
  await checkClean(original(png, "png") ?? new Uint8Array(), png, "png");
});

Deno.test("originalOf() takes out metadata of every kind and keeps every pixel", async () => {
  for (const format of ["jpeg", "png", "webp"] as const) {
    for (const channels of [3, 4] as const) {
      const plain = opened(painted(40, 30, channels)).toFormat(format);
      const bytes = bytesOf(await plain.withExif(exif).withXmp(xmp).toBuffer());
      const kept = original(bytes, format);
      assert.ok(kept !== undefined && kept.length < bytes.length, format);
      assert.doesNotMatch(new TextDecoder("latin1").decode(kept), /secret|GPS|Exif|eXIf|EXIF/);
      assert.equal(structureProblem(kept, format), undefined);
      await checkClean(kept, bytes, format);
      assert.equal(original(kept, format), kept, "nothing is left to take out");
    }
  }
});

Deno.test("originalOf() takes out what hides in odd places of a JPEG", async () => {
  const plain = await jpegOf(painted(40, 30));
  const start = plain.slice(0, 2);
  const thumb = [0xff, 0xe0, 0, 19, ...new TextEncoder().encode("JFIF\0"), 1, 1, 0, 0, 72, 0, 72, 1, 1, 9, 9, 9];
  const hidden = [
    joined(start, thumb, plain.slice(2)),
    joined(start, segment(0xe1, "Exif\0\0GPS secret"), segment(0xed, "Photoshop 3.0\0secret"), plain.slice(2)),
    joined(start, segment(0xfe, "secret"), segment(0xe2, "MPF\0secret"), segment(0xef, "secret"), plain.slice(2)),
    joined(start, segment(0xe0, "JFXX\0\x10secret"), segment(0xf0, "secret"), plain.slice(2)),
    joined(start, [0xff, 0xff, 0xff], plain.slice(3)),
    joined(plain, new TextEncoder().encode("secret film behind the end"), plain),
  ];
  for (const [index, bytes] of hidden.entries()) {
    const kept = original(bytes, "jpeg");
    assert.ok(kept !== undefined, `case ${index}`);
    assert.doesNotMatch(new TextDecoder("latin1").decode(kept), /secret|GPS|JFXX/, `case ${index}`);
    assert.deepEqual([...kept.slice(-2)], [0xff, 0xd9]);
    await checkClean(kept, plain, "jpeg");
  }
});

Deno.test("originalOf() takes out what stands between the scans of a progressive JPEG", async () => {
  const plain = await jpegOf(painted(64, 64, 3, 60), { progressive: true });
  const second = plain.findIndex((byte, at) =>
    byte === 0xff && plain[at + 1] === 0xc4 && at > plain.indexOf(0xda) + 40
  );
  assert.ok(second > 0);
  const bytes = joined(plain.slice(0, second), segment(0xfe, "secret"), segment(0xe1, "secret"), plain.slice(second));
  assert.deepEqual(original(bytes, "jpeg"), plain);
});

Deno.test("originalOf() leaves to the renderer what is not upright, plain and whole", async () => {
  const raster = painted(40, 30);
  const plain = await jpegOf(raster);
  const edits: Image["edits"] = [{ op: "grayscale" }];
  assert.equal(original(plain, "png"), undefined, "another format");
  assert.equal(original(plain, "jpeg", { edits }), undefined, "edits");
  assert.equal(original(plain, "jpeg", { head: { size: 9 } }), undefined, "only its start");
  const turned = bytesOf(await opened(raster).jpeg().withMetadata({ orientation: 6 }).toBuffer());
  const profiled = bytesOf(await opened(raster).jpeg().withIccProfile("p3").toBuffer());
  const cmyk = bytesOf(await opened(raster).toColourspace("cmyk").jpeg().toBuffer());
  const deep = bytesOf(await opened(raster).toColourspace("rgb16").png().toBuffer());
  const two = { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } } as const;
  const moving = bytesOf(await sharp(painted(8, 16).data, two).webp({ loop: 0 }).toBuffer());
  const adobe = joined(plain.slice(0, 2), segment(0xee, "Adobe\0d\0\0\0\0\0"), plain.slice(2));
  const refused = { turned, profiled, cmyk, cut: plain.slice(0, -30), adobe };
  for (const [name, bytes] of Object.entries(refused)) assert.equal(original(bytes, "jpeg"), undefined, name);
  assert.equal(original(deep, "png"), undefined, "16 bits");
  assert.ok(imageOf(moving).header.pages === 1 || original(moving, "webp") === undefined, "an animation");
});

/** What every published original must be, whatever file it came from. */
async function checkFile(bytes: Uint8Array, file: string): Promise<boolean> {
  const image = readable(bytes);
  if (image === undefined) return false;
  const kept = encodings.flatMap((encoding) => originalOf(bytes, image, encoding) ?? []);
  assert.ok(kept.length <= 1);
  const [one] = kept;
  if (one === undefined) return false;
  const { format, width, height } = image.header;
  assert.deepEqual([readable(one)?.header.width, readable(one)?.header.height], [width, height], file);
  assert.equal(structureProblem(one, format), undefined, file);
  if (format === "jpeg") assert.deepEqual([...one.slice(-2)], [0xff, 0xd9], file);
  await checkClean(one, bytes, format).catch(async (problem) => {
    // A damaged file may have no pixels at all, but no other ones than before.
    if (problem instanceof assert.AssertionError) {
      throw new assert.AssertionError({ message: `${file}: ${problem.message}` });
    }
    await assert.rejects(pixelsOf(bytes), file);
  });
  return true;
}

function readable(bytes: Uint8Array): Image | undefined {
  try {
    return imageOf(bytes);
  } catch (thrown) {
    assert.ok(thrown instanceof ItemError, String(thrown));
    return undefined;
  }
}

assetTest("originalOf() lets no metadata of photographs and hostile files through", async () => {
  let taken = 0;
  for (const folder of ["photos", "frames", "traps", "racing", "hostile"]) {
    for (const file of filesBelow(assetPath(folder))) {
      if (await checkFile(Deno.readFileSync(file), file)) taken++;
    }
  }
  assert.ok(taken > 100, `${taken} files were taken over`);
});

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}
