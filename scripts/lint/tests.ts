// Rules on tests.
import { ruleFor } from "./rule.ts";

const places = ["tests"];

/** Words that open a sentence about nothing in particular. */
const vague = new Set(["a", "an", "the", "it", "if", "when", "should", "test", "tests", "can", "that", "this", "all"]);

/** Names start with what is tested, as it is written in code, then say what it does: `symbol() does what when`. */
export const testName = ruleFor(places, (context) => ({
  CallExpression(node) {
    const name = nameOf(node);
    if (name === undefined) return;
    const message = testNameProblem(name.text);
    if (message !== undefined) context.report({ node: name.node, message });
  },
}));

/** What is wrong with the name of a test, if anything is. */
export function testNameProblem(name: string): string | undefined {
  const words = /^(`[^`]+`|"[^"]+"|\S+) ([a-z]\S*)( \S+)+$/.exec(name);
  const symbol = words?.[1] ?? "";
  if (words === null || !/^([`"].*[`"]|[A-Za-z_$][\w$.]*(\(\))?)$/.test(symbol) || vague.has(symbol.toLowerCase())) {
    return 'Name the test "symbol() does what when": first the thing as it is written in code, then what it does';
  }
  return name.endsWith(".") ? "End the name of the test without a period" : undefined;
}

function nameOf(node: Deno.lint.CallExpression): { node: Deno.lint.Node; text: string } | undefined {
  const first = isTest(node.callee) ? node.arguments[0] : undefined;
  const written = first?.type === "ObjectExpression" ? memberOf(first, "name") : first;
  if (written?.type === "Literal" && typeof written.value === "string") return { node: written, text: written.value };
  if (written?.type !== "TemplateLiteral") return undefined;
  return { node: written, text: written.quasis.map((quasi) => quasi.cooked).reduce(filledIn) };
}

/** A value after a space may be several words, one elsewhere is part of a word. */
function filledIn(before: string, after: string): string {
  return `${before}${before.endsWith(" ") ? "does what" : "x"}${after}`;
}

/** `Deno.test` and functions of ours that wrap it, such as `assetTest`. */
function isTest(callee: Deno.lint.Node): boolean {
  if (callee.type === "Identifier") return /^[a-z]+Test$/.test(callee.name);
  if (callee.type !== "MemberExpression") return false;
  return textOf(callee.object) === "Deno" && textOf(callee.property) === "test";
}

/** No test is left out or run alone. A condition in code, such as absent assets, is not seen here: `.ci/run` fails when
 *  a test was ignored. */
export const testSwitch = ruleFor(places, (context) => ({
  MemberExpression(node) {
    if (node.object.type !== "MemberExpression" && textOf(node.object) !== "it") return;
    const called = textOf(node.property) ?? "";
    if (!["only", "ignore", "skip"].includes(called)) return;
    context.report({ node, message: `Remove \`${called}\`: every test runs, always` });
  },
  Property(node) {
    const key = textOf(node.key) ?? "";
    if (!["only", "ignore"].includes(key) || node.value.type !== "Literal" || node.value.value !== true) return;
    context.report({ node, message: `Remove \`${key}\`: every test runs, always` });
  },
}));

function memberOf(object: Deno.lint.ObjectExpression, name: string): Deno.lint.Node | undefined {
  for (const property of object.properties) {
    if (property.type === "Property" && textOf(property.key) === name) return property.value;
  }
  return undefined;
}

function textOf(node: Deno.lint.Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}
