// Rules on who may touch the world: files, processes, the network, the clock and chance.
import { isWithin } from "./layers.ts";
import { everything, product, ruleFor } from "./rule.ts";

/** The only places that use `Deno`, `fetch` or a module of Node that does the same. All others get what they need as a
 *  parameter, so that they run in tests and in a Worker without permissions. */
const doors = [
  "main.ts",
  "runtime/cli",
  "runtime/detect",
  "runtime/fetch",
  "runtime/s3",
  "runtime/engine/worker.ts",
  "runtime/host",
  "runtime/store",
  "runtime/system",
  "runtime/trigger",
  "scripts",
  "tests",
];

const worldly = /^(node:)?(fs|net|tls|dgram|dns|http|https|http2|child_process|worker_threads|os|process)(\/|$)/;

export const effects = ruleFor(everything, (context, path) => {
  if (doors.some((door) => isWithin(path, door))) return {};
  const refuse = (node: Deno.lint.Node, what: string) =>
    context.report({ node, message: `"${path}" must not use ${what}: take what it needs as a parameter` });
  return {
    MemberExpression(node) {
      if (isNamed(node.object, "Deno")) refuse(node, "Deno");
      if (isNamed(node.object, "globalThis") && isNamed(node.property, "Deno", "fetch")) refuse(node, "globalThis");
    },
    CallExpression(node) {
      if (isNamed(node.callee, "fetch")) refuse(node, "fetch");
    },
    ImportDeclaration(node) {
      if (worldly.test(node.source.value) && node.importKind !== "type") refuse(node, node.source.value);
    },
    ImportExpression(node) {
      const { source } = node;
      if (source.type === "Literal" && worldly.test(String(source.value))) refuse(node, String(source.value));
    },
  };
});

/** Results depend on what goes in, never on chance or the time of day. */
export const chance = ruleFor(product, (context, path) => {
  if (doors.some((door) => isWithin(path, door))) return {};
  const refuse = (node: Deno.lint.Node, what: string) =>
    context.report({ node, message: `"${path}" must not call ${what}: clock and randomness are parameters` });
  return {
    MemberExpression(node) {
      if (isNamed(node.object, "Math") && isNamed(node.property, "random")) refuse(node, "Math.random");
      if (isNamed(node.object, "Date") && isNamed(node.property, "now")) refuse(node, "Date.now");
      if (isNamed(node.property, "randomUUID", "getRandomValues", "randomBytes")) refuse(node, "crypto");
    },
    NewExpression(node) {
      if (isNamed(node.callee, "Date") && node.arguments.length === 0) refuse(node, "new Date()");
    },
  };
});

/** Native image code is loaded when a run needs it, so that the other commands start fast. */
export const heavy = ruleFor(product, (context) => ({
  ImportDeclaration(node) {
    const name = node.source.value;
    if (node.importKind === "type" || !heavyPackages.has(name)) return;
    context.report({ node, message: `Import "${name}" with import(), where it is used: it takes long to load` });
  },
}));

const heavyPackages = new Set([
  "@aws-sdk/client-s3",
  "sharp",
  "imagescript",
  "chart.js",
  "chart.js/auto",
  "@napi-rs/canvas",
]);

function isNamed(node: Deno.lint.Node, ...names: readonly string[]): boolean {
  return node.type === "Identifier" && names.includes(node.name);
}
