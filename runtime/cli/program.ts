// The commands: their arguments, options, help and examples. What they do is imported when they are called.
import { Argument, Command, CommanderError, Option } from "commander";
import { InputError, messageOf } from "../contract/errors.ts";
import { exitCodeOf, exitCodes } from "../contract/exit_codes.ts";
import { addCommand, type Finish, storeOption } from "./add_command.ts";
import { addCareCommands } from "./care_commands.ts";
import { type Context, styleFor, writeLines } from "./context.ts";
import { addDemoServerCommand } from "./demo_command.ts";
import { addDetectionCommands } from "./detection_commands.ts";
import { addCalibrateCommand } from "./calibrate_command.ts";
import { addDoctorCommand } from "./doctor_command.ts";
import { addGraphCommand } from "./graph_command.ts";
import { exitCodeTable, helpStyle, withExamples } from "./help.ts";
import { failureLines } from "./render.ts";
import type { StartedRun, Surroundings } from "./start.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { atLeastOne, setting, workers } from "./values.ts";
import { addVersionCommands } from "./version_commands.ts";

export type CommandLine = {
  readonly args: readonly string[];
  readonly surroundings: Surroundings;
  readonly early: StartedRun | undefined;
  readonly root: string;
  /** The terminal of the process when absent. */
  readonly terminal?: Terminal;
};

/** Runs one command line to its end and returns the exit code. */
export async function runCommandLine(
  { args, surroundings, early, root, terminal = openTerminal() }: CommandLine,
): Promise<number> {
  const common = { ...surroundings, root, terminal, now: () => performance.now() };
  const context: Context = early === undefined ? common : { ...common, early };
  let exit: number = exitCodes.ok;
  try {
    await createProgram(context, (code) => exit = code).parseAsync([...args], { from: "user" });
    return exit;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return showFailure(thrown, context, !args.includes("--no-color"));
  }
}

function showFailure(thrown: unknown, context: Context, color: boolean): number {
  const exit = exitCodeOf(thrown);
  const problems = thrown instanceof InputError ? thrown.problems : [];
  const stack = exit === exitCodes.bug && thrown instanceof Error ? `\n${thrown.stack}` : "";
  const event = { event: "failed", code: "", message: `${messageOf(thrown)}${stack}`, problems, exit } as const;
  writeLines(context.terminal.err, failureLines(event, styleFor(context.terminal.err, context, color)));
  return exit;
}

function createProgram(context: Context, finish: Finish): Command {
  const program = new Command("deno task fw")
    .description("Turns cameras, videos, frame folders and lists of images into versioned, labelled datasets")
    .version(versionText(context), "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .enablePositionalOptions() // else a command would take the options of its own commands
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp(helpStyle)
    .showSuggestionAfterError(true)
    .showHelpAfterError("Add --help to see how")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.terminal.out.write(text),
      writeErr: (text) => context.terminal.err.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  addRunCommands(program, context, finish);
  addDetectionCommands(program, context, finish);
  addPluginCommands(program, context, finish);
  addVersionCommands(program, context, finish);
  addGraphCommand(program, context, finish);
  addCareCommands(program, context, finish);
  addCalibrateCommand(program, context, finish);
  addDoctorCommand(program, context, finish);
  addDemoServerCommand(program, context, finish);
  program.command("exit-codes").description("what the exit code of a command says")
    .addHelpText("after", `\n${exitCodeTable()}`)
    .action(() => context.terminal.out.write(exitCodeTable()));
  return withExamples(program, "", ["run pipelines/motogp.yaml", "run --help", "help exit-codes"]);
}

function versionText({ root }: Context): string {
  const project: { readonly version: string } = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`));
  return `framewright ${project.version} (deno ${Deno.version.deno}, ${Deno.build.target})`;
}

function addRunCommands(program: Command, context: Context, finish: Finish): void {
  const run = addCommand(program, "run", "run a pipeline and publish what it makes", [
    "run pipelines/motogp.yaml",
    "run pipelines/motogp.yaml --set train=90 --limit 10",
    "run pipelines/motogp.yaml --store /data/store --json",
  ]);
  const plan = addCommand(program, "plan", "show what a run would do, and write nothing", [
    "plan pipelines/motogp.yaml",
  ]);
  run.option("--dry-run", "stop after the plan");
  for (const [made, dryRun] of [[run, false], [plan, true]] as const) {
    withRunOptions(made).action(async (manifest, options) => {
      const { runPipeline } = await import("./commands/run.ts");
      finish(await runPipeline(manifest, { dryRun, ...options }, context));
    });
  }
  addCommand(program, "check", "check manifests without reading any input", ["check pipelines/*.yaml"])
    .argument("<manifest...>", "manifests to check")
    .addOption(setOption())
    .option("--json", "print one JSON object a manifest")
    .action(async (manifests, options) => {
      finish(await (await import("./commands/check.ts")).checkManifests(manifests, options, context));
    });
  addCommand(program, "init", "look at a folder of images and write a manifest for it", [
    "init ~/photos/track",
    "init ~/photos/track --out pipelines/track.yaml",
  ])
    .argument("<folder>", "a folder with images, perhaps in folders of their own")
    .option("--out <file>", "the manifest to write; pipelines/<name>.yaml by default")
    .option("--force", "replace the manifest if there is one")
    .action(async (folder, options) => {
      finish(await (await import("./commands/init.ts")).initManifest(folder, options, context));
    });
}

function setOption(): Option {
  return new Option("--set <name=value>", "set a parameter; may be repeated").argParser(setting).default({}, "none");
}

function withRunOptions(made: Command): Command {
  return made
    .argument("<manifest>", "the pipeline to run")
    .addOption(setOption())
    .addOption(storeOption())
    .option("--limit <number>", "take only this many records, for a taste", atLeastOne)
    .option("--concurrency <number>", "items at work at once", workers)
    .addOption(new Option("--json", "print one JSON object a line, the last one the summary").conflicts("quiet"))
    .option("--quiet", "print only problems, and one line at the end");
}

function addPluginCommands(program: Command, context: Context, finish: Finish): void {
  addCommand(program, "plugins", "list the plugins, or show one with its options and examples", [
    "plugins",
    "plugins resize",
  ])
    .argument("[name]", "a plugin to show")
    .option("--json", "print JSON")
    .action(async (name, options) => {
      finish(await (await import("./commands/plugins.ts")).showPlugins(name, options, context));
    });
  addCommand(program, "schema", "print the JSON Schema of manifests, for editors", [
    "schema --out pipelines/manifest.schema.json",
  ])
    .option("--out <file>", "write it to a file")
    .action(async (options) => {
      finish(await (await import("./commands/schema.ts")).writeSchema(options, context));
    });
  addCommand(program, "new", "write a new plugin and its test, which pass as they are", ["new step brightness"])
    .addArgument(new Argument("<kind>", "what to make").choices(["source", "step", "export", "sink"]))
    .argument("<name>", "snake_case, such as brightness")
    .action(async (kind, name, options) => {
      finish(await (await import("./commands/new.ts")).newPlugin(kind, name, options, context));
    });
}
