import assert from "node:assert/strict";
import { loadImage } from "@napi-rs/canvas";
import { drawContactSheet, type SheetCell } from "../../runtime/report/contact_sheet.ts";
import { labelColors } from "../../runtime/report/label_colors.ts";
import { paintedJpeg } from "../suites/painted.ts";

const colors = labelColors(["rider"]);

async function sheetOf(cells: readonly SheetCell[], columns = 3, title = "motogp") {
  return await drawContactSheet({ title, subtitle: "Pictures", columns, cells }, colors);
}

Deno.test("drawContactSheet() is as wide as its columns and as high as it has rows", async () => {
  const cell = { name: "a.jpg", jpeg: await paintedJpeg(64, 48), size: { width: 64, height: 48 }, detections: [] };
  const sizeOf = async (count: number) => {
    const { width, height } = await loadImage(await sheetOf(Array.from({ length: count }, () => cell)));
    return { width, height };
  };
  const [one, three, four] = [await sizeOf(1), await sizeOf(3), await sizeOf(4)];
  assert.deepEqual(one, three);
  assert.equal(four.width, three.width);
  assert.ok(four.height > three.height + 200);
});

Deno.test("drawContactSheet() shows what was found, and what could not be decoded", async () => {
  const size = { width: 64, height: 48 };
  const jpeg = await paintedJpeg(64, 48);
  const found = [{ label: "rider", box: [9, 9, 30, 30] as const }];
  const sheets = await Promise.all([
    sheetOf([{ name: "a.jpg", jpeg, size, detections: [] }]),
    sheetOf([{ name: "a.jpg", jpeg, size, detections: found }]),
    sheetOf([{ name: "a.jpg", jpeg, size, detections: [], split: "train" }]),
    sheetOf([{ name: "a.jpg", size, detections: [] }]),
  ]);
  for (const [index, sheet] of sheets.entries()) {
    for (const other of sheets.slice(index + 1)) assert.notDeepEqual(sheet, other);
  }
});

Deno.test("drawContactSheet() survives hostile names, many labels, odd shapes and no cells", async () => {
  const name = `<b>\n\u202e\ud800 日本 😀 ${"x".repeat(500)}`;
  const detections = Array.from(
    { length: 50 },
    (_, index) => ({ label: `${name} ${index}`, box: [0, 0, 1, 1] as const }),
  );
  const jpeg = await paintedJpeg(1, 500);
  const cells = [{ name, split: name, jpeg, size: { width: 1, height: 500 }, detections }];
  assert.ok((await loadImage(await sheetOf(cells, 1, name))).height > 200);
  assert.ok((await sheetOf([])).length > 100);
});
