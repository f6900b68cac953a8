import assert from "node:assert/strict";
import { createPaint } from "../../runtime/cli/paint.ts";
import { transferLine, transferText } from "../../runtime/cli/transfer.ts";

const paint = createPaint(false);
const half = { done: 1_850_000, total: 3_700_000, rate: 1_000_000 };

Deno.test("transferLine() shows a bar, bytes, speed and time left, as far as they are known and fit", () => {
  const bar = "━".repeat(12) + "─".repeat(12);
  assert.equal(transferLine("tiny", half, 80, paint), `tiny  ${bar}  1.9 MB of 3.7 MB  1.0 MB/s  2 s left`);
  assert.equal(transferLine("tiny", half, 30, paint), "tiny  1.9 MB of 3.7 MB  1.0 M…");
  assert.equal(transferLine("tiny", { done: 500, total: undefined, rate: 0 }, 80, paint), "tiny  500 B");
  assert.equal(transferLine("tiny", { ...half, done: 3_700_000 }, 80, paint).includes("left"), false);
});

Deno.test("transferText() is the same without a bar", () => {
  assert.equal(transferText("tiny", half), "tiny  1.9 MB of 3.7 MB  1.0 MB/s  2 s left");
});
