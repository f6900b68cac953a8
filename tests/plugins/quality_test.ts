import assert from "node:assert/strict";
import sharp from "sharp";
import phash from "../../plugins/phash.ts";
import quality from "../../plugins/quality.ts";
import validate from "../../plugins/validate.ts";
import { createPixelsHost } from "../../runtime/host/pixels.ts";
import type { Facts, Verdict } from "../../runtime/plugin.ts";
import { hostOf, itemFrom, paintedJpeg, sharedRenderer } from "../suites/painted.ts";
import { itemHost, verdictOn } from "./steps.ts";

async function said(bytes: Uint8Array, options: Record<string, unknown> = {}): Promise<Verdict> {
  return await verdictOn(quality, options, itemFrom(bytes), await hostOf(bytes));
}

async function factsOf(bytes: Uint8Array, options: Record<string, unknown> = {}): Promise<Facts> {
  const verdict = await said(bytes, options);
  return verdict.kind === "keep" ? verdict.item.facts : assert.fail(JSON.stringify(verdict));
}

async function png(width: number, height: number, value: number): Promise<Uint8Array> {
  const background = { r: value, g: value, b: value };
  return new Uint8Array(await sharp({ create: { width, height, channels: 3, background } }).png().toBuffer());
}

Deno.test("quality gives its measures, rounded, and no problem where none is asked for", async () => {
  assert.deepEqual(await factsOf(await png(30, 20, 40)), {
    aspect: 1.5,
    brightness: 40,
    contrast: 0,
    entropy: 0,
    sharpness: 0,
    quality_problem: null,
  });
});

Deno.test("quality marks with one word what is out of bounds, the bounds themselves allowed", async () => {
  const bytes = await png(30, 20, 40);
  const problem = async (options: Record<string, unknown>) => (await factsOf(bytes, options)).quality_problem;
  assert.equal(await problem({ brightness: { min: 40, max: 40 }, aspect: { min: 1.5, max: 1.5 } }), null);
  assert.equal(await problem({ brightness: { min: 41 } }), "too_dark");
  assert.equal(await problem({ brightness: { max: 39 } }), "too_bright");
  assert.equal(await problem({ contrast: { min: 1 } }), "low_contrast");
  assert.equal(await problem({ entropy: { min: 1 } }), "low_entropy");
  assert.equal(await problem({ sharpness: { min: 1 } }), "blurred");
  assert.equal(await problem({ aspect: { max: 1 } }), "too_wide");
  assert.equal(await problem({ sharpness: { min: 1 }, aspect: { min: 2 } }), "too_narrow");
});

Deno.test("quality drops instead when told to, with the value and the bound", async () => {
  assert.deepEqual(await said(await png(30, 20, 40), { brightness: { min: 41.5 }, action: "drop" }), {
    kind: "drop",
    reason: "too_dark",
    detail: "The brightness is 40; the least is 41.5",
  });
  const facts = await factsOf(await png(30, 20, 40), { action: "drop" });
  assert.ok(!("quality_problem" in facts));
});

Deno.test("quality refuses bounds that nothing can meet", () => {
  assert.equal(quality.options.safeParse({ contrast: { min: 9, max: 3 } }).success, false);
  assert.equal(quality.options.safeParse({ brightness: { min: 300 } }).success, false);
  assert.equal(quality.options.safeParse({ brightness: { least: 3 } }).success, false);
});

Deno.test("quality shares one decode of a picture with phash and validate", async () => {
  const bytes = await paintedJpeg(800, 600);
  const { raster } = await sharedRenderer();
  let decodes = 0;
  const { pixels } = createPixelsHost({
    read: () => Promise.resolve(bytes),
    raster: (...asked) => {
      decodes++;
      return raster(...asked);
    },
  });
  const host = itemHost({ pixels, bytes: () => Promise.resolve(bytes) });
  const item = itemFrom(bytes);
  const strict = { not_blank: true, brightness: [1, 254], min_sharpness: 0.001, color: true };
  assert.equal((await verdictOn(validate, strict, item, host)).kind, "keep");
  await verdictOn(quality, {}, item, host);
  await verdictOn(phash, {}, item, host);
  assert.equal(decodes, 1);
});
