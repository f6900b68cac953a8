import assert from "node:assert/strict";
import type { Box } from "../../runtime/contract/detection.ts";
import { placedChip } from "../../runtime/report/chip_places.ts";

const frame = { left: 0, top: 0, width: 400, height: 300 };
const size = { width: 60, height: 20 };

function placed(box: Box, { others = [], taken = [] }: { others?: readonly Box[]; taken?: readonly Box[] } = {}) {
  return placedChip(size, 0, [box, ...others], taken, frame);
}

Deno.test("placedChip() stands above its box, or below where there is no room", () => {
  assert.deepEqual(placed([100, 100, 80, 80]), [100, 80, 60, 20]);
  assert.deepEqual(placed([100, 0, 80, 80]), [100, 80, 60, 20]);
});

Deno.test("placedChip() stays within the picture, also for a box that fills it", () => {
  const boxes: readonly Box[] = [[0, 0, 400, 300], [390, 0, 10, 300], [0, 290, 400, 10], [395, 295, 5, 5], [
    0,
    0,
    2,
    2,
  ]];
  for (const box of boxes) {
    const [x, y, width, height] = placed(box) ?? assert.fail(`no chip for ${box}`);
    assert.ok(x >= 0 && y >= 0 && x + width <= 400 && y + height <= 300, String([x, y]));
  }
});

Deno.test("placedChip() goes where it hides neither a chip nor a small box", () => {
  assert.deepEqual(placed([100, 100, 80, 80], { taken: [[100, 80, 60, 20]] }), [100, 180, 60, 20]);
  assert.deepEqual(placed([100, 100, 80, 80], { others: [[110, 82, 10, 10]] }), [100, 180, 60, 20]);
});

Deno.test("placedChip() gives up where every place lies under other chips", () => {
  assert.equal(placed([100, 100, 80, 80], { taken: [[0, 0, 400, 300]] }), undefined);
});
