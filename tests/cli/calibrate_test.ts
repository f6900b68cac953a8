import assert from "node:assert/strict";
import sharp, { type Sharp } from "sharp";
import validate from "../../plugins/validate.ts";
import quality from "../../plugins/quality.ts";
import {
  calibratedYaml,
  doubtfulIn,
  limitsFrom,
  type Measured,
  surveyMeasures,
} from "../../runtime/cli/calibration.ts";
import { sampleOf } from "../../runtime/cli/sampling.ts";
import { diceOf } from "../kit/hashes.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { parse } from "yaml";
import { framewright } from "./process.ts";

const dice = diceOf(6);

function measured(over: Partial<Measured> = {}): Measured {
  const image = `${dice(1e9)}.jpg`;
  const common = { brightness: 100 + dice(40), contrast: 40 + dice(20), entropy: 6.5 + dice(10) / 10 };
  return { image, sharpness: 40 + dice(30), uniform: 0.1, aspect: 1.5, ...common, ...over };
}

async function noisy(seed: number): Promise<Sharp> {
  const throws = diceOf(seed);
  const data = new Uint8Array(160 * 120).map(() => throws(256));
  return sharp(await sharp(data, { raw: { width: 160, height: 120, channels: 1 } }).resize(640, 480).png().toBuffer());
}

async function bytesOf(picture: Sharp): Promise<Uint8Array> {
  return new Uint8Array(await picture.jpeg().toBuffer());
}

/** Thirty sound pictures in two folders, four bad ones, one that is none. */
async function withPictures(body: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    for (let at = 0; at < 30; at++) putFile(folder, `photos/${at % 2}/${at}.jpg`, await bytesOf(await noisy(at + 1)));
    const background = { r: 128, g: 128, b: 128 };
    putFile(
      folder,
      "photos/flat.png",
      await bytesOf(sharp({ create: { width: 64, height: 64, channels: 3, background } })),
    );
    putFile(folder, "photos/blurred.jpg", await bytesOf((await noisy(1)).blur(9)));
    putFile(folder, "photos/dark.jpg", await bytesOf((await noisy(2)).linear(0.1)));
    putFile(folder, "photos/bright.jpg", await bytesOf((await noisy(3)).linear(0.12, 225)));
    putFile(folder, "photos/broken.jpg", "no image");
    await body(folder);
  });
}

Deno.test("calibrate shows each measure, what would be rejected, what cannot be read, and steps to paste", async () => {
  await withPictures(async (folder) => {
    const { exit, out, err } = await framewright(["calibrate", "photos"], { folder, env: { TMPDIR: folder } });
    assert.equal(exit, 0, err);
    assert.match(out, /^35 images\n\nsharpness {2}fine detail/);
    assert.match(out, /\nbrightness .*\n {2}\S+ .*█.* \S+\n {2}5 % .*median .*keep \d+ to \d+\n/);
    assert.match(out, /\nvalidate would reject 4 of 34 images, 12 %\n/);
    for (
      const line of [/blurred\.jpg +blurred/, /bright\.jpg +too_bright/, /dark\.jpg +too_dark/, /flat\.png +blank/]
    ) {
      assert.match(out, line);
    }
    assert.match(out, /1 image could not be looked at\n {2}broken\.jpg {2}not_an_image\n/);
    assert.match(out, /To paste\n {2}steps:\n {4}- uses: validate\n/);
    assert.equal([...Deno.readDirSync(folder)].length, 1, "something was left behind");
  });
});

Deno.test("calibrate reads the source of a manifest, takes an even sample, and gives JSON", async () => {
  await withPictures(async (folder) => {
    const manifest = {
      name: "mine",
      params: { where: { type: "string", default: "nowhere" } },
      source: { uses: "folder", with: { path: `${folder}/\${{ params.where }}` } },
      steps: [{ uses: "validate", with: {} }],
    };
    putFile(folder, "mine.yaml", JSON.stringify(manifest));
    const args = ["calibrate", "mine.yaml", "--set", "where=photos", "--sample", "10", "--json"];
    const { exit, out, err } = await framewright(args, { folder });
    assert.equal(exit, 0, err);
    const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    const summary = lines.pop();
    assert.equal(lines.length, 10);
    assert.ok(lines.some(({ image }) => image.startsWith("0/")) && lines.some(({ image }) => image.startsWith("1/")));
    assert.deepEqual([summary.event, summary.listed, summary.looked + summary.unreadable], ["summary", 35, 10]);
    assert.deepEqual((await framewright(args, { folder })).out, out);
  });
});

