// Cuts lines of CSV and TSV into cells, and goes on behind what is broken.
import { longestLine, type TableLine } from "./table_lines.ts";
import { textTrouble } from "./table_text.ts";

/** The cells of a row, or what is wrong with it. */
export type DelimitedRecord = { readonly cells: readonly string[] } | { readonly broken: string };

export interface RecordReader {
  /** The rows that end with a line; `undefined` stands for the end of the file. */
  take(line: TableLine | undefined): readonly DelimitedRecord[];
  /** How many cells the rows have from here on. */
  setWidth(width: number): void;
}

/** A row that is being read. */
type Row = {
  readonly lines: TableLine[];
  readonly cells: string[];
  /** What the cell in quotes that is not closed yet holds up to now. */
  open?: string | undefined;
  length: number;
};

/** Lines that a row may have. */
const mostLines = 1000;

/** What came of a line: perhaps a row, and lines that have to be read after it. */
type Step = { readonly record?: DelimitedRecord; readonly next?: readonly (TableLine | undefined)[] };

/** A quote that opens no cell stands for itself. Where a cell is not closed as it should be, or a row of several lines
 *  has too many or too few cells, its first line is given as broken, and reading goes on at the second. Empty lines are
 *  passed over. Without a delimiter, it is the comma, or a semicolon where the first line has some and no comma. */
export function recordReader(delimiter: string | undefined, width: number | undefined): RecordReader {
  let row: Row | undefined;
  const step = (line: TableLine | undefined): Step => {
    const trouble = line === undefined ? undefined : troubleOf(line);
    const before = row;
    row = undefined;
    if (before === undefined) {
      if (line === undefined || line.text === "") return {};
      if (trouble !== undefined) return { record: { broken: `line ${line.number}: ${trouble}` } };
    } else if (line === undefined) {
      return givenUp(before, "a quote is never closed", [line]);
    } else if (trouble !== undefined || isTooLong(before)) {
      return givenUp(before, `a quote is not closed before line ${line.number}`, [line]);
    }
    return readOn(before ?? { lines: [], cells: [], length: 0 }, line);
  };
  const readOn = (current: Row, line: TableLine): Step => {
    const text = line.text ?? "";
    current.lines.push(line);
    current.length += text.length;
    const end = readCells(current, text, delimiter ??= delimiterIn(text));
    if (end === "torn") return givenUp(current, "behind a quote that closes a cell there is more");
    if (end === "whole") return finished(current, width);
    row = current;
    return {};
  };
  return {
    take(line) {
      const cells = row === undefined ? quickCells(line?.text, delimiter, width) : undefined;
      if (cells !== undefined) return [{ cells }];
      const records: DelimitedRecord[] = [];
      for (const todo = [line]; todo.length > 0;) {
        const { record, next = [] } = step(todo.pop());
        if (record !== undefined) records.push(record);
        for (const one of next.toReversed()) todo.push(one);
      }
      return records;
    },
    setWidth: (count) => void (width = count),
  };
}

function troubleOf({ text }: TableLine): string | undefined {
  return text === undefined ? `it has more than ${longestLine} characters` : textTrouble(text);
}

function isTooLong({ lines, length }: Row): boolean {
  return lines.length >= mostLines || length >= longestLine;
}

function delimiterIn(text: string): string {
  return text.includes(";") && !text.includes(",") ? ";" : ",";
}

/** The first line is broken, the others are read anew. */
function givenUp({ lines: [first, ...others] }: Row, why: string, after: Step["next"] = []): Step {
  return { record: { broken: `line ${first?.number}: ${why}` }, next: [...others, ...after] };
}

function finished(row: Row, width: number | undefined): Step {
  const { cells, lines } = row;
  if (width === undefined || cells.length === width) return { record: { cells } };
  const last = lines.at(-1)?.number;
  const joined = lines.length === 1 ? "" : `its quotes join it with the lines up to ${last}; `;
  return givenUp(row, `${joined}it has ${cells.length} cells, not ${width}`);
}

/** The cells of a line in which nothing is special. */
function quickCells(
  text: string | undefined,
  delimiter: string | undefined,
  width: number | undefined,
): readonly string[] | undefined {
  if (text === undefined || text === "" || delimiter === undefined) return undefined;
  if (text.includes('"') || text.includes("\0")) return undefined;
  const cells = text.split(delimiter);
  return width === undefined || cells.length === width ? cells : undefined;
}

/** Adds the cells of the next line of a row. `torn`: something stands between the quote that closes a cell and the
 *  next one. */
function readCells(row: Row, text: string, delimiter: string): "whole" | "open" | "torn" {
  let isQuoted = row.open !== undefined;
  if (isQuoted) row.open += "\n";
  for (let at = 0;;) {
    if (!isQuoted && text[at] === '"') {
      isQuoted = true;
      row.open = "";
      at++;
    }
    const end = isQuoted ? closeQuoted(row, text, at) : closePlain(row, text, at, delimiter);
    if (end === undefined) return "open";
    if (end === text.length) return "whole";
    if (!text.startsWith(delimiter, end)) return "torn";
    at = end + 1;
    isQuoted = false;
  }
}

/** Where the cell ends. */
function closePlain({ cells }: Row, text: string, start: number, delimiter: string): number {
  const found = text.indexOf(delimiter, start);
  const end = found < 0 ? text.length : found;
  cells.push(text.slice(start, end));
  return end;
}

/** Where the cell ends; `undefined` when it goes on in the next line. */
function closeQuoted(row: Row, text: string, start: number): number | undefined {
  for (let at = start;;) {
    const end = text.indexOf('"', at);
    const isDouble = end >= 0 && text[end + 1] === '"';
    row.open += text.slice(at, end < 0 ? undefined : isDouble ? end + 1 : end);
    if (end < 0) return undefined;
    if (!isDouble) {
      row.cells.push(row.open ?? "");
      row.open = undefined;
      return end + 1;
    }
    at = end + 2;
  }
}
