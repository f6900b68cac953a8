import assert from "node:assert/strict";
import { createPaint } from "../../runtime/cli/paint.ts";
import { liveLines, plainLine, type Progress, secondsLeft } from "../../runtime/cli/progress.ts";
import { widthOf } from "../../runtime/cli/text.ts";

const none = createPaint(false);

function progress(stage: string, done: number, total: number, rate: number): Progress {
  return { event: "progress", stage, done, total, rate };
}

Deno.test("liveLines() shows bar, count, rate and time left of each stage, in columns", () => {
  const lines = liveLines(
    [
      progress("admit", 2000, 2000, 410),
      progress("validate+resize", 1000, 2000, 312.4),
      progress("render", 12, 2000, 4.25),
    ],
    80,
    none,
  );
  assert.deepEqual(lines, [
    "admit            ━━━━━━━━━━━━━━━━━━━━━━━━  2,000/2,000  done",
    "validate+resize  ━━━━━━━━━━━━────────────  1,000/2,000  312/s  3 s left",
    "render           ────────────────────────     12/2,000  4.3/s  7 min 48 s left",
  ]);
});

Deno.test("liveLines() never is wider than the terminal", () => {
  const stages = [
    progress("crop+random_crop+flip+grayscale+image_info", 1_234_567, 9_999_999, 1.5),
    progress("字字字", 0, 0, 0),
  ];
  for (let width = 1; width < 120; width++) {
    for (const line of liveLines(stages, width, none)) {
      assert.ok(widthOf(line) <= width, `${width}: "${line}" takes ${widthOf(line)}`);
    }
  }
});

Deno.test("liveLines() leaves the bar out where there is no room", () => {
  assert.deepEqual(liveLines([progress("resize", 5, 10, 2)], 34, none), ["resize  5/10  2.0/s  3 s left"]);
});

Deno.test("liveLines() writes out names that would steer the terminal", () => {
  const [line = ""] = liveLines([progress("a\u001b[2Jb", 1, 2, 0)], 80, none);
  assert.ok(line.startsWith("a\\u{1b}[2Jb"), line);
});

Deno.test("plainLine() is one line for a log", () => {
  assert.equal(plainLine(progress("render", 50, 200, 25)), "render: 50/200, 25/s, 6 s left");
  assert.equal(plainLine(progress("render", 200, 200, 25)), "render: 200/200, done");
  assert.equal(plainLine(progress("render", 0, 200, 0)), "render: 0/200");
});

Deno.test("secondsLeft() is unknown without a rate and at the end", () => {
  assert.equal(secondsLeft(progress("a", 0, 10, 0)), undefined);
  assert.equal(secondsLeft(progress("a", 10, 10, 5)), undefined);
  assert.equal(secondsLeft(progress("a", 5, 10, 2)), 2.5);
});
