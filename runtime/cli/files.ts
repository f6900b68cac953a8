// Writes the few files that commands make outside a store: manifests, plugins, schemas.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";

/** Writes a file and the folders above it. Throws `InputError` when there is one already, unless it may be replaced;
 *  `hint` then says what to do. */
export async function writeTextFile(
  path: string,
  text: string,
  { replace, hint = "" }: { readonly replace: boolean; readonly hint?: string },
): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: replace ? "w" : "wx" });
  } catch (cause) {
    throw new InputError(`Cannot write "${path}": ${reasonOf(cause, hint)}`, [], { cause });
  }
}

function reasonOf(cause: unknown, hint: string): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "EEXIST" ? `it is there already${hint}` : messageOf(cause);
}
