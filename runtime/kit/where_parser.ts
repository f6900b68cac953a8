// From the tokens of a filter to a test of rows.
import {
  allOf,
  anyOf,
  emptyTest,
  memberTest,
  negated,
  type RowTest,
  type Sign,
  signTest,
  textTest,
  type TextWord,
  type Value,
} from "./where_tests.ts";
import { type Token, tokensOf, whereError } from "./where_tokens.ts";

/** Parentheses and `not` inside each other. */
const deepest = 50;

/** The test, and where each column that it looks at is named first. Throws `InputError`. */
export function readWhere(text: string): { readonly test: RowTest; readonly columns: ReadonlyMap<string, Token> } {
  const reader = createReader(text);
  const { columns } = reader;
  if (reader.token().kind === "end") return { test: () => true, columns };
  const test = anyIn(reader, 0);
  if (reader.token().kind !== "end") throw reader.error("it should end here", "`and` or `or` joins two comparisons");
  return { test, columns };
}

interface Reader {
  /** The next token, without going on. */
  token(): Token;
  next(): void;
  /** Goes on when the next token is this one. */
  skips(kind: Token["kind"], says: string): boolean;
  error(what: string, hint?: string): Error;
  readonly columns: Map<string, Token>;
}

function createReader(text: string): Reader {
  const tokens = tokensOf(text);
  const end: Token = { kind: "end", says: "", at: text.length, end: text.length };
  let at = 0;
  const token = () => tokens[at] ?? end;
  return {
    columns: new Map(),
    token,
    next: () => void at++,
    skips(kind, says) {
      const isIt = token().kind === kind && token().says === says;
      if (isIt) at++;
      return isIt;
    },
    error: (what, hint) => whereError(text, token(), what, hint),
  };
}

function anyIn(reader: Reader, depth: number): RowTest {
  const tests = [allIn(reader, depth)];
  while (reader.skips("word", "or")) tests.push(allIn(reader, depth));
  return anyOf(tests);
}

function allIn(reader: Reader, depth: number): RowTest {
  const tests = [oneIn(reader, depth)];
  while (reader.skips("word", "and")) tests.push(oneIn(reader, depth));
  return allOf(tests);
}

function oneIn(reader: Reader, depth: number): RowTest {
  if (depth > deepest) throw reader.error(`it goes more than ${deepest} deep`);
  if (reader.skips("word", "not")) return negated(oneIn(reader, depth + 1));
  if (!reader.skips("sign", "(")) return comparisonIn(reader);
  const test = anyIn(reader, depth + 1);
  expectSign(reader, ")");
  return test;
}

function expectSign(reader: Reader, says: string): void {
  if (!reader.skips("sign", says)) throw reader.error(`\`${says}\` is missing`);
}

function comparisonIn(reader: Reader): RowTest {
  const column = columnIn(reader);
  if (reader.skips("word", "is")) return emptinessIn(reader, column);
  const isNegated = reader.skips("word", "not");
  const test = isNegated ? wordedIn(reader, column) : signedIn(reader, column) ?? wordedIn(reader, column);
  if (test === undefined) throw reader.error(`after "${column}" a comparison is missing`, comparisonHint(isNegated));
  return isNegated ? negated(test) : test;
}

function comparisonHint(isNegated: boolean): string {
  return isNegated ? 'such as `not in ("a", "b")`' : "such as `= 1`, `>= 1`, `in (…)` or `is empty`";
}

function columnIn(reader: Reader): string {
  const token = reader.token();
  if (token.kind !== "name") throw reader.error("the name of a column is missing", nameHint(token));
  if (!reader.columns.has(token.says)) reader.columns.set(token.says, token);
  reader.next();
  return token.says;
}

function nameHint({ kind, says }: Token): string | undefined {
  if (kind !== "text" && kind !== "word" && kind !== "number") return undefined;
  return `a column that is called so stands in backquotes: \`${says}\``;
}

function emptinessIn(reader: Reader, column: string): RowTest {
  const isNegated = reader.skips("word", "not");
  if (!reader.skips("word", "empty")) throw reader.error("`empty` is missing");
  return isNegated ? negated(emptyTest(column)) : emptyTest(column);
}

const signs: readonly Sign[] = ["=", "!=", "<", "<=", ">", ">="];

function signedIn(reader: Reader, column: string): RowTest | undefined {
  const sign = signs.find((known) => reader.skips("sign", known));
  return sign === undefined ? undefined : signTest(column, sign, valueIn(reader));
}

function wordedIn(reader: Reader, column: string): RowTest | undefined {
  if (reader.skips("word", "in")) return memberTest(column, valuesIn(reader));
  const word = textWordIn(reader);
  return word === undefined ? undefined : textTest(column, word, valueIn(reader));
}

function textWordIn(reader: Reader): TextWord | undefined {
  if (reader.skips("word", "contains")) return "contains";
  const start = (["starts", "ends"] as const).find((known) => reader.skips("word", known));
  if (start === undefined) return undefined;
  if (!reader.skips("word", "with")) throw reader.error("`with` is missing");
  return `${start} with`;
}

function valuesIn(reader: Reader): Value[] {
  expectSign(reader, "(");
  const values = [valueIn(reader)];
  while (reader.skips("sign", ",")) values.push(valueIn(reader));
  expectSign(reader, ")");
  return values;
}

function valueIn(reader: Reader): Value {
  const { kind, says } = reader.token();
  const isTruth = kind === "word" && (says === "true" || says === "false");
  if (kind !== "text" && kind !== "number" && !isTruth) {
    throw reader.error(
      "a text or a number is missing",
      kind === "name" ? `text stands in quotes: "${says}"` : undefined,
    );
  }
  reader.next();
  return kind === "number" ? { text: says, number: Number(says) } : { text: says };
}
