// What the words of a filter say of a row.
import type { Json, JsonObject } from "../contract/json.ts";
import { compareUtf8 } from "../contract/json.ts";

export type RowTest = (cells: JsonObject) => boolean;

/** What a filter compares a cell with: text, or a number as it was written. */
export type Value = { readonly text: string; readonly number?: number };

export type Sign = "=" | "!=" | "<" | "<=" | ">" | ">=";
export type TextWord = "contains" | "starts with" | "ends with";

export function allOf(tests: readonly RowTest[]): RowTest {
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (cells) => tests.every((test) => test(cells));
}

export function anyOf(tests: readonly RowTest[]): RowTest {
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (cells) => tests.some((test) => test(cells));
}

export function negated(test: RowTest): RowTest {
  return (cells) => !test(cells);
}

/** Against a number, a cell counts as the number that it is or spells; one that is none is unequal, and neither less nor
 *  greater. Against text, it counts as text, compared byte by byte; an empty one is neither less nor greater. */
export function signTest(column: string, sign: Sign, value: Value): RowTest {
  if (sign === "=") return (cells) => isEqual(cellIn(cells, column), value);
  if (sign === "!=") return (cells) => !isEqual(cellIn(cells, column), value);
  const holds = {
    "<": (order: number) => order < 0,
    "<=": (order: number) => order <= 0,
    ">": (order: number) => order > 0,
    ">=": (order: number) => order >= 0,
  }[sign];
  return (cells) => holds(orderOf(cellIn(cells, column), value));
}

/** Whether the cell equals one of the values. */
export function memberTest(column: string, values: readonly Value[]): RowTest {
  const numbers = new Set(values.flatMap(({ number }) => number ?? []));
  const texts = new Set(values.flatMap(({ text, number }) => number === undefined ? text : []));
  return (cells) => {
    const cell = cellIn(cells, column);
    return (texts.size > 0 && texts.has(textOf(cell) ?? noText)) || (numbers.size > 0 && numbers.has(numberOf(cell)));
  };
}

/** Stands for what has no text; no filter can hold it. */
const noText = "\0";

/** A list contains what one of its members equals. */
export function textTest(column: string, word: TextWord, value: Value): RowTest {
  const { text } = value;
  if (word === "starts with") return (cells) => textOf(cellIn(cells, column))?.startsWith(text) ?? false;
  if (word === "ends with") return (cells) => textOf(cellIn(cells, column))?.endsWith(text) ?? false;
  return (cells) => {
    const cell = cellIn(cells, column);
    if (Array.isArray(cell)) return cell.some((member: Json) => isEqual(member, value));
    return textOf(cell)?.includes(text) ?? false;
  };
}

/** Nothing, `null`, spaces, an empty list. */
export function emptyTest(column: string): RowTest {
  return (cells) => {
    const cell = cellIn(cells, column);
    return Array.isArray(cell) ? cell.length === 0 : textOf(cell)?.trim() === "";
  };
}

function cellIn(cells: JsonObject, column: string): Json | undefined {
  return Object.hasOwn(cells, column) ? cells[column] : undefined;
}

function isEqual(cell: Json | undefined, { text, number }: Value): boolean {
  return number === undefined ? textOf(cell) === text : numberOf(cell) === number;
}

/** Below, at or above zero; `NaN`, for which nothing holds, where there is no order. */
function orderOf(cell: Json | undefined, { text, number }: Value): number {
  if (number !== undefined) return numberOf(cell) - number;
  const own = textOf(cell);
  return own === undefined || own === "" ? NaN : compareUtf8(own, text);
}

/** The text of a cell; none for lists and objects. */
function textOf(cell: Json | undefined): string | undefined {
  if (typeof cell === "string") return cell;
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? undefined : String(cell);
}

const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** The number that a cell is or spells, or `NaN`. */
function numberOf(cell: Json | undefined): number {
  if (typeof cell === "number") return cell;
  return typeof cell === "string" && cell.length <= 400 && decimal.test(cell) ? Number(cell) : NaN;
}
