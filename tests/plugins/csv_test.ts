import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import csv from "../../plugins/csv.ts";
import { memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";

async function tableOf(items: Parameters<typeof sketchedItem>[0][]) {
  const { tree } = await runExport(csv, {}, memoryDataset({ items: items.map(sketchedItem) }));
  const text = tree.textOf("metadata.csv");
  const rows: string[][] = parse(text);
  return { tree, text, head: rows[0] ?? [], rows: rows.slice(1) };
}

Deno.test("csv writes fixed columns, then facts by name, and a picture for every line", async () => {
  const crop = { op: "crop", x: 1, y: 2, width: 80, height: 90 } as const;
  const { head, rows, tree } = await tableOf([
    { key: "cam/a.jpg", child: "crop1", edits: [crop], facts: { split: "train", zoom: 1.5, camera: "c1", ok: true } },
    { key: "cam/b.jpg", facts: { list: [1] } },
  ]);
  assert.deepEqual(head, ["file_name", "split", "source", "width", "height", "edits", "camera", "ok", "zoom"]);
  const file = "images/cam--a__crop1.jpg";
  assert.deepEqual(rows, [
    [file, "train", "cam/a.jpg", "80", "90", "crop 80x90+1+2", "c1", "true", "1.5"],
    ["images/cam--b.jpg", "", "cam/b.jpg", "640", "480", "", "", "", ""],
  ]);
  assert.deepEqual(tree.pictures(), rows.map(([name]) => name));
});

Deno.test("csv keeps hostile values exactly as they are", async () => {
  const values = ["=1+1", "-2", "@a", 'a "quoted", b', "two\nlines", "a\r\nb", " spaces ", "<script>", "日本 😀", ""];
  const { rows, text } = await tableOf(values.map((note, index) => ({ key: `${note}/${index}.jpg`, facts: { note } })));
  const found = new Map(rows.map((row) => [row[2], row[6]]));
  for (const [index, note] of values.entries()) assert.equal(found.get(`${note}/${index}.jpg`), note);
  assert.ok(text.endsWith("\r\n"));
});

Deno.test("csv writes a header where there are no items", async () => {
  assert.equal((await tableOf([])).text, "file_name,split,source,width,height,edits\r\n");
});

Deno.test("csv is the same whatever order facts are in", async () => {
  const first = await tableOf([{ key: "a.jpg", facts: { a: 1, b: 2 } }]);
  const second = await tableOf([{ key: "a.jpg", facts: { b: 2, a: 1 } }]);
  assert.equal(first.text, second.text);
});

Deno.test("csv counts what was found in each picture and lists the boxes", async () => {
  const boxes = [
    { label: "rider", score: 0.5, box: [1, 2, 3.5, 4] },
    { label: "a, b", box: [0, 0, 640, 480] },
    { label: "rider", score: 0.25, box: [630, 0, 20, 20] },
  ];
  const { head, rows, tree } = await tableOf([
    { key: "a.jpg", facts: { detections: boxes, detected: "yes" } },
    { key: "b.jpg", facts: { detections: [] } },
    { key: "c.jpg" },
  ]);
  assert.deepEqual(head.slice(6), ["fact_detected", "detections", "detected"]);
  assert.deepEqual(rows.map((row) => row.slice(7)), [["3", "rider 2; a, b 1"], ["0", ""], ["", ""]]);
  assert.deepEqual(parse(tree.textOf("detections.csv")), [
    ["file_name", "label", "score", "x", "y", "width", "height"],
    ["images/a.jpg", "rider", "0.5", "1", "2", "3.5", "4"],
    ["images/a.jpg", "a, b", "", "0", "0", "640", "480"],
    ["images/a.jpg", "rider", "0.25", "630", "0", "10", "20"],
  ]);
});

Deno.test("csv lists no boxes where nothing was looked for", async () => {
  const { tree } = await tableOf([{ key: "a.jpg" }]);
  assert.deepEqual([...tree.files.keys()].sort(), ["images/a.jpg", "metadata.csv"]);
});
