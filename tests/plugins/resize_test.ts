import assert from "node:assert/strict";
import resize from "../../plugins/resize.ts";
import { type Edit, sizeOf, type Verdict } from "../../runtime/plugin.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { verdictOn } from "./steps.ts";

async function resized(options: Record<string, unknown>, size: [number, number]): Promise<Verdict> {
  return await verdictOn(resize, options, sketchedItem({ key: "a.jpg", size }));
}

async function editsOf(options: Record<string, unknown>, size: [number, number]): Promise<readonly Edit[]> {
  const verdict = await resized(options, size);
  assert.equal(verdict.kind, "keep");
  return verdict.item.image.edits;
}

async function sizeAfterwards(options: Record<string, unknown>, size: [number, number]): Promise<[number, number]> {
  const verdict = await resized(options, size);
  assert.equal(verdict.kind, "keep");
  const { width, height } = sizeOf(verdict.item.image);
  return [width, height];
}

Deno.test("resize keeps the ratio when one side is given", async () => {
  assert.deepEqual(await sizeAfterwards({ width: 480 }, [1920, 1080]), [480, 270]);
  assert.deepEqual(await sizeAfterwards({ height: 270 }, [1920, 1080]), [480, 270]);
  assert.deepEqual(await sizeAfterwards({ width: 10 }, [10_000, 3]), [10, 1]);
});

Deno.test("resize adds no edit to an image that has the size", async () => {
  for (const fit of ["fill", "contain", "cover", "pad"]) {
    assert.deepEqual(await editsOf({ width: 480, height: 270, fit }, [480, 270]), []);
    assert.deepEqual(await editsOf({ width: 480, height: 270, fit, enlarge: false }, [480, 270]), []);
  }
});

Deno.test("resize meets the box in four ways", async () => {
  const box = { width: 200, height: 200 };
  assert.deepEqual(await editsOf({ ...box, fit: "fill" }, [400, 100]), [{ op: "resize", width: 200, height: 200 }]);
  assert.deepEqual(await editsOf({ ...box, fit: "contain" }, [400, 100]), [{ op: "resize", width: 200, height: 50 }]);
  assert.deepEqual(await editsOf({ ...box, fit: "cover" }, [400, 100]), [
    { op: "resize", width: 800, height: 200 },
    { op: "crop", x: 300, y: 0, width: 200, height: 200 },
  ]);
  assert.deepEqual(await editsOf({ ...box, fit: "pad", color: [1, 2, 3] }, [400, 100]), [
    { op: "resize", width: 200, height: 50 },
    { op: "pad", left: 0, top: 75, right: 0, bottom: 75, color: [1, 2, 3] },
  ]);
});

Deno.test("resize without enlarge never makes a side longer", async () => {
  const box = { width: 200, height: 200, enlarge: false };
  assert.deepEqual(await sizeAfterwards({ ...box, fit: "fill" }, [400, 100]), [200, 100]);
  assert.deepEqual(await sizeAfterwards({ ...box, fit: "fill" }, [40, 10]), [40, 10]);
  assert.deepEqual(await sizeAfterwards({ ...box, fit: "contain" }, [400, 100]), [200, 50]);
  assert.deepEqual(await sizeAfterwards({ ...box, fit: "contain" }, [40, 10]), [40, 10]);
  assert.deepEqual(await editsOf({ ...box, fit: "cover" }, [400, 100]), [
    { op: "crop", x: 100, y: 0, width: 200, height: 100 },
  ]);
  assert.deepEqual(await sizeAfterwards({ width: 200, enlarge: false }, [40, 10]), [40, 10]);
});

Deno.test("resize without enlarge still pads up to the box", async () => {
  const edits = await editsOf({ width: 201, height: 200, fit: "pad", enlarge: false }, [40, 10]);
  assert.deepEqual(edits, [{ op: "pad", left: 80, top: 95, right: 81, bottom: 95, color: [0, 0, 0] }]);
  const shrunk = await editsOf({ width: 200, height: 200, fit: "pad", enlarge: false }, [400, 100]);
  assert.deepEqual(shrunk, [
    { op: "resize", width: 200, height: 50 },
    { op: "pad", left: 0, top: 75, right: 0, bottom: 75, color: [0, 0, 0] },
  ]);
});

Deno.test("resize rejects an image so thin that scaling it would fill the memory", async () => {
  const thin = { kind: "reject", reason: "too_elongated", detail: "Scaling 1x10000 would make it 480x4800000" };
  assert.deepEqual(await resized({ width: 480 }, [1, 10_000]), thin);
  assert.deepEqual(await resized({ width: 480, height: 270, fit: "cover" }, [1, 10_000]), thin);
});

Deno.test("resize refuses options that say nothing or nonsense", () => {
  for (const options of [{}, { width: 0 }, { width: 1.5 }, { width: 1e6 }, { width: 5, color: [0, 0, 256] }]) {
    assert.equal(resize.options.safeParse(options).success, false, JSON.stringify(options));
  }
});
