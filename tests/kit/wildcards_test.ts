import assert from "node:assert/strict";
import { matcherOf } from "../../runtime/kit/wildcards.ts";

Deno.test("matcherOf() takes stars and question marks for anything, all else as it is written", () => {
  const matches = (pattern: string, text: string) => matcherOf([pattern])(text);
  assert.ok(matches("gate-*", "gate-north") && matches("gate-*", "gate-") && !matches("gate-*", "a gate-x"));
  assert.ok(
    matches("cam?", "cam1") && matches("cam?", "cam北") && !matches("cam?", "cam") && !matches("cam?", "cam12"),
  );
  assert.ok(matches("a.b(c)[d]", "a.b(c)[d]") && !matches("a.b", "axb"));
  assert.ok(matches("Yard/*", "Yard/East/2") && matches("**", "") && matches("*", "a\nb"));
  assert.ok(matcherOf(["x", "y*"])("yes") && !matcherOf([])(""));
});

Deno.test("matcherOf() is quick on patterns of many stars", () => {
  assert.ok(!matcherOf([`${"*a".repeat(12)}b`])("a".repeat(60)));
});
