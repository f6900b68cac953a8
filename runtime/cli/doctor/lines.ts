// What `doctor` has found, as lines for people. Pure.
import type { Paint } from "../paint.ts";
import { padded, plain, plural, widthOf, wrapped } from "../text.ts";
import type { Area, Finding, State } from "./finding.ts";

const marks: Readonly<Record<State, string>> = { ok: "✓", warning: "!", problem: "✗" };

/** The lines of one area. `column`: how wide the names are over all areas. */
export function areaLines({ title, findings }: Area, column: number, width: number, paint: Paint): string[] {
  return [paint.bold(title), ...findings.flatMap((finding) => findingLines(finding, column, width, paint)), ""];
}

function findingLines({ what, state, found, mend }: Finding, column: number, width: number, paint: Paint): string[] {
  const indent = " ".repeat(column + 6);
  const beside = (text: string) => wrapped(plain(text), Math.max(30, width - indent.length));
  const [first = "", ...rest] = beside(found);
  return [
    `  ${marked(state, paint)} ${padded(what, column)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`),
    ...(mend === undefined ? [] : beside(mend).map((line) => `${indent}${paint.dim(line)}`)),
  ];
}

function marked(state: State, paint: Paint): string {
  const color = { ok: paint.green, warning: paint.yellow, problem: paint.red }[state];
  return color(marks[state]);
}

export function widestName(names: readonly string[]): number {
  return Math.max(0, ...names.map(widthOf));
}

/** The last line. */
export function verdictLine(areas: readonly Area[], paint: Paint): string {
  const count = (state: State) =>
    areas.reduce((sum, { findings }) => sum + findings.filter((finding) => finding.state === state).length, 0);
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems > 0) return paint.red(`${plural(problems, "problem")}, ${plural(warnings, "warning")}`);
  if (warnings > 0) return paint.yellow(`No problems, ${plural(warnings, "warning")}`);
  return paint.green("All is well");
}
