import assert from "node:assert/strict";
import type { Facts } from "../../runtime/contract/item.ts";
import { cellOf, createColumnSurvey } from "../../runtime/report/columns.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";

function columnsOf(tables: Readonly<Record<string, readonly Facts[]>>) {
  const survey = createColumnSurvey();
  for (const [table, rows] of Object.entries(tables)) {
    for (const facts of rows) survey.add(table, facts);
  }
  return survey.columns();
}

Deno.test("createColumnSurvey() tells types and sorts by name", () => {
  const columns = columnsOf({ a: [{ z: 1, y: 1.5, x: "t", w: true }, { z: 2, y: 2, x: "u", w: false }] });
  assert.deepEqual(columns.map(({ name, type, sparse }) => [name, type, sparse]), [
    ["w", "boolean", false],
    ["x", "text", false],
    ["y", "decimal", false],
    ["z", "integer", false],
  ]);
});

Deno.test("createColumnSurvey() writes mixed types as text", () => {
  const [column] = columnsOf({ a: [{ x: 1 }, { x: "one" }] });
  assert.equal(column?.type, "text");
  assert.equal(column && cellOf(column, sketchedItem({ key: "a.jpg", facts: { x: 1 } })), "1");
});

Deno.test("createColumnSurvey() leaves out the split, nulls, lists and objects", () => {
  assert.deepEqual(
    columnsOf({ a: [{ split: "train", none: null, list: [1], object: { a: 1 }, gone: undefined }] }),
    [],
  );
});

Deno.test("createColumnSurvey() calls a column sparse when one table cannot show its type", () => {
  assert.equal(columnsOf({ a: [{ x: 1 }, {}], b: [{ x: 2 }] })[0]?.sparse, false);
  assert.equal(columnsOf({ a: [{ x: 1 }], b: [{}] })[0]?.sparse, true);
  const late = [...Array.from({ length: 1000 }, () => ({})), { x: 1 }];
  assert.equal(columnsOf({ a: late })[0]?.sparse, true);
  assert.equal(columnsOf({ a: late.slice(1) })[0]?.sparse, false);
});

Deno.test("createColumnSurvey() renames facts that readers would take for something else", () => {
  const facts = { width: 1, file_name: "x", original_file_name: "y", source: "z", fact_source: "w", image: "i" };
  assert.deepEqual(columnsOf({ a: [facts] }).map(({ name }) => name), [
    "fact_source",
    "file_name_text",
    "fact_image",
    "original_file_name_text",
    "fact_source_",
    "fact_width",
  ]);
});

Deno.test("createColumnSurvey() is not misled by names of object members", () => {
  assert.deepEqual(columnsOf({ a: [{ constructor: 1, toString: "x" }] }).map(({ name }) => name), [
    "constructor",
    "toString",
  ]);
});
