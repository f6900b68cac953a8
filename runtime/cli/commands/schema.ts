// `schema`: the JSON Schema of manifests, so that editors complete and check them.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { schemaText } from "../../manifest/schema.ts";
import { loadCatalogue } from "../catalogue.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { writeTextFile } from "../files.ts";
import { plain } from "../text.ts";

export type SchemaOptions = { readonly out?: string; readonly color: boolean };

/** Prints the schema, or writes it to a file; returns the exit code. */
export async function writeSchema({ out, color }: SchemaOptions, context: Context): Promise<number> {
  const { terminal, root } = context;
  const { plugins, broken } = await loadCatalogue(root);
  const [first] = broken;
  if (first !== undefined) throw new InputError(first.message);
  if (out === undefined) {
    terminal.out.write(schemaText(plugins));
    return exitCodes.ok;
  }
  const path = pathOf(out, context);
  await writeTextFile(path, schemaText(plugins), { replace: true });
  writeLines(terminal.err, [`Wrote ${plain(styleFor(terminal.err, context, color).shown(path))}`]);
  return exitCodes.ok;
}
