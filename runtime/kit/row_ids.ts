// What rows of tables are called: their id where it will do, a name of their own where it will not.
import type { Flaw, SourceRecord } from "../contract/item.ts";
import type { Json } from "../contract/json.ts";

const longestId = 500;

/** The text of a cell that names something, without spaces around it. Cells of JSON Lines and Parquet may be numbers. */
export function nameIn(cell: Json | undefined): string {
  if (typeof cell === "string") return cell.trim();
  return typeof cell === "number" ? String(cell) : "";
}

/** Why a text is no id, if it is none. */
export function idTrouble(id: string): string | undefined {
  if (id === "") return "the row has no id";
  if (id.length > longestId) return `the id has more than ${longestId} characters`;
  // deno-lint-ignore no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(id) || !id.isWellFormed()) return "the id has characters that are not seen";
  return /^row \d+$/.test(id) ? `the id "${id}" is one that rows without an id get` : undefined;
}

/** The record that stands for a row that will not do. */
export function brokenRow(number: number, broken: Flaw): SourceRecord {
  return { key: `row ${number}`, revision: broken.reason, broken };
}
