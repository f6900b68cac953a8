// Writing what came from outside into CSV, HTML and Markdown so that it stays text. Pure.

/** Control characters, line ends, lone surrogates, and characters that turn the direction of writing or are not seen. */
const unseen =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** The text on one line with everything shown that would be invisible, cut in the middle at `longest` characters. */
export function visible(text: string, longest = 160): string {
  const shown = text.replace(unseen, (found) => `\\u{${found.charCodeAt(0).toString(16)}}`);
  const characters = Array.from(shown.length > longest ? shown : "");
  if (characters.length <= longest) return shown;
  const half = Math.floor((longest - 1) / 2);
  return `${characters.slice(0, longest - 1 - half).join("")}…${characters.slice(-half).join("")}`;
}

const entities: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return visible(text, Infinity).replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

/** Text for Markdown, also within tables: nothing in it is taken for markup, a tag, a link or a mention. Cut in the
 *  middle at `longest` characters. */
export function markdownText(text: string, longest = 160): string {
  return visible(text, longest).replace(/:(?=\/\/)|www(?=\.)|[@&<>\\`*_[\]|~$]/gi, inertMarkdown);
}

function inertMarkdown(found: string): string {
  if (found.length > 1) return `&#${found.charCodeAt(0)};${found.slice(1)}`;
  return ":@".includes(found) ? `&#${found.charCodeAt(0)};` : entities[found] ?? `\\${found}`;
}

/** A name for Markdown in code type, also within tables. */
export function markdownCode(text: string): string {
  const shown = visible(text).replaceAll("|", "\\|");
  if (shown === "") return "";
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const gap = longest > 0 || shown.startsWith(" ") || shown.endsWith(" ") ? " " : "";
  return `${fence}${gap}${shown}${gap}${fence}`;
}

/** A Markdown table of cells that are Markdown already. Columns named in `right` (counted from 0) are numbers. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rule = head.map((_, column) => right.includes(column) ? "---:" : "---");
  return [head, rule, ...rows].map(line).join("");
}

/** One line of CSV (RFC 4180), ended by CR LF. Values stay exactly as they are: absent ones are empty cells. */
export function csvLine(cells: readonly (string | number | boolean | undefined)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string | number | boolean | undefined): string {
  if (cell === undefined) return "";
  const text = String(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same text in pieces worth a write each. */
export async function* inPieces(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let piece = "";
  for await (const line of lines) {
    piece += line;
    if (piece.length < 1 << 15) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
