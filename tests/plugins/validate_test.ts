import assert from "node:assert/strict";
import sharp from "sharp";
import validate from "../../plugins/validate.ts";
import type { ItemHost, Verdict } from "../../runtime/plugin.ts";
import { assetPath, assetTest } from "../assets.ts";
import { greyJpeg, hostOf, itemFrom, paintedJpeg } from "../suites/painted.ts";
import { itemHost, verdictOn } from "./steps.ts";

async function validated(bytes: Uint8Array, options: Record<string, unknown>, host?: ItemHost): Promise<Verdict> {
  return await verdictOn(validate, options, itemFrom(bytes), host ?? await hostOf(bytes));
}

async function reasonOf(bytes: Uint8Array, options: Record<string, unknown>): Promise<string> {
  const verdict = await validated(bytes, options);
  return verdict.kind === "reject" ? verdict.reason : verdict.kind;
}

function picture(width: number, height: number, channels: 3 | 4, color: Record<string, number>) {
  return sharp({ create: { width, height, channels, background: { r: 0, g: 0, b: 0, alpha: 1, ...color } } });
}

Deno.test("validate lets only the formats through that it is told of", async () => {
  const png = new Uint8Array(await picture(8, 8, 3, { r: 200 }).png().toBuffer());
  assert.equal(await reasonOf(png, { formats: ["png"] }), "keep");
  assert.deepEqual(await validated(png, { formats: ["jpeg", "webp"] }), {
    kind: "reject",
    reason: "format",
    detail: "The file is png; allowed are jpeg, webp",
  });
});

Deno.test("validate measures the image as it stands upright, with the bounds themselves allowed", async () => {
  const bytes = new Uint8Array(await sharp(await paintedJpeg(60, 30)).withMetadata({ orientation: 6 }).toBuffer());
  const item = itemFrom(bytes);
  assert.equal(item.image.header.orientation, 6);
  const upright = { ...item, image: { ...item.image, edits: [{ op: "orient", value: 6 } as const] } };
  const verdict = async (options: Record<string, unknown>) =>
    await verdictOn(validate, options, upright, await hostOf(bytes));
  assert.equal((await verdict({ min_size: [30, 60], max_size: [30, 60], max_aspect: 2 })).kind, "keep");
  assert.deepEqual(await verdict({ min_size: [60, 30] }), {
    kind: "reject",
    reason: "too_small",
    detail: "The image is 30x60; the least is 60x30",
  });
});

Deno.test("validate says the ratio that is too great", async () => {
  assert.deepEqual(await validated(await paintedJpeg(20, 60), { max_aspect: 2.5 }), {
    kind: "reject",
    reason: "too_elongated",
    detail: "The image is 20x60, a ratio of 3.00; the most is 2.5",
  });
});

Deno.test("validate finds a file that was cut short, unless it is told not to look", async () => {
  const whole = await paintedJpeg(64, 48);
  const cut = whole.subarray(0, Math.round(whole.length * 0.7));
  assert.equal(await reasonOf(cut, {}), "damaged");
  assert.equal(await reasonOf(cut, { structure: false }), "keep");
});

Deno.test("validate reads neither bytes nor pixels when the header says enough", async () => {
  const bytes = await paintedJpeg(64, 48);
  assert.equal((await validated(bytes, { structure: false, min_size: [10, 10] }, itemHost())).kind, "keep");
  assert.equal((await validated(bytes, { color: true, min_size: [99, 10] }, itemHost())).kind, "reject");
});

Deno.test("validate tells colour from grey, however grey is stored", async () => {
  assert.equal(await reasonOf(await paintedJpeg(64, 48), { color: true }), "keep");
  assert.equal(await reasonOf(await greyJpeg(64, 48, 1), { color: true }), "no_color");
  assert.equal(await reasonOf(await greyJpeg(64, 48, 3), { color: true }), "no_color");
  assert.equal(await reasonOf(await greyJpeg(640, 480, 3), { color: true }), "no_color");
  assert.equal(await reasonOf(await greyJpeg(64, 48, 3), {}), "keep");
});

Deno.test("validate sees a small coloured thing in a grey picture", async () => {
  const light = await picture(48, 48, 3, { r: 230, g: 40 }).png().toBuffer();
  const grey = sharp(await greyJpeg(640, 480, 3));
  const lit = new Uint8Array(await grey.composite([{ input: light, left: 300, top: 200 }]).jpeg().toBuffer());
  assert.equal(await reasonOf(lit, { color: true }), "keep");
});

Deno.test("validate counts the pages of an animation only when stills are asked for", async () => {
  const frames = await sharp(await paintedJpeg(8, 16)).raw().toBuffer();
  const animation = sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } });
  const gif = new Uint8Array(await animation.gif().toBuffer());
  assert.equal(itemFrom(gif).image.header.pages, 2);
  assert.equal(await reasonOf(gif, {}), "keep");
  assert.deepEqual(await validated(gif, { still: true }), {
    kind: "reject",
    reason: "animated",
    detail: "The file holds 2 pictures; only stills are allowed",
  });
});

assetTest("validate keeps every photograph of a sample", async () => {
  const folder = assetPath("photos/images");
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".jpg")).sort();
  for (const name of names.slice(0, 100)) {
    const bytes = await Deno.readFile(`${folder}/${name}`);
    assert.equal(await reasonOf(bytes, { min_size: [32, 32], max_aspect: 8 }), "keep", name);
  }
});
