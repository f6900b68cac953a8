// Words, signs, texts and numbers of a filter.
import { InputError } from "../contract/errors.ts";
import { createLocator } from "../manifest/locator.ts";

export type Token = {
  /** `name`: a column, as it was written or in backquotes. `word`: a word of the language, in small letters. */
  readonly kind: "name" | "word" | "sign" | "text" | "number" | "end";
  /** What it says, without quotes. */
  readonly says: string;
  /** Where it stands, in UTF-16 units. */
  readonly at: number;
  readonly end: number;
};

/** Words that a column's name has to stand in backquotes for. */
const words = new Set(["and", "or", "not", "in", "is", "empty", "contains", "starts", "ends", "with", "true", "false"]);

/** Says what is wrong with a filter, and where. */
export function whereError(
  text: string,
  { at, end }: Pick<Token, "at" | "end">,
  what: string,
  hint?: string,
): InputError {
  const problem = createLocator("where", text).problem({ at, end }, what, hint);
  const place = at >= text.length ? "at its end" : `at \`${shortened(text.slice(at))}\``;
  const more = hint === undefined ? "" : `; ${hint}`;
  return new InputError(`Cannot read the filter "${shortened(text)}": ${what}, ${place}${more}`, [problem], {
    code: "source",
  });
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

const space = /\s*/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_.])/uy;
const sign = /<=|>=|!=|=(?!=)|<(?!>)|[>(),]/y;
const quotes = { '"': "text", "'": "text", "`": "name" } as const;

/** All tokens, with one for the end. Throws `InputError`. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0;;) {
    at += matched(space, text, at).length;
    const token = at < text.length ? tokenAt(text, at) : { kind: "end" as const, says: "", at, end: at };
    tokens.push(token);
    if (token.kind === "end") return tokens;
    at = token.end;
  }
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function tokenAt(text: string, at: number): Token {
  const first = text[at];
  if (first === '"' || first === "'" || first === "`") return quoted(text, at, first);
  for (const [kind, pattern] of [["name", name], ["number", number], ["sign", sign]] as const) {
    const says = matched(pattern, text, at);
    if (says === "") continue;
    const end = at + says.length;
    const small = says.toLowerCase();
    return kind === "name" && words.has(small) ? { kind: "word", says: small, at, end } : { kind, says, at, end };
  }
  throw strange(text, at);
}

/** The quote itself is written twice. */
function quoted(text: string, at: number, quote: keyof typeof quotes): Token {
  let says = "";
  for (let from = at + 1;;) {
    const next = text.indexOf(quote, from);
    if (next < 0) throw whereError(text, { at, end: text.length }, `the quote ${quote} is not closed`);
    says += text.slice(from, next);
    if (text[next + 1] !== quote) return { kind: quotes[quote], says, at, end: next + 1 };
    says += quote;
    from = next + 2;
  }
}

/** What people write that know other languages. */
const habits: readonly (readonly [RegExp, string, string?])[] = [
  [/==/y, "there is no `==`", "write `=`"],
  [/<>|!/y, "there is no such sign", "write `!=`, or `not`"],
  [/&&?|\|\|?/y, "there is no such sign", "write `and` or `or`"],
  [/[\u201c\u201d\u2018\u2019\u00ab\u00bb]/y, "these quotes are not plain ones", 'write `"`'],
  [/[-.\d]/y, "this is no number"],
];

function strange(text: string, at: number): InputError {
  for (const [pattern, what, hint] of habits) {
    const found = matched(pattern, text, at);
    if (found !== "") return whereError(text, { at, end: at + found.length }, what, hint);
  }
  return whereError(text, { at, end: at + 1 }, "this character means nothing here");
}
