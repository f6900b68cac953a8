import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import imagesInfo from "../../plugins/images_info.ts";
import type { LedgerLine } from "../../runtime/plugin.ts";
import { type DatasetSketch, memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";

const info = { image_size: 1234, image_dimension: [640, 480], image_format: "JPEG" };

function lineOf(key: string, reason?: string): LedgerLine {
  if (reason === undefined) return { key, verdict: "kept", items: 1, losses: [], notes: [] };
  const loss = { child: "", verdict: "rejected", step: "admit", reason, detail: `Cannot read "${key}"` } as const;
  return { key, verdict: "rejected", items: 0, losses: [loss], notes: [] };
}

const sketch: DatasetSketch = {
  items: ["7", "b"].map((key) => sketchedItem({ key, facts: { ...info, url: `http://a.example/${key}`, etag: "x" } })),
  ledger: [lineOf("7"), lineOf("a", "http_404"), lineOf("b"), lineOf("row 3", "bad_id")],
  records: [
    { key: "7", revision: "1" },
    { key: "a", revision: "1", facts: { url: "http://a.example/a?b" } },
    { key: "b", revision: "1" },
    { key: "row 3", revision: "1" },
  ],
};

async function written(dataset: DatasetSketch, formats: readonly string[]) {
  return (await runExport(imagesInfo, { formats }, memoryDataset(dataset))).tree;
}

Deno.test("images_info writes size, dimensions and format by id, or why there are none", async () => {
  const tree = await written(sketch, ["json", "jsonl", "csv"]);
  const entries = {
    "7": { url: "http://a.example/7", image_info: info },
    a: { url: "http://a.example/a?b", error: { reason: "http_404", detail: 'Cannot read "a"' } },
    b: { url: "http://a.example/b", image_info: info },
    "row 3": { error: { reason: "bad_id", detail: 'Cannot read "row 3"' } },
  };
  assert.deepEqual(JSON.parse(tree.textOf("images_info.json")), entries);
  const lines = tree.textOf("images_info.jsonl").trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines, Object.entries(entries).map(([id, entry]) => ({ id, ...entry })));
  assert.deepEqual(parse(tree.textOf("images_info.csv")), [
    ["id", "url", "image_size", "width", "height", "image_format", "error", "detail"],
    ["7", "http://a.example/7", "1234", "640", "480", "JPEG", "", ""],
    ["a", "http://a.example/a?b", "", "", "", "", "http_404", 'Cannot read "a"'],
    ["b", "http://a.example/b", "1234", "640", "480", "JPEG", "", ""],
    ["row 3", "", "", "", "", "", "bad_id", 'Cannot read "row 3"'],
  ]);
});

Deno.test("images_info writes valid JSON whatever ids are, and where there are none", async () => {
  assert.equal((await written({ items: [] }, ["json"])).textOf("images_info.json"), "{}\n");
  const keys = ['"', "\\", "__proto__", "ü", "a#b", "</script>"];
  const items = keys.map((key) => sketchedItem({ key, facts: info }));
  const parsed = JSON.parse((await written({ items }, ["json"])).textOf("images_info.json"));
  assert.deepEqual(Object.keys(parsed).sort(), keys.map((key) => key.replace("#", "%23")).sort());
});
