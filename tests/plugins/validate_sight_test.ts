import assert from "node:assert/strict";
import sharp, { type Sharp } from "sharp";
import validate from "../../plugins/validate.ts";
import { ItemError } from "../../runtime/contract/errors.ts";
import { createPixelsHost } from "../../runtime/host/pixels.ts";
import { soundLimits, type Verdict } from "../../runtime/plugin.ts";
import { assetPath, assetTest } from "../assets.ts";
import { greyJpeg, hostOf, itemFrom, paintedJpeg } from "../suites/painted.ts";
import { itemHost, verdictOn } from "./steps.ts";

const sound = { not_blank: true, brightness: [...soundLimits.brightness], min_sharpness: soundLimits.sharpness };

async function validated(bytes: Uint8Array, options: Record<string, unknown>): Promise<Verdict> {
  return await verdictOn(validate, options, itemFrom(bytes), await hostOf(bytes));
}

async function reasonOf(bytes: Uint8Array, options: Record<string, unknown>): Promise<string> {
  const verdict = await validated(bytes, options);
  return verdict.kind === "reject" ? verdict.reason : verdict.kind;
}

async function flat(value: number, width = 64, height = 48): Promise<Uint8Array> {
  const background = { r: value, g: value, b: value };
  return new Uint8Array(await sharp({ create: { width, height, channels: 3, background } }).png().toBuffer());
}

Deno.test("validate rejects a picture of one colour as blank, before it calls it dark or blurred", async () => {
  assert.deepEqual(await validated(await flat(0), sound), {
    kind: "reject",
    reason: "blank",
    detail: "100 % of the picture is one colour; less than 98 % is allowed",
  });
  for (const bytes of [await flat(255), await flat(120, 1, 1), await flat(9, 3000, 2)]) {
    assert.equal(await reasonOf(bytes, { not_blank: true }), "blank");
    assert.equal(await reasonOf(bytes, {}), "keep");
  }
});

Deno.test("validate calls a black frame with the camera's name in it blank", async () => {
  const label = { create: { width: 180, height: 30, channels: 3, background: { r: 255, g: 255, b: 255 } } } as const;
  const stamped = sharp(await flat(0, 1280, 720)).composite([{ input: label, left: 20, top: 20 }]).jpeg();
  assert.equal(await reasonOf(new Uint8Array(await stamped.toBuffer()), { not_blank: true }), "blank");
});

Deno.test("validate says how dark, bright or blurred a picture is, and what is allowed", async () => {
  const of = async (value: number) => await validated(await flat(value), { brightness: [20.5, 200] });
  assert.deepEqual(await of(20), {
    kind: "reject",
    reason: "too_dark",
    detail: "The mean brightness is 20.0 of 255; the least is 20.5",
  });
  assert.deepEqual(await of(201), {
    kind: "reject",
    reason: "too_bright",
    detail: "The mean brightness is 201.0 of 255; the most is 200",
  });
  assert.equal((await of(200)).kind, "keep");
  assert.deepEqual(await validated(await flat(99), { min_sharpness: 0.1 }), {
    kind: "reject",
    reason: "blurred",
    detail: "The sharpness is 0.0; the least is 0.1",
  });
  assert.equal(validate.options.safeParse({ brightness: [9, 3] }).success, false);
});

Deno.test("validate measures grey pictures too, and still says that they have no colour", async () => {
  assert.equal(await reasonOf(await greyJpeg(64, 48, 1), { color: true, brightness: [0, 255] }), "no_color");
  assert.equal(await reasonOf(await greyJpeg(64, 48, 1), { color: true, brightness: [250, 255] }), "too_dark");
});

Deno.test("validate rejects a head without pixels only when it is asked to look", async () => {
  const bytes = await paintedJpeg(64, 48);
  const item = itemFrom(bytes);
  const headOnly = { ...item, image: { ...item.image, head: { size: 9_999 } } };
  const { pixels } = createPixelsHost({ read: () => Promise.resolve(bytes), raster: () => assert.fail("no pixels") });
  const host = itemHost({ pixels });
  assert.equal((await verdictOn(validate, { structure: false, min_size: [9, 9] }, headOnly, host)).kind, "keep");
  await assert.rejects(
    verdictOn(validate, { structure: false, not_blank: true }, headOnly, host),
    (thrown) => thrown instanceof ItemError && thrown.code === "head_only",
  );
});

assetTest(
  "validate with sound limits keeps photographs, frames and camera traps, and rejects what was spoiled",
  async () => {
    const names = ["photos/images/000000000790.jpg", "frames/person_06.jpg", "racing/jockey.jpg", "traps/blank.jpg"];
    for (const name of names) {
      const bytes = await Deno.readFile(assetPath(name));
      assert.equal(await reasonOf(bytes, sound), "keep", name);
      const { width } = await sharp(bytes).metadata();
      const spoiled = async (picture: Sharp) => await reasonOf(new Uint8Array(await picture.jpeg().toBuffer()), sound);
      assert.equal(await spoiled(sharp(bytes).blur(Math.max(3, width / 150))), "blurred", name);
      assert.match(await spoiled(sharp(bytes).linear(0.1)), /^(too_dark|blank)$/, name);
      assert.match(await spoiled(sharp(bytes).linear(0.08, 234)), /^(too_bright|blank)$/, name);
    }
  },
);
