import assert from "node:assert/strict";
import { createLocator, formatProblem, visible } from "../../runtime/manifest/locator.ts";

Deno.test("createLocator() finds line and column with either line end, with and without a byte order mark", () => {
  for (const [text, at] of [["a: 1\nbc: 2\n", 6], ["a: 1\r\nbc: 2\r\n", 7], ["\ufeffa: 1\nbc: 2\n", 7]] as const) {
    const problem = createLocator("m.yaml", text).problem({ at, end: at + 1 }, "No");
    assert.deepEqual([problem.line, problem.column, problem.excerpt], [2, 2, "bc: 2\n ^"]);
  }
  const first = createLocator("m.yaml", "\ufeffa: 1").problem({ at: 1, end: 2 }, "No");
  assert.deepEqual([first.line, first.column], [1, 1]);
});

Deno.test("createLocator() keeps places beyond the text inside it", () => {
  const locator = createLocator("m.yaml", "a: 1\n");
  assert.deepEqual([locator.problem({ at: 99, end: 100 }, "No").line, locator.lineOf(99)], [2, 2]);
  assert.equal(createLocator("m.yaml", "").problem({ at: 0, end: 1 }, "No").column, 1);
});

Deno.test("createLocator() puts carets below the place, also after a tab, and stops at the line's end", () => {
  const { excerpt } = createLocator("m.yaml", "\tab: cd\nef").problem({ at: 5, end: 20 }, "No");
  assert.equal(excerpt, "\tab: cd\n\t    ^^");
});

Deno.test("createLocator() cuts a very long line around the place", () => {
  const { excerpt = "", column } = createLocator("m.yaml", `${"x".repeat(5000)}Y${"x".repeat(5000)}`)
    .problem({ at: 5000, end: 5001 }, "No");
  const [line = "", carets = ""] = excerpt.split("\n");
  assert.equal(column, 5001);
  assert.ok(line.length <= 120);
  assert.equal(line[carets.indexOf("^")], "Y");
});

Deno.test("createLocator() lets no control character through to the terminal", () => {
  const { excerpt = "", message } = createLocator("m.yaml", "a: \u001b[31m\u202e").problem(
    { at: 0, end: 1 },
    "\u001b[2J",
  );
  assert.equal(excerpt.split("\n")[0], "a: \ufffd[31m\ufffd");
  assert.equal(message, "\\u001b[2J");
  assert.equal(visible("ok – ünïcode"), "ok – ünïcode");
});

Deno.test("formatProblem() prints place, message, excerpt and hint, and paints each", () => {
  const problem = createLocator("m.yaml", "a: 1\nbc: 2\n").problem({ at: 5, end: 7 }, "Unknown key `bc`", "Remove it");
  assert.equal(
    formatProblem(problem),
    "m.yaml:2:1: Unknown key `bc`\n   2 | bc: 2\n     | ^^\n       Remove it",
  );
  assert.equal(formatProblem({ message: "Only this" }), "Only this");
  assert.match(formatProblem(problem, (part, text) => `<${part}>${text}`), /<place>m\.yaml:2:1:.*<caret>\^\^.*<hint>/s);
});
