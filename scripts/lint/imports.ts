// Rules on what a file imports.
import { posix } from "node:path";
import { layerProblem } from "./layers.ts";
import { everything, ruleFor } from "./rule.ts";

type Seen = (node: Deno.lint.Node, specifier: string) => void;

/** Imports follow the layer table, however they are written. */
export const layers = ruleFor(everything, (context, path) =>
  importsOf((node, specifier) => {
    if (!specifier.startsWith(".")) return;
    const message = layerProblem(path, posix.join(posix.dirname(path), specifier));
    if (message !== undefined) context.report({ node, message, hint: "The table is in scripts/lint/layers.ts" });
  }));

/** Packages come through the import map, where each is pinned to a version. */
export const importMap = ruleFor(everything, (context) =>
  importsOf((node, specifier) => {
    if (!/^(npm|jsr|https?|file|data):|^\//.test(specifier)) return;
    const message = `Import packages by their names in the import map of deno.json, not as "${specifier}"`;
    context.report({ node, message });
  }));

/** Static, re-exporting, dynamic and type imports, and files named by `new URL("./x.ts", import.meta.url)`, such as
 *  Workers. A dynamic import of a computed name is not seen. */
function importsOf(seen: Seen): Deno.lint.LintVisitor {
  return {
    ImportDeclaration: (node) => seen(node, node.source.value),
    ExportAllDeclaration: (node) => seen(node, node.source.value),
    ExportNamedDeclaration(node) {
      if (node.source !== null) seen(node, node.source.value);
    },
    ImportExpression: (node) => seenText(node, node.source, seen),
    TSImportType: (node) => seenText(node, node.argument, seen),
    NewExpression(node) {
      const [file, base] = node.arguments;
      if (node.callee.type !== "Identifier" || node.callee.name !== "URL") return;
      if (file === undefined || base?.type !== "MemberExpression") return;
      if (file.type === "Literal" && /\.(ts|js)$/.test(String(file.value))) seenText(node, file, seen);
    },
  };
}

function seenText(node: Deno.lint.Node, written: Deno.lint.Node, seen: Seen): void {
  const literal = written.type === "TSLiteralType" ? written.literal : written;
  if (literal.type === "Literal" && typeof literal.value === "string") seen(node, literal.value);
}