Deno.test("calibrate says what is wrong where there is nothing to look at", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "photos/broken.jpg", "no image");
    const broken = await framewright(["calibrate", "photos"], { folder });
    assert.equal(broken.exit, 7);
    assert.match(broken.err, /none of 1 image can be looked at \(not_an_image\)/);
    assert.equal((await framewright(["calibrate", "nowhere"], { folder })).exit, 7);
    assert.equal((await framewright(["calibrate", "none.yaml"], { folder })).exit, 3);
    assert.equal((await framewright(["calibrate", "photos", "--sample", "0"], { folder })).exit, 2);
  });
});

Deno.test("sampleOf() spreads evenly over lists of any length, and takes all of a short one", async () => {
  for (const [count, wanted] of [[0, 5], [3, 5], [5, 5], [9, 5], [10, 5], [1000, 7], [1023, 200]] as const) {
    const list = async function* () {
      for (let at = 0; at < count; at++) yield { key: String(at), revision: "1" };
    };
    const { listed, records } = await sampleOf(list(), wanted);
    const places = records.map(({ key }) => Number(key));
    assert.equal(listed, count);
    assert.equal(places.length, Math.min(count, wanted));
    assert.equal(new Set(places).size, places.length);
    const gaps = places.slice(1).map((place, at) => place - (places[at] ?? 0));
    assert.ok(gaps.every((gap) => gap >= 1 && gap <= 4 * Math.ceil(count / wanted)), `${places}`);
    if (count > wanted) assert.ok((places.at(-1) ?? 0) > count * 0.7, `${places}`);
  }
});

Deno.test("limitsFrom() leaves a sound set alone, and is not moved by a fifth of bad pictures", () => {
  const sound = Array.from({ length: 200 }, () => measured());
  const limits = limitsFrom(sound);
  assert.deepEqual(doubtfulIn(sound, limits), []);
  const bad = Array.from({ length: 50 }, () => measured({ sharpness: 1 + dice(3) }));
  assert.equal(doubtfulIn([...sound, ...bad], limitsFrom([...sound, ...bad])).length, 50);
});

Deno.test("limitsFrom() stays within bounds for odd sets, and keeps to the usual for small ones", () => {
  const blurred = Array.from({ length: 50 }, () => measured({ sharpness: 2, brightness: 5, contrast: 0, entropy: 0 }));
  const { sharpness, brightness, contrast, entropy } = limitsFrom(blurred);
  assert.deepEqual([sharpness[0], brightness[0], contrast, entropy], [6, 8, 3, 1]);
  assert.deepEqual(limitsFrom([measured(), measured()]).sharpness, [12, 1000]);
});

Deno.test("surveyMeasures() counts every picture once, also when all are alike", () => {
  for (
    const all of [[measured()], Array.from({ length: 99 }, () => measured()), [measured({ sharpness: 0 }), measured()]]
  ) {
    for (const { bins, quantiles } of surveyMeasures(all)) {
      assert.equal(bins.reduce((sum, bin) => sum + bin, 0), all.length);
      assert.deepEqual(quantiles, quantiles.toSorted((left, right) => left - right));
    }
  }
});

Deno.test("calibratedYaml() gives steps that validate and quality accept", () => {
  const { steps } = parse(calibratedYaml(limitsFrom(Array.from({ length: 50 }, () => measured()))));
  for (const [at, definition] of [validate, quality].entries()) {
    assert.equal(steps[at].uses, definition.name);
    definition.options.parse(steps[at].with);
  }
});
