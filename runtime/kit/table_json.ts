// Rows of JSON Lines.
import { messageOf } from "../contract/errors.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import { longestLine, type TableLine } from "./table_lines.ts";
import type { TableRow } from "./table_rows.ts";
import { nameTrouble, textTrouble } from "./table_text.ts";

/** A row a line; empty lines are passed over. */
export async function* jsonRows(
  groups: AsyncIterable<readonly TableLine[]>,
  only: readonly string[] | undefined,
): AsyncGenerator<TableRow> {
  let number = 0;
  for await (const lines of groups) {
    for (const line of lines) {
      if (line.text?.trim() === "") continue;
      number++;
      const cells = cellsOf(line);
      if (typeof cells !== "string") yield { number, cells: only === undefined ? cells : picked(cells, only) };
      else yield { number, broken: { reason: "broken_row", detail: `line ${line.number}: ${cells}` } };
    }
  }
}

/** The cells, or what is wrong with them. */
function cellsOf({ text }: TableLine): JsonObject | string {
  if (text === undefined) return `it has more than ${longestLine} characters`;
  try {
    const value: Json = JSON.parse(text);
    if (typeof value !== "object" || value === null || isList(value)) return "it is no JSON object";
    return troubleIn(value, 0) ?? value;
  } catch (thrown) {
    return `it is no JSON: ${messageOf(thrown)}`;
  }
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

/** Values inside each other. */
const deepest = 32;

/** What is in JSON and cannot be in facts. */
function troubleIn(value: Json | undefined, depth: number): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "it has a number that is too large";
  if (typeof value === "string") return textTrouble(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > deepest) return `its values lie more than ${deepest} deep`;
  for (const [name, member] of Object.entries(value)) {
    const trouble = nameTrouble(name) ?? troubleIn(member, depth + 1);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function picked(cells: JsonObject, only: readonly string[]): JsonObject {
  return Object.fromEntries(only.filter((name) => Object.hasOwn(cells, name)).map((name) => [name, cells[name]]));
}
