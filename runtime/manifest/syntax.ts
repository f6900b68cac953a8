// What is wrong with a text before it is YAML, in words for people who did not read the YAML specification.
import type { Document, ErrorCode, ParsedNode } from "yaml";
import type { Problem } from "../contract/errors.ts";
import type { Locator } from "./locator.ts";

/** Longest manifest, in UTF-16 units: some texts cost the YAML library the square of their length. */
const longestText = 64_000;
/** Brackets that may be open at once. The YAML library takes minutes for a file of nothing but `[`. */
const mostOpen = 200;

// deno-lint-ignore no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;

/** Why a text is not even looked at; `undefined` when it may be. */
export function refusalOf(locator: Locator): Problem | undefined {
  const { text } = locator;
  if (text.length > longestText) {
    return locator.problem(
      { at: 0, end: 1 },
      `The file is too long: ${text.length} characters, at most ${longestText}`,
    );
  }
  const at = text.search(control);
  if (at !== -1) {
    const message = "The file is no YAML text: a control character or broken UTF-8 is here";
    return locator.problem({ at, end: at + 1 }, message);
  }
  const open = tooManyOpen(text);
  return open === undefined
    ? undefined
    : locator.problem({ at: open, end: open + 1 }, `More than ${mostOpen} brackets are open`);
}

function tooManyOpen(text: string): number | undefined {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === "[" || bracket === "{" ? 1 : -1));
    if (open > mostOpen) return index;
  }
  return undefined;
}

type Wording = { readonly message: string; readonly hint?: string };

const wordings: { readonly [code in ErrorCode]?: Wording } = {
  TAB_AS_INDENT: { message: "A tab cannot indent YAML", hint: "Indent with spaces" },
  BAD_INDENT: { message: "The indentation does not fit the lines above, or a bracket is not closed" },
  BAD_SCALAR_START: { message: "A text cannot start with this character", hint: "Put the text in quotes" },
  BAD_DQ_ESCAPE: { message: "This escape is not known", hint: "Use single quotes to take a text as it is" },
  BLOCK_AS_IMPLICIT_KEY: { message: "A second `:` in one line", hint: "Put the text in quotes, or start a new line" },
  TAG_RESOLVE_FAILED: { message: "Tags (`!name`) are not used in manifests" },
  BAD_DIRECTIVE: { message: "This directive is not known", hint: "Remove the line that starts with `%`" },
  RESOURCE_EXHAUSTION: { message: "Values are nested too deeply" },
  MULTIPLE_ANCHORS: { message: "A value has one anchor (`&name`) at most" },
  MULTIPLE_TAGS: { message: "A value has one tag (`!name`) at most" },
  KEY_OVER_1024_CHARS: { message: "A key is longer than 1024 characters, or a `:` is missing" },
};

/** The problems of a parsed text. Only the first of those that one slip of the pen makes in a row. */
export function syntaxProblems(document: Document.Parsed<ParsedNode>, locator: Locator): Problem[] {
  const sorted = [...document.errors].sort((left, right) => left.pos[0] - right.pos[0]);
  const first = sorted.find(({ code }) => code === "RESOURCE_EXHAUSTION") ?? sorted[0];
  const found = first === undefined ? document.warnings : [first];
  return found.map(({ code, pos, message }) => {
    const wording = wordingOf(code, message, lineAround(locator.text, pos[0]));
    return locator.problem({ at: pos[0], end: pos[1] }, wording.message, wording.hint);
  });
}

function wordingOf(code: ErrorCode, message: string, line: string): Wording {
  const wording = wordings[code] ?? { message: `Cannot read the YAML: ${message.split("\n")[0] ?? code}` };
  // An unquoted template inside a flow map: its braces are taken for maps.
  const unquoted = /[[{,].*[^"'\w]\$\{\{/.test(line) && (code === "UNEXPECTED_TOKEN" || code === "MISSING_CHAR");
  return unquoted ? { message: "A template inside { } or [ ] needs quotes", hint: 'Write "${{ … }}"' } : wording;
}

function lineAround(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  return text.slice(start, end === -1 ? text.length : end);
}
