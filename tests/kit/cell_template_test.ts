import assert from "node:assert/strict";
import { cellTemplate } from "../../runtime/kit/cell_template.ts";

Deno.test("cellTemplate() names its columns and fills them in", () => {
  const template = cellTemplate("{season}/{base colour}-{id}.jpg");
  assert.deepEqual(template.columns, ["season", "base colour", "id"]);
  assert.equal(template.fill({ season: " Summer ", "base colour": "blue", id: 7 }), "Summer/blue-7.jpg");
});

Deno.test("cellTemplate() takes a text without braces for the name of a column", () => {
  assert.deepEqual(cellTemplate("file").columns, ["file"]);
  assert.equal(cellTemplate("file").fill({ file: "a/{id}.jpg", id: "7" }), "a/{id}.jpg");
});

Deno.test("cellTemplate() gives nothing when a cell is empty, absent or neither text nor number", () => {
  for (const id of ["", "  ", null, undefined, true, ["7"], { a: 1 }]) {
    assert.equal(cellTemplate("{id}.jpg").fill({ id }), undefined, JSON.stringify(id));
  }
  assert.equal(cellTemplate("{constructor}.jpg").fill({}), undefined);
});
