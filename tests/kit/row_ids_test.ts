import assert from "node:assert/strict";
import { brokenRow, idTrouble, nameIn } from "../../runtime/kit/row_ids.ts";

Deno.test("nameIn() gives texts without spaces around them, numbers as text, and nothing of all else", () => {
  assert.deepEqual([" a b ", 7, 1.5, "", null, undefined, true, ["a"]].map(nameIn), [
    "a b",
    "7",
    "1.5",
    ...Array(5).fill(""),
  ]);
});

Deno.test("idTrouble() says what is wrong with an id", () => {
  for (const id of ["7", "SKU-1/x", "東京", "row x", "ROW 1"]) assert.equal(idTrouble(id), undefined, id);
  assert.equal(idTrouble(""), "the row has no id");
  assert.equal(idTrouble("x".repeat(501)), "the id has more than 500 characters");
  for (const id of ["a\nb", "\u007f", "a\0", "\ud800"]) {
    assert.equal(idTrouble(id), "the id has characters that are not seen");
  }
  assert.match(idTrouble("row 7") ?? "", /is one that rows without an id get$/);
});

Deno.test("brokenRow() has a key that no id can be", () => {
  const record = brokenRow(7, { reason: "bad_id", detail: "the row has no id" });
  assert.deepEqual(record, {
    key: "row 7",
    revision: "bad_id",
    broken: { reason: "bad_id", detail: "the row has no id" },
  });
  assert.notEqual(idTrouble(record.key), undefined);
});
