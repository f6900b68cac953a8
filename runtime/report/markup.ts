// HTML that cannot be forgotten to be escaped: whatever is filled into a template is text unless a template made it.
import { escapeHtml } from "./text.ts";

export type Markup = { readonly html: string };

/** A template of HTML. Strings and numbers that are filled in are escaped, also within quoted attributes. */
export function markup(
  pieces: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const filled = pieces.map((piece, index) => `${piece}${htmlOf(values[index] ?? "")}`);
  return { html: filled.join("") };
}

function htmlOf(value: string | number | Markup | readonly Markup[]): string {
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return "html" in value ? value.html : value.map(({ html }) => html).join("");
}

export const nothing: Markup = { html: "" };
