// From an offset in a text to the file, line, column and excerpt that a user can look at.
import type { Problem } from "../contract/errors.ts";

/** A stretch of the text, in UTF-16 units from its start; `end` is the first unit after it. */
export type Place = { readonly at: number; readonly end: number };

/** Knows one text, and where in it a problem is. */
export interface Locator {
  readonly file: string;
  readonly text: string;
  problem(place: Place, message: string, hint?: string): Problem;
  /** Line of an offset, from 1. */
  lineOf(at: number): number;
}

/** Longest excerpt, in characters: a manifest on one line of a megabyte must not fill the terminal. */
const widestExcerpt = 120;

/** A locator for `text`; `file` is how messages call it. */
export function createLocator(file: string, text: string): Locator {
  const starts = lineStarts(text);

  function lineOf(at: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  function problem(place: Place, message: string, hint?: string): Problem {
    const at = Math.max(0, Math.min(place.at, text.length));
    const line = lineOf(at);
    const start = starts[line - 1] ?? 0;
    const content = lineAt(text, start);
    const column = Math.min(at - start, content.length);
    const excerpt = excerptOf(content, column, Math.max(1, place.end - at));
    const found: Problem = { message: visible(message), file, line, column: column + 1, excerpt };
    return hint === undefined ? found : { ...found, hint: visible(hint) };
  }

  return { file, text, problem, lineOf };
}

/** Offsets at which lines start. A byte order mark belongs to no line, so that columns count from the first letter. */
function lineStarts(text: string): number[] {
  const starts = [text.startsWith("\ufeff") ? 1 : 0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  const line = text.slice(start, end === -1 ? text.length : end);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** The line and a line with carets below `length` characters from `column` (from 0), cut to a readable width. */
function excerptOf(line: string, column: number, length: number): string {
  const from = column > widestExcerpt - 20 ? column - 40 : 0;
  const shown = line.slice(from, from + widestExcerpt);
  const before = shown.slice(0, column - from).replaceAll(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  return `${blanked(shown)}\n${before}${carets}`;
}

// Control characters, and the marks that turn the direction of a line: a hostile manifest must not steer the terminal
// that shows its problems.
// deno-lint-ignore no-control-regex
const unprintable = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function blanked(line: string): string {
  return line.replaceAll(unprintable, "\ufffd");
}

/** A text with its control characters spelt out. */
export function visible(text: string): string {
  return text.replaceAll(unprintable, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The parts of a printed problem, for whoever colours them. */
export type ProblemPart = "place" | "message" | "gutter" | "excerpt" | "caret" | "hint";
export type Paint = (part: ProblemPart, text: string) => string;

/** A problem as lines of text without a trailing newline: place and message, excerpt with carets, hint. */
export function formatProblem(problem: Problem, paint: Paint = (_part, text) => text): string {
  const lines = [headOf(problem, paint)];
  const number = String(problem.line ?? "");
  const [line, carets] = problem.excerpt?.split("\n") ?? [];
  const gutter = (text: string) => paint("gutter", `${text.padStart(Math.max(4, number.length))} | `);
  if (line !== undefined) lines.push(gutter(number) + paint("excerpt", line));
  if (carets !== undefined) lines.push(gutter("") + paint("caret", carets));
  if (problem.hint !== undefined) lines.push(`       ${paint("hint", problem.hint)}`);
  return lines.join("\n");
}

function headOf({ file, line, column, message }: Problem, paint: Paint): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return place === "" ? paint("message", message) : `${paint("place", `${place}:`)} ${paint("message", message)}`;
}
