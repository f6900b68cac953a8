import assert from "node:assert/strict";
import {
  FramewrightError,
  InputError,
  ItemError,
  LimitError,
  PluginError,
  StoreError,
  TransientError,
} from "../../runtime/contract/errors.ts";
import { exitCodeOf, exitCodes, exitMeanings } from "../../runtime/contract/exit_codes.ts";

Deno.test("exitCodeOf() tells every kind of failure apart", () => {
  const cases: readonly (readonly [unknown, number])[] = [
    [new InputError("x"), 2],
    [new InputError("x", [], { code: "manifest" }), 3],
    [new LimitError("x"), 4],
    [new StoreError("conflict", "x"), 5],
    [new StoreError("full", "x"), 6],
    [new StoreError("read_only", "x"), 6],
    [new StoreError("missing", "x"), 6],
    [new StoreError("corrupt", "x"), 6],
    [new StoreError("unavailable", "x"), 6],
    [new InputError("x", [], { code: "source" }), 7],
    [new TransientError("x"), 7],
    [new PluginError("x"), 8],
    [new DOMException("stopped", "AbortError"), 130],
    [new ItemError("truncated", "x"), 1],
    [new FramewrightError("new_code", "abort", "x"), 1],
    [new TypeError("x"), 1],
    [undefined, 1],
  ];
  for (const [thrown, exit] of cases) assert.equal(exitCodeOf(thrown), exit, String(thrown));
});

Deno.test("exitMeanings describes each exit code once", () => {
  assert.deepEqual(Object.keys(exitMeanings), Object.keys(exitCodes));
  assert.equal(new Set(Object.values(exitCodes)).size, Object.keys(exitCodes).length);
});
