// `new`: a plugin that works and a test that passes, to start from.
import { existsSync } from "node:fs";
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { writeTextFile } from "../files.ts";
import { exportTemplate } from "../templates/export.ts";
import { sinkTemplate } from "../templates/sink.ts";
import { sourceTemplate } from "../templates/source.ts";
import { stepTemplate } from "../templates/step.ts";
import { plain } from "../text.ts";

export type NewKind = "source" | "step" | "export" | "sink";

const templates = { source: sourceTemplate, step: stepTemplate, export: exportTemplate, sink: sinkTemplate };

/** Writes the plugin and its test; returns the exit code. Throws `InputError` for a bad name and where a file is. */
export async function newPlugin(
  kind: NewKind,
  name: string,
  { color }: { readonly color: boolean },
  context: Context,
): Promise<number> {
  checkName(name);
  const folder = kind === "source" ? "sources" : "plugins";
  const file = `${folder}/${name}.ts`;
  const test = `tests/${folder}/${name}_test.ts`;
  const there = [`sources/${name}.ts`, `plugins/${name}.ts`, test].find((path) =>
    existsSync(`${context.root}/${path}`)
  );
  if (there !== undefined) throw new InputError(`Cannot make the ${kind} "${name}": "${there}" is there already`);
  const template = templates[kind](name);
  await writeTextFile(`${context.root}/${file}`, template.plugin, { replace: false });
  await writeTextFile(`${context.root}/${test}`, template.test, { replace: false });
  const { terminal } = context;
  const { paint } = styleFor(terminal.out, context, color);
  writeLines(terminal.out, [
    `Wrote ${paint.cyan(file)} and ${paint.cyan(test)}. Try them:`,
    `  deno task test ${test}`,
    `  deno task fw plugins ${name}`,
  ]);
  return exitCodes.ok;
}

function checkName(name: string): void {
  const refuse = (what: string) => new InputError(`Cannot make a plugin "${plain(name)}": ${what}`);
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw refuse("a name is snake_case, small letters and digits, such as blur_score");
  }
  if (name.length > 50) throw refuse("a name has at most 50 characters");
}
