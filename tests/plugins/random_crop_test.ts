import assert from "node:assert/strict";
import randomCrop from "../../plugins/random_crop.ts";
import { type Edit, type Item, sizeOf, type Verdict } from "../../runtime/plugin.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { itemHost, verdictOn } from "./steps.ts";

type Crop = Extract<Edit, { readonly op: "crop" }>;

function childrenOf(verdict: Verdict): readonly Item[] {
  assert.equal(verdict.kind, "many");
  return verdict.children.map(({ item }) => item);
}

function cropsOf(verdict: Verdict): Crop[] {
  return childrenOf(verdict).flatMap(({ image }) => image.edits.filter((edit) => edit.op === "crop").slice(-1));
}

function overlapping(crops: readonly Crop[]): number {
  return crops.filter((one, index) => crops.slice(index + 1).some((other) => meet(one, other))).length;
}

function meet(one: Crop, other: Crop): boolean {
  const apartX = one.x + one.width <= other.x || other.x + other.width <= one.x;
  const apartY = one.y + one.height <= other.y || other.y + other.height <= one.y;
  return !apartX && !apartY;
}

async function cropped(options: Record<string, unknown>, size: [number, number], key = "a.jpg"): Promise<Verdict> {
  return await verdictOn(randomCrop, options, sketchedItem({ key, size }));
}

Deno.test("random_crop places crops that do not overlap and lie inside, on hundreds of images", async () => {
  for (let index = 0; index < 300; index++) {
    const crops = cropsOf(await cropped({ width: 80, height: 80, count: 3 }, [270, 270], `${index}.jpg`));
    assert.equal(crops.length, 3);
    assert.equal(overlapping(crops), 0);
    assert.ok(crops.every(({ x, y }) => x >= 0 && y >= 0 && x <= 190 && y <= 190));
  }
});

Deno.test("random_crop places as many as a grid would hold, even where there is no room to spare", async () => {
  for (const [width, height, count] of [[240, 240, 9], [250, 241, 9], [80, 800, 10], [319, 319, 9], [240, 160, 5]]) {
    const crops = cropsOf(await cropped({ width: 80, height: 80, count }, [width ?? 0, height ?? 0]));
    assert.equal(crops.length, count);
    assert.equal(overlapping(crops), 0);
  }
});

Deno.test("random_crop says how many it placed when not all fit", async () => {
  const verdict = await cropped({ width: 80, height: 80, count: 3 }, [170, 100]);
  assert.equal(cropsOf(verdict).length, 2);
  assert.deepEqual(verdict.kind === "many" && verdict.notes, [
    "asked for 3 crops, placed 2: no more of 80x80 fit 170x100",
  ]);
});

Deno.test("random_crop says nothing when all fit", async () => {
  const verdict = await cropped({ width: 80, height: 80, count: 2 }, [170, 100]);
  assert.equal(verdict.kind === "many" && verdict.notes, undefined);
});

Deno.test("random_crop cuts an image of exactly the size of the piece at its corner", async () => {
  const crops = cropsOf(await cropped({ width: 80, height: 80 }, [80, 80]));
  assert.deepEqual(crops, [{ op: "crop", x: 0, y: 0, width: 80, height: 80 }]);
});

Deno.test("random_crop drops an image that is one pixel short", async () => {
  assert.deepEqual(await cropped({ width: 80, height: 80 }, [400, 79]), {
    kind: "drop",
    reason: "too_small",
    detail: "The image is 400x79, a piece 80x80",
  });
});

Deno.test("random_crop places all crops when they may overlap", async () => {
  const crops = cropsOf(await cropped({ width: 80, height: 80, count: 20, overlap: true }, [100, 100]));
  assert.equal(crops.length, 20);
  assert.ok(overlapping(crops) > 0);
});

Deno.test("random_crop depends on item and seed, and on nothing else", async () => {
  const options = { width: 20, height: 20, count: 3 };
  const first = await cropped(options, [200, 200]);
  assert.deepEqual(await cropped(options, [200, 200]), first);
  assert.notDeepEqual(cropsOf(await cropped(options, [200, 200], "b.jpg")), cropsOf(first));
  const item = sketchedItem({ key: "a.jpg", size: [200, 200] });
  const otherSeed = await verdictOn(randomCrop, options, item, itemHost({}, 8));
  assert.notDeepEqual(cropsOf(otherSeed), cropsOf(first));
});

Deno.test("random_crop reaches every part of the image", async () => {
  const xs: number[] = [];
  for (let index = 0; index < 400; index++) {
    xs.push(...cropsOf(await cropped({ width: 10, height: 10 }, [30, 10], `${index}`)).map(({ x }) => x));
  }
  assert.equal(new Set(xs).size, 21);
});

Deno.test("random_crop measures the image as earlier edits left it", async () => {
  const edits: Edit[] = [{ op: "orient", value: 6 }, { op: "resize", width: 90, height: 160 }];
  const verdict = await verdictOn(
    randomCrop,
    { width: 80, height: 80, count: 5 },
    sketchedItem({ key: "a", size: [1600, 900], edits }),
  );
  assert.equal(childrenOf(verdict).length, 2);
  assert.ok(childrenOf(verdict).every(({ image }) => sizeOf(image).width === 80 && image.edits.length === 3));
});

Deno.test("random_crop names children crop1, crop2 and so on", async () => {
  const verdict = await cropped({ width: 8, height: 8, count: 12 }, [100, 100]);
  const names = verdict.kind === "many" ? verdict.children.map(({ name }) => name) : [];
  assert.deepEqual(names, Array.from({ length: 12 }, (_, index) => `crop${index + 1}`));
});

Deno.test("random_crop cuts the same part of every image when it gets a ratio", async () => {
  for (const [size, piece] of [[[100, 50], [80, 40]], [[33, 7], [26, 6]], [[1, 1], [1, 1]]] as const) {
    const [crop] = cropsOf(await cropped({ ratio: 0.8 }, [...size]));
    assert.ok(crop !== undefined);
    assert.deepEqual([crop.width, crop.height], piece);
    assert.ok(crop.x >= 0 && crop.y >= 0 && crop.x + crop.width <= size[0] && crop.y + crop.height <= size[1]);
  }
  const places = new Set<number>();
  for (let index = 0; index < 30; index++) {
    cropsOf(await cropped({ ratio: 0.5 }, [400, 400], `${index}.jpg`)).forEach(({ x }) => places.add(x));
  }
  assert.ok(places.size > 20);
});

Deno.test("random_crop wants a width and a height, or a ratio", () => {
  for (
    const options of [{}, { width: 8 }, { height: 8 }, { width: 8, ratio: 0.5 }, { width: 8, height: 8, ratio: 0.5 }]
  ) {
    assert.equal(randomCrop.options.safeParse(options).success, false, JSON.stringify(options));
  }
});
