// Filters on rows, such as `gender = "Men" and year >= 2012`: a language of its own, parsed once. Nothing of a filter is
// ever run as code or handed to another language.
import { z } from "zod";
import { InputError } from "../contract/errors.ts";
import type { JsonObject } from "../contract/json.ts";
import { didYouMean } from "../manifest/nearest.ts";
import { namesText } from "./table_text.ts";
import { readWhere } from "./where_parser.ts";
import { whereError } from "./where_tokens.ts";

export interface Where {
  /** The columns that it looks at, each once, in the order of the text. */
  readonly columns: readonly string[];
  /** Whether it holds for a row. */
  test(cells: JsonObject): boolean;
  /** Throws `InputError`, pointing at it, when a column is not among `names`. */
  expect(names: readonly string[]): void;
}

/** The option of a plugin that filters rows; empty for all rows. */
export const whereOption: z.ZodDefault<z.ZodString> = z.string().superRefine((text, context) => {
  try {
    parseWhere(text);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    context.addIssue({ code: "custom", message: thrown.message });
  }
}).default("").describe(
  'Which rows to take, such as `gender = "Men" and year >= 2012`; all rows when empty. There are `=`, `!=`, `<`, `<=`, ' +
    "`>`, `>=`, `in (…)`, `contains`, `starts with`, `ends with` and `is empty`, joined by `and`, `or`, `not` and " +
    "parentheses. Text stands in quotes; against a number without quotes, cells count as numbers; names of columns " +
    "that are not one word stand in backquotes",
);

/** Longest text of a filter, in characters. */
const longest = 20_000;

/** Reads a filter. The empty text holds for every row. Throws `InputError` with a caret at what is wrong. */
export function parseWhere(text: string): Where {
  if (text.length > longest) {
    throw whereError(text, { at: longest, end: longest + 1 }, `it has more than ${longest} characters`);
  }
  const { test, columns } = readWhere(text);
  return {
    columns: [...columns.keys()],
    test,
    expect(names) {
      for (const [name, token] of columns) {
        if (names.includes(name)) continue;
        throw whereError(text, token, `there is no column "${name}"`, didYouMean(name, names) ?? namesText(names));
      }
    },
  };
}
