import assert from "node:assert/strict";
import plugin from "../../scripts/lint/plugin.ts";
import { absolute } from "../../scripts/lint/rule.ts";
import { cases, type Snippet } from "./cases.ts";

Deno.test("plugin.rules has cases for each rule, of both kinds", () => {
  assert.deepEqual(Object.keys(cases).sort(), Object.keys(plugin.rules).sort());
  for (const [rule, { refuses, accepts }] of Object.entries(cases)) {
    assert.ok(refuses.length > 0 && accepts.length > 0, rule);
  }
});

for (const [rule, { refuses, accepts }] of Object.entries(cases)) {
  Deno.test(`"${rule}" refuses what it should, with one finding each`, () => {
    for (const snippet of refuses) assert.equal(findings(rule, snippet).length, 1, snippet.join("\n"));
  });
  Deno.test(`"${rule}" accepts everything else`, () => {
    for (const snippet of accepts) assert.deepEqual(findings(rule, snippet), [], snippet.join("\n"));
  });
}

Deno.test("runPlugin() names the place of a finding", () => {
  const [found] = findings("error-message", ["plugins/crop.ts", 'const é = "🏍";\nnew InputError("no");']);
  assert.deepEqual(found?.range, [31, 35]);
});

function findings(rule: string, [path, source]: Snippet): Deno.lint.Diagnostic[] {
  return Deno.lint.runPlugin(plugin, absolute(path), source).filter(({ id }) => id === `framewright/${rule}`);
}
