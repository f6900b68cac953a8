// Which facts become columns of a table, under which name and of which type. Pure.
import type { Facts, Item } from "../contract/item.ts";

/** A fact as a column. `text`: anything, as text. Others hold that type only, or nothing. */
export type FactColumn = {
  /** Name as published, unlike that of any fixed column. */
  readonly name: string;
  readonly fact: string;
  readonly type: "text" | "integer" | "decimal" | "boolean";
  /** True when some table has no value of it near its start, so that readers could not tell its type from nulls. */
  readonly sparse: boolean;
};

/** A value of a column: `undefined` where the item does not have the fact. */
export type Cell = string | number | boolean | undefined;

/** Columns that every table of pictures starts with. */
export const fixedColumns = ["file_name", "split", "source", "width", "height", "edits"] as const;

/** Names that readers give a meaning of their own. */
const takenNames = new Set<string>([...fixedColumns, "image", "images", "objects", "detections", "detected"]);

/** Readers look at the start of a table to tell the types of its columns. */
const startOfTable = 1000;

type Seen = {
  readonly types: Set<"text" | "integer" | "decimal" | "boolean">;
  readonly firstRows: Map<string, number>;
};

export interface ColumnSurvey {
  /** Facts of the next row of a table. */
  add(table: string, facts: Facts): void;
  /** Sorted by the name of the fact; the same for every table. */
  columns(): readonly FactColumn[];
}

/** Collects the facts of items, each belonging to a named table, and says which columns they make. */
export function createColumnSurvey(): ColumnSurvey {
  const rows = new Map<string, number>();
  const seen = new Map<string, Seen>();
  return {
    add(table, facts) {
      const row = rows.get(table) ?? 0;
      rows.set(table, row + 1);
      for (const fact of Object.keys(facts)) addFact(seen, { table, row, fact, facts });
    },
    columns() {
      const used = new Set(takenNames);
      return [...seen.keys()].sort().map((fact) => columnOf(fact, seen.get(fact), rows.size, used));
    },
  };
}

function addFact(
  seen: Map<string, Seen>,
  { table, row, fact, facts }: {
    readonly table: string;
    readonly row: number;
    readonly fact: string;
    readonly facts: Facts;
  },
): void {
  const type = typeOf(facts[fact]);
  if (type === undefined || fact === "split") return;
  let about = seen.get(fact);
  if (about === undefined) seen.set(fact, about = { types: new Set(), firstRows: new Map() });
  about.types.add(type);
  if (!about.firstRows.has(table)) about.firstRows.set(table, row);
}

function typeOf(value: unknown): "text" | "integer" | "decimal" | "boolean" | undefined {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return Number.isSafeInteger(value) ? "integer" : "decimal";
  return undefined;
}

function columnOf(fact: string, about: Seen | undefined, tables: number, used: Set<string>): FactColumn {
  const types = about?.types ?? new Set();
  const firstRows = [...about?.firstRows.values() ?? []];
  const sparse = firstRows.length < tables || firstRows.some((row) => row >= startOfTable);
  const number = types.size === 2 && types.has("integer") && types.has("decimal") ? "decimal" : undefined;
  const [only = "text"] = types.size === 1 ? types : [];
  return { name: freeName(fact, used), fact, type: number ?? only, sparse };
}

/** Hugging Face takes every column that ends in `file_name` for a picture to open. */
function freeName(fact: string, used: Set<string>): string {
  let name = /(?:^|_)file_names?$/.test(fact) ? `${fact}_text` : fact;
  if (used.has(name)) name = `fact_${name}`;
  while (used.has(name)) name += "_";
  used.add(name);
  return name;
}

/** The item's value in a column. */
export function cellOf({ fact, type }: FactColumn, { facts }: Item): Cell {
  const value = facts[fact];
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  return type === "text" ? String(value) : value;
}
