import assert from "node:assert/strict";
import predictions from "../../plugins/predictions.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import type { LedgerLine, SourceRecord } from "../../runtime/contract/item.ts";
import { memoryDataset, runExport, sketchedItem } from "../suites/memory_dataset.ts";

const best = { label: "street", score: 0.9 };
const second = { label: 'a "car park"', score: 0.1 };

function keptLine(key: string, items = 1): LedgerLine {
  return { key, verdict: "kept", items, losses: [], notes: [] };
}

const sketch = {
  items: [
    sketchedItem({ key: "10", facts: { url: "http://127.0.0.1/a.jpg", predictions: [best, second] } }),
    sketchedItem({ key: "9", facts: { predictions: [] } }),
    sketchedItem({ key: "many", child: "crop1", facts: { predictions: [best] } }),
    sketchedItem({ key: "many", child: "crop2", facts: { predictions: [second] } }),
  ],
  ledger: [
    keptLine("10"),
    keptLine("9"),
    keptLine("many", 2),
    {
      key: "404",
      verdict: "rejected",
      items: 0,
      losses: [{ child: "", verdict: "rejected", step: "admit", reason: "not_found", detail: 'It said "404"' }],
      notes: [],
    },
    { key: "blank", verdict: "dropped", items: 0, losses: [], notes: [] },
  ] satisfies LedgerLine[],
  records: ["10", "404", "9", "blank", "many"].map((key): SourceRecord => ({
    key,
    revision: "1",
    ...(key === "404" ? { facts: { url: "http://127.0.0.1/no.jpg" } } : {}),
  })),
};

Deno.test("predictions writes an entry for each id, and why others have none", async () => {
  const { tree } = await runExport(predictions, { formats: ["json", "jsonl"] }, memoryDataset(sketch));
  const expected = {
    "10": { url: "http://127.0.0.1/a.jpg", predictions: [best, second] },
    "404": { url: "http://127.0.0.1/no.jpg", error: { reason: "not_found", detail: 'It said "404"' } },
    "9": { predictions: [] },
    blank: { error: { reason: "dropped" } },
    "many#crop1": { predictions: [best] },
    "many#crop2": { predictions: [second] },
  };
  assert.deepEqual(JSON.parse(tree.textOf("predictions.json")), expected);
  const lines = tree.textOf("predictions.jsonl").trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ id }) => id), ["10", "404", "9", "blank", "many#crop1", "many#crop2"]);
  assert.deepEqual(lines[0], { id: "10", ...expected["10"] });
});

Deno.test("predictions writes a line for each class", async () => {
  const { tree } = await runExport(predictions, { formats: ["csv"] }, memoryDataset(sketch));
  assert.deepEqual([...tree.files.keys()], ["predictions.csv"]);
  assert.deepEqual(tree.textOf("predictions.csv").split("\r\n"), [
    "id,url,rank,label,score,error,detail",
    "10,http://127.0.0.1/a.jpg,1,street,0.9,,",
    '10,http://127.0.0.1/a.jpg,2,"a ""car park""",0.1,,',
    '404,http://127.0.0.1/no.jpg,,,,not_found,"It said ""404"""',
    "9,,,,,,",
    "blank,,,,,dropped,",
    "many#crop1,,1,street,0.9,,",
    'many#crop2,,1,"a ""car park""",0.1,,',
    "",
  ]);
});

Deno.test("predictions writes an empty object for nothing, and refuses facts of others", async () => {
  const { tree } = await runExport(predictions, { formats: ["json"] }, memoryDataset({ items: [] }));
  assert.deepEqual(JSON.parse(tree.textOf("predictions.json")), {});
  for (const fact of ["street", [{ label: "street" }], [null]]) {
    const items = [sketchedItem({ key: "a", facts: { predictions: fact } })];
    await assert.rejects(runExport(predictions, {}, memoryDataset({ items })), InputError);
  }
});
