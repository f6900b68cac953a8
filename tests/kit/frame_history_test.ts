import assert from "node:assert/strict";
import { createFrameHistory } from "../../runtime/kit/frame_history.ts";

Deno.test("createFrameHistory() goes back by time, not by the order of adding, and stays with the camera", () => {
  const history = createFrameHistory(6, [{ of: 3, gap: 100 }]);
  const rows = [["a", 30, 0.3], ["a", 10, 0.1], ["b", 20, 0.9], ["a", 20, undefined], ["a", 40, 0.4], [
    "b",
    30,
    1,
  ]] as const;
  for (const [camera, unix, score] of rows) history.add({ camera, unix }, [score]);
  const before = history.settled();
  assert.deepEqual(before(0, 0), [0.1, -1, 0.3]);
  assert.deepEqual(before(1, 0), [0.1]);
  assert.deepEqual(before(4, 0), [-1, 0.3, 0.4]);
  assert.deepEqual(before(5, 0), [0.9, 1]);
});

Deno.test("createFrameHistory() stops at a gap, each track at its own", () => {
  const history = createFrameHistory(3, [{ of: 3, gap: 10 }, { of: 3, gap: 9.9 }, { of: 2, gap: 60 }]);
  for (const unix of [0, 10, 20]) history.add({ camera: "a", unix }, [0.5, 0.5, 0.5]);
  const before = history.settled();
  assert.deepEqual([0, 1, 2].map((track) => before(2, track).length), [3, 1, 2]);
});

Deno.test("createFrameHistory() takes items of one moment for one image, of which the best counts", () => {
  const history = createFrameHistory(4, [{ of: 3, gap: 60 }]);
  history.add({ camera: "a", unix: 1 }, [0.2]);
  history.add({ camera: "a", unix: 2 }, [undefined]);
  history.add({ camera: "a", unix: 2 }, [0.7]);
  history.add({ camera: "a", unix: 2 }, [0.4]);
  const before = history.settled();
  for (const index of [1, 2, 3]) assert.deepEqual(before(index, 0), [0.2, 0.7]);
});

Deno.test("createFrameHistory() leaves items without a camera or a time alone", () => {
  const history = createFrameHistory(3, [{ of: 3, gap: 60 }]);
  history.add({}, [0.5]);
  history.add({ camera: "a" }, [0.6]);
  history.add({}, [undefined]);
  const before = history.settled();
  assert.deepEqual([0, 1, 2].map((index) => before(index, 0)), [[0.5], [0.6], [-1]]);
});
