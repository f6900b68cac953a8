// Rules on the shape of files and functions.
import { isWithin } from "./layers.ts";
import { everything, ruleFor } from "./rule.ts";

export const maxFileLines = 300;
export const maxFunctionLines = 60;

const vague = ["utils", "util", "helpers", "helper", "common", "manager", "misc"];

/** Files are named in snake_case, after what they hold. */
export const fileName = ruleFor(everything, (context, path) => ({
  Program(node) {
    const name = path.split("/").at(-1) ?? "";
    const words = name.replace(/\.ts$/, "").split("_");
    const folders = path.split("/").slice(0, -1);
    if (!words.every((word) => /^[a-z0-9]+$/.test(word))) {
      context.report({ node, message: `Name the file "${name}" in snake_case` });
    }
    const found = [...words, ...folders].find((word) => vague.includes(word));
    if (found !== undefined) context.report({ node, message: `Name "${path}" after what it holds, not "${found}"` });
  },
}));

/** A file does one thing. */
export const fileLength = ruleFor(everything, (context) => ({
  Program(node) {
    const lines = linesOf(context.sourceCode.text.trimEnd());
    if (lines <= maxFileLines) return;
    context.report({ node, message: `Split this file: it has ${lines} lines, ${maxFileLines} is the most` });
  },
}));

/** About 10 lines a function, 40 at most; here is where it ends. */
export const functionLength = ruleFor(everything, (context) => {
  const check = (node: Deno.lint.Node) => {
    const lines = linesOf(context.sourceCode.getText(node));
    if (lines <= maxFunctionLines) return;
    context.report({ node, message: `Split this function: it has ${lines} lines, ${maxFunctionLines} is the most` });
  };
  return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
});

function linesOf(text: string): number {
  return text.split("\n").length;
}

const topLevel = new Set(["Program", "ExportNamedDeclaration", "VariableDeclaration"]);

/** `function` at the top level, arrow functions inside. */
export const topLevelFunction = ruleFor(everything, (context) => ({
  VariableDeclarator(node) {
    const outer = context.sourceCode.getAncestors(node).map(({ type }) => type);
    if (!outer.every((type) => topLevel.has(type))) return;
    if (node.init?.type !== "ArrowFunctionExpression" && node.init?.type !== "FunctionExpression") return;
    context.report({ node, message: "Declare a function of the top level with `function`" });
  },
}));

/** The linter of Deno wants a default export of a plugin too. */
const withDefault = ["plugins", "sources", "scripts/lint/plugin.ts"];

/** A plugin file's default export is the plugin; all other exports have names. */
export const defaultExport = ruleFor(everything, (context, path) => {
  const wanted = withDefault.some((place) => isWithin(path, place));
  let found = false;
  return {
    ExportDefaultDeclaration(node) {
      found = true;
      if (!wanted) context.report({ node, message: "Export by name: only plugin files have a default export" });
    },
    "Program:exit"(node: Deno.lint.Program) {
      if (wanted && !found) context.report({ node, message: `Export the plugin of "${path}" as default` });
    },
  };
});
