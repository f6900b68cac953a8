// Tables of text in columns.
import type { Paint } from "./paint.ts";
import { fitted, padded, widthOf } from "./text.ts";

export type Column<Row> = {
  readonly title: string;
  readonly of: (row: Row) => string;
  /** Numbers stand on the right. */
  readonly right?: boolean;
  /** Columns of the terminal that it may take at most. */
  readonly most?: number;
};

/** A table, one line a row under a line of titles, indented by two; no lines when there are no rows. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  const titles = columns.map(({ title }) => title);
  const cells = rows.map((row) => columns.map(({ of, most }) => most === undefined ? of(row) : fitted(of(row), most)));
  const widths = columns.map((_, at) => Math.max(...[titles, ...cells].map((line) => widthOf(line[at] ?? ""))));
  const line = (texts: readonly string[]) =>
    texts.map((text, at) => padded(text, widths[at] ?? 0, columns[at]?.right === true ? "right" : "left")).join("  ");
  const head = titles.some((title) => title !== "") ? [`  ${paint.dim(line(titles).trimEnd())}`] : [];
  return [...head, ...cells.map((texts) => `  ${line(texts).trimEnd()}`)];
}
