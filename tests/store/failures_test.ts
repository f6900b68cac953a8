import assert from "node:assert/strict";
import { InputError, StoreError } from "../../runtime/contract/errors.ts";
import { storeErrorOf } from "../../runtime/store/failures.ts";

Deno.test("storeErrorOf() tells from the system's code what went wrong and keeps the cause", () => {
  const failures = { ENOSPC: "full", EDQUOT: "full", EROFS: "read_only", EACCES: "read_only", EPERM: "read_only" };
  for (const [code, failure] of Object.entries({ ...failures, EIO: "unavailable", ENOTDIR: "unavailable" })) {
    const cause = Object.assign(new TypeError("refused"), { code });
    const error = storeErrorOf('write "a"', "/place", cause);
    assert.ok(error instanceof StoreError);
    assert.equal(error.failure, failure);
    assert.equal(error.cause, cause);
    assert.match(error.message, /^Cannot write "a": .*"\/place".*(choose another store|run again)$/);
  }
});

Deno.test("storeErrorOf() names the missing permission of Deno", () => {
  const error = storeErrorOf('write "a"', "/place", new Deno.errors.NotCapable("no"));
  assert.ok(error instanceof StoreError);
  assert.equal(error.failure, "read_only");
  assert.match(error.message, /permissions to read and write there$/);
});

Deno.test("storeErrorOf() passes on what is no refusal of the system", () => {
  for (const thrown of [new InputError("Cannot x"), new TypeError("a bug"), "text", undefined]) {
    assert.equal(storeErrorOf("write", "/place", thrown), thrown);
  }
});
