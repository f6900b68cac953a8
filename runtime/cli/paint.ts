// Colours for a terminal, or none.
import pc from "picocolors";

/** Functions that colour a text, or leave it as it is. */
export type Paint = ReturnType<typeof pc.createColors>;

/** Paints that colour text when `colours` is true and leave it as it is otherwise. */
export function createPaint(colours: boolean): Paint {
  return pc.createColors(colours);
}

/** Whether to colour: `--no-color` and `NO_COLOR` forbid it, `FORCE_COLOR` demands it, else a terminal decides. */
export function wantsColours(
  env: Readonly<Record<string, string>>,
  { flag, terminal }: { readonly flag: boolean; readonly terminal: boolean },
): boolean {
  if (!flag || isSet(env.NO_COLOR)) return false;
  if (isSet(env.FORCE_COLOR)) return env.FORCE_COLOR !== "0";
  return terminal && env.TERM !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
