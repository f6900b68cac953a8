// Templates in texts: `${{ params.x }}`, `${{ env.X }}`, `${{ secrets.X }}`; `$${{` stands for a plain `${{`.
import { didYouMean } from "./nearest.ts";

export const templateRoots = ["params", "env", "secrets"] as const;
export type TemplateRoot = typeof templateRoots[number];

export type Reference = { readonly root: TemplateRoot; readonly name: string };

/** A text in pieces. `raw` is the piece as written, so that it can be found in the source again. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly reference: Reference; readonly raw: string }
  | { readonly kind: "fault"; readonly message: string; readonly hint?: string; readonly raw: string };

const opening = "${{";
const closing = "}}";

/** True when a text holds anything that `parseTemplate` would change. */
export function hasTemplate(text: string): boolean {
  return text.includes(opening);
}

/** A reference as it is written in a manifest. */
export function spellingOf({ root, name }: Reference): string {
  return `\${{ ${root}.${name} }}`;
}

/** Cuts a text at its templates. */
export function parseTemplate(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, from)) {
    const escaped = at > from && text[at - 1] === "$";
    const closed = text.indexOf(closing, at);
    const end = escaped ? at + opening.length : closed === -1 ? text.length : closed + closing.length;
    const before = text.slice(from, escaped ? at - 1 : at);
    if (before !== "") pieces.push({ kind: "text", text: before });
    pieces.push(escaped ? { kind: "text", text: opening } : pieceOf(text.slice(at, end), closed !== -1));
    from = end;
  }
  if (from < text.length) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}

function pieceOf(raw: string, closed: boolean): Piece {
  if (!closed) return { kind: "fault", raw, message: "A template is not closed", hint: "Close it with `}}`" };
  const inner = raw.slice(opening.length, -closing.length).trim();
  const [, root = "", name = ""] = inner.match(/^([A-Za-z_]+)\.([A-Za-z_][\w-]*)$/) ?? [];
  const known = templateRoots.find((candidate) => candidate === root);
  if (known !== undefined) return { kind: "reference", reference: { root: known, name }, raw };
  const reason = root === "" ? "it must name one value" : `\`${root}\` is not known`;
  const near = root === "" ? undefined : didYouMean(root, templateRoots);
  const hint = near ?? "Write `params.name`, `env.NAME` or `secrets.NAME`";
  return { kind: "fault", raw, message: `Cannot read the template \`${inner}\`: ${reason}`, hint };
}
