import assert from "node:assert/strict";
import sharp, { type Sharp } from "sharp";
import phash from "../../plugins/phash.ts";
import { ItemError } from "../../runtime/contract/errors.ts";
import { createPixelsHost } from "../../runtime/host/pixels.ts";
import type { Item, ItemHost, Verdict } from "../../runtime/plugin.ts";
import { greyJpeg, hostOf, itemFrom, paintedJpeg } from "../suites/painted.ts";
import { itemHost, verdictOn } from "./steps.ts";

async function hashed(bytes: Uint8Array, options: Record<string, unknown> = {}): Promise<Item> {
  const verdict = await verdictOn(phash, options, itemFrom(bytes), await hostOf(bytes));
  return verdict.kind === "keep" ? verdict.item : assert.fail(JSON.stringify(verdict));
}

async function bytesOf(picture: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await picture.toBuffer());
}

function flat(width: number, height: number, channels: 3 | 4, alpha = 1): Sharp {
  return sharp({ create: { width, height, channels, background: { r: 10, g: 90, b: 30, alpha } } });
}

Deno.test("phash gives hashes of the length asked for, and turned ones only when asked", async () => {
  const bytes = await paintedJpeg(300, 200);
  assert.deepEqual(Object.keys((await hashed(bytes)).facts), ["phash"]);
  assert.match(String((await hashed(bytes, { bits: 256 })).facts.phash), /^[0-9a-f]{64}$/);
  assert.equal(Object.values((await hashed(bytes, { orientations: "flip" })).facts)[1]?.toString().length, 16);
  const { phash_turned } = (await hashed(bytes, { orientations: "rotate" })).facts;
  assert.equal(Array.isArray(phash_turned) && phash_turned.length, 7);
  assert.equal(phash.options.safeParse({ bits: 128 }).success, false);
});

Deno.test("phash gives flat pictures none, and says so, so that they are not all alike", async () => {
  for (const [width, height] of [[1, 1], [300, 300]] as const) {
    const bytes = await bytesOf(flat(width, height, 3).png());
    const verdict: Verdict = await verdictOn(phash, { orientations: "flip" }, itemFrom(bytes), await hostOf(bytes));
    assert.ok(verdict.kind === "keep");
    assert.deepEqual(verdict.item.facts, { phash: null, phash_turned: [] });
    assert.deepEqual(verdict.notes, ["the picture is flat, so it has no hash"]);
  }
  assert.equal((await hashed(await bytesOf(flat(80, 80, 4, 0).png()))).facts.phash, null);
});

Deno.test("phash takes grey, transparent, animated and very long pictures", async () => {
  const frames = await sharp(await paintedJpeg(40, 80)).raw().toBuffer();
  const animation = sharp(frames, { raw: { width: 40, height: 80, channels: 3, pageHeight: 40 } }).gif();
  const long = sharp(await paintedJpeg(20_000, 3)).png();
  for (const bytes of [await greyJpeg(90, 60, 1), await bytesOf(animation), await bytesOf(long)]) {
    assert.match(String((await hashed(bytes)).facts.phash), /^[0-9a-f]{16}$/);
  }
  const grey = await hashed(await greyJpeg(90, 60, 1));
  assert.equal((await hashed(await greyJpeg(90, 60, 3))).facts.phash, grey.facts.phash);
});

Deno.test("phash looks at the picture as it stands, edits applied", async () => {
  const bytes = await paintedJpeg(120, 80);
  const item = itemFrom(bytes);
  const flipped = { ...item, image: { ...item.image, edits: [{ op: "flip", axis: "horizontal" } as const] } };
  const verdict = await verdictOn(phash, {}, flipped, await hostOf(bytes));
  const { phash_turned } = (await hashed(bytes, { orientations: "flip" })).facts;
  assert.ok(verdict.kind === "keep" && Array.isArray(phash_turned));
  const apart = BigInt(`0x${verdict.item.facts.phash}`) ^ BigInt(`0x${phash_turned[0]}`);
  // The painted slope has next to nothing but odd frequencies: bits of the even ones are noise.
  assert.ok(apart.toString(2).replaceAll("0", "").length < 20);
});

Deno.test("phash rejects a picture of which only the head was read", async () => {
  const bytes = await paintedJpeg(64, 48);
  const { pixels } = createPixelsHost({
    read: () => Promise.resolve(bytes),
    raster: () => assert.fail("there are no pixels to decode"),
  });
  const item = itemFrom(bytes);
  const host: ItemHost = itemHost({ pixels });
  const headOnly = { ...item, image: { ...item.image, head: { size: 9_999 } } };
  await assert.rejects(
    verdictOn(phash, {}, headOnly, host),
    (thrown) => thrown instanceof ItemError && thrown.code === "head_only",
  );
});
