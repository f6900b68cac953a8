// What all rules share: where a file lies in the project, and which files a rule looks at.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isWithin } from "./layers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Code that runs at users': all but scripts and tests. */
export const product = ["main.ts", "runtime", "sources", "plugins"] as const;
export const everything = [...product, "scripts", "tests"] as const;

export type Visit = (context: Deno.lint.RuleContext, path: string) => Deno.lint.LintVisitor;

/** A rule for the files at or below `places`, all relative to the project. */
export function ruleFor(places: readonly string[], visit: Visit): Deno.lint.Rule {
  return {
    create(context) {
      const path = relative(root, context.filename).replaceAll("\\", "/");
      return places.some((place) => isWithin(path, place)) ? visit(context, path) : {};
    },
  };
}

/** Absolute name of a file of the project, as the linter hands it to rules. */
export function absolute(path: string): string {
  return `${root}${path}`;
}
