// What names and texts in tables may be, and how to say that they are not.
import { InputError } from "../contract/errors.ts";
import { didYouMean } from "../manifest/nearest.ts";

/** Why a table as a whole cannot be read. */
export function tableError(table: string, what: string, cause?: unknown): InputError {
  return new InputError(`Cannot read the table "${table}": ${what}`, [], { code: "source", cause });
}

/** What is wrong with a text, if anything is. */
export function textTrouble(text: string): string | undefined {
  if (text.includes("\0")) return "it has NUL characters";
  return text.isWellFormed() ? undefined : "it has a half character (a lone surrogate)";
}

/** What is wrong with the name of a column or of a member, if anything is. */
export function nameTrouble(name: string): string | undefined {
  return name === "__proto__" ? 'nothing may be called "__proto__"' : textTrouble(name);
}

/** Names of columns, without spaces around them. Throws `InputError` where there is none, or one twice. */
export function columnNames(table: string, given: readonly string[]): readonly string[] {
  const names = given.map((name) => name.trim());
  for (const [at, name] of names.entries()) {
    if (name === "") throw tableError(table, `column ${at + 1} has no name; its first line names the columns`);
    const trouble = nameTrouble(name);
    if (trouble !== undefined) throw tableError(table, `the name of column ${at + 1} will not do: ${trouble}`);
    const before = names.indexOf(name);
    if (before < at) {
      throw tableError(table, `columns ${before + 1} and ${at + 1} are both called "${name}"; rename one`);
    }
  }
  return names;
}

/** Columns that are named in an error. */
const mostNamed = 20;

/** Throws `InputError` when a wanted column is not there. */
export function expectColumns(table: string, wanted: readonly string[] | undefined, names: readonly string[]): void {
  const absent = wanted?.find((name) => !names.includes(name));
  if (absent === undefined) return;
  throw tableError(table, `there is no column "${absent}"; ${didYouMean(absent, names) ?? namesText(names)}`);
}

/** The columns that there are, as part of a sentence. */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map((name) => `"${name}"`).join(", ");
  return `it has ${shown}${names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ""}`;
}
