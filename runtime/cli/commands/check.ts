// `check`: reads manifests and everything they name, and no input.
import { InputError, messageOf, type Problem } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { createLoader, type PluginLoader } from "../../host/loader.ts";
import { bindPipeline } from "../../manifest/bind.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { problemText, type Style } from "../render.ts";
import { plain, plural } from "../text.ts";

export type CheckOptions = {
  readonly set: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly color: boolean;
};

type Checked = {
  readonly file: string;
  readonly ok: boolean;
  readonly message?: string;
  readonly problems: readonly Problem[];
  readonly exit: number;
};

/** Checks every manifest, whatever is wrong with the ones before; returns the exit code. */
export async function checkManifests(
  manifests: readonly string[],
  options: CheckOptions,
  context: Context,
): Promise<number> {
  const loader = createLoader(context.root);
  let exit: number = exitCodes.ok;
  for (const manifest of manifests) {
    const checked = await checkOne(manifest, options, loader, context);
    exit ||= checked.exit;
    show(checked, options, context);
  }
  return exit;
}

async function checkOne(
  manifest: string,
  { set }: CheckOptions,
  loader: PluginLoader,
  context: Context,
): Promise<Checked> {
  const file = pathOf(manifest, context);
  try {
    await bindPipeline({ text: await manifestText(file), file, set, env: context.env, ...loader });
    return { file, ok: true, problems: [], exit: exitCodes.ok };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const { message, problems } = thrown;
    return { file, ok: false, message, problems, exit: exitCodes.manifest };
  }
}

async function manifestText(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(file);
  } catch (cause) {
    const what = cause instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(cause);
    throw new InputError(`Cannot read the manifest "${file}": ${what}`, [], { cause, code: "manifest" });
  }
}

function show({ exit: _, ...checked }: Checked, { json, color }: CheckOptions, context: Context): void {
  const { out, err } = context.terminal;
  if (json) return out.write(`${JSON.stringify(checked)}\n`);
  if (!checked.ok) return writeLines(err, wrongLines(checked, styleFor(err, context, color)));
  const { paint, shown } = styleFor(out, context, color);
  writeLines(out, [`${paint.green("ok")}  ${plain(shown(checked.file))}`]);
}

function wrongLines({ file, message, problems }: Omit<Checked, "exit">, style: Style): string[] {
  const { paint, shown } = style;
  if (problems.length === 0) return [`${paint.red("error:")} ${plain(message ?? "")}`];
  const head = `${paint.red("wrong")}  ${plain(shown(file))}: ${plural(problems.length, "problem")}`;
  return [head, ...problems.flatMap((problem) => ["", ...problemText(problem, style).split("\n")]), ""];
}
