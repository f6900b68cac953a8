import assert from "node:assert/strict";
import sharp from "sharp";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Encoding } from "../../runtime/contract/image.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { createRenderer } from "../../runtime/image/render.ts";
import { structureProblem } from "../../runtime/image/structure.ts";
import { assetPath, assetTest } from "../assets.ts";
import { imageOf } from "./pictures.ts";

const jpeg: Encoding = { format: "jpeg", quality: 85 };

/** A line of the manifest: what the file is meant to be, and what its makers' decoder said. */
type Row = { readonly file: string; readonly expected: string; readonly decoded: string; readonly size: string };

function manifest(): readonly Row[] {
  const [head = "", ...lines] = Deno.readTextFileSync(assetPath("hostile/MANIFEST.tsv")).trim().split("\n");
  const names = head.split("\t");
  return lines.map((line) => {
    const cells = line.split("\t");
    const cell = (name: string) => cells[names.indexOf(name)] ?? "";
    return {
      file: cell("file"),
      expected: cell("expected"),
      decoded: cell("decode_failOn_warning"),
      size: `${cell("w")}x${cell("h")}`,
    };
  });
}

type Outcome = { readonly reason: string; readonly structure?: string; readonly size?: string };

async function outcomeOf(bytes: Uint8Array): Promise<Outcome> {
  const renderer = createRenderer(await openNativeCodec(), { maxPixels: 6e7 });
  try {
    const image = imageOf(bytes);
    const structure = structureProblem(bytes, image.header.format);
    const { width, height } = await renderer.raster(bytes, image, "view");
    return { reason: "none", size: `${width}x${height}`, ...(structure === undefined ? {} : { structure }) };
  } catch (error) {
    assert.ok(error instanceof ItemError, String(error));
    assert.match(error.message, /^Cannot [^\n]{1,300}$/);
    return { reason: error.code };
  }
}

assetTest("readHeader() and all that follows it survive every hostile file", async () => {
  const rows = manifest();
  assert.equal(rows.length, 217);
  const reasons = new Set<string>();
  for (const { file } of rows) {
    reasons.add((await outcomeOf(Deno.readFileSync(assetPath(`hostile/${file}`)))).reason);
  }
  const expected = ["bad_header", "none", "not_an_image", "too_many_pixels", "undecodable", "unsupported_format"];
  assert.deepEqual([...reasons].sort(), expected);
});

/** Files that decode, and are not to be accepted all the same, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  "imagesize/valid__svg__exponent-width-height.svg": "unsupported_format",
  "imagesize/valid__svg__single-quotes.svg": "unsupported_format",
  "imagesize/valid__svg__viewbox-lowercase.svg": "unsupported_format",
  "imagesize/valid__svg__viewbox-width-height.svg": "unsupported_format",
  "imagesize/valid__svg__width-height.svg": "unsupported_format",
};

assetTest("raster() and structureProblem() accept every valid file that sharp decodes", async () => {
  const valid = manifest().filter(({ expected, decoded }) => expected.startsWith("valid") && decoded === "ok");
  assert.ok(valid.length > 80);
  for (const { file } of valid) {
    const outcome = await outcomeOf(Deno.readFileSync(assetPath(`hostile/${file}`)));
    assert.equal(outcome.reason, exceptions[file] ?? "none", file);
    assert.equal(outcome.structure, undefined, file);
  }
});

function photographs(): readonly string[] {
  return ["photos/images", "racing", "frames", "traps"].flatMap((folder) =>
    [...Deno.readDirSync(assetPath(folder))]
      .filter(({ name }) => name.endsWith(".jpg"))
      .map(({ name }) => `${folder}/${name}`)
  ).sort();
}

assetTest("readHeader() agrees with sharp on every photograph", async () => {
  for (const path of photographs()) {
    const bytes = Deno.readFileSync(assetPath(path));
    const header = readHeader(bytes);
    const { width, height, channels, orientation, icc } = await sharp(bytes).metadata();
    const { width: ownWidth, height: ownHeight, ...own } = header;
    assert.deepEqual([ownWidth, ownHeight, own.channels], [width, height, channels], path);
    assert.deepEqual([own.orientation, own.icc], [orientation ?? 1, icc !== undefined], path);
  }
});

assetTest("structureProblem() finds the truncated photograph and no other", () => {
  const found = photographs().filter((path) =>
    structureProblem(Deno.readFileSync(assetPath(path)), "jpeg") !== undefined
  );
  assert.deepEqual(found, ["traps/african_elephants_truncated_file.jpg"]);
});

assetTest("raster() of a photograph is what sharp makes of it, colour profile included", async () => {
  const renderer = createRenderer(await openNativeCodec(), { maxPixels: 6e7 });
  for (const path of photographs().filter((path) => path.startsWith("photos") || path.includes("cmyk"))) {
    const bytes = Deno.readFileSync(assetPath(path));
    for (const use of ["view", "model"] as const) {
      const { data } = await renderer.raster(bytes, imageOf(bytes), use);
      const expected = await sharp(bytes, { ignoreIcc: use === "model" }).autoOrient().raw().toBuffer();
      assert.ok(expected.equals(data), `${path} for ${use}`);
    }
  }
});

assetTest("encodeMany() of a photograph encodes what raster() gives", async () => {
  const codec = await openNativeCodec();
  const renderer = createRenderer(codec, { maxPixels: 6e7 });
  for (const path of photographs().filter((path) => path.startsWith("racing"))) {
    const bytes = Deno.readFileSync(assetPath(path));
    const image = imageOf(bytes, { op: "resize", width: 480, height: 270 });
    const [picture] = await renderer.encodeMany(bytes, [image], jpeg);
    const raster = await renderer.raster(bytes, image, "view");
    assert.deepEqual(picture, await codec.encoded({ from: "raster", raster }, jpeg), path);
  }
});

assetTest("raster() says the same of a damaged file, whatever else is decoded at the time", async () => {
  const files = manifest().map(({ file }) => Deno.readFileSync(assetPath(`hostile/${file}`)));
  const { raster } = createRenderer(await openNativeCodec(), { maxPixels: 6e7 });
  const said = async (bytes: Uint8Array) => {
    try {
      await raster(bytes, imageOf(bytes), "view");
      return "sound";
    } catch (error) {
      return error instanceof ItemError ? error.message : String(error);
    }
  };
  const alone: string[] = [];
  for (const bytes of files) alone.push(await said(bytes));
  for (let round = 0; round < 3; round++) assert.deepEqual(await Promise.all(files.map(said)), alone);
});
