// `calibrate`: its arguments, options, help and examples.
import { type Command, Option } from "commander";
import { addCommand, type Finish } from "./add_command.ts";
import type { Context } from "./context.ts";
import { atLeastOne, setting } from "./values.ts";

export function addCalibrateCommand(program: Command, context: Context, finish: Finish): void {
  addCommand(program, "calibrate", "measure a sample of images, and suggest limits for validate and quality", [
    "calibrate examples/motogp",
    "calibrate pipelines/cameras.yaml --sample 500",
    "calibrate 'cam1/**/*.jpg' --json",
  ])
    .argument("<manifest or images...>", "a manifest, whose source is read; or images, folders, globs in quotes")
    .addOption(new Option("--sample <number>", "images to look at, evenly spread").argParser(atLeastOne).default(200))
    .addOption(
      new Option("--set <name=value>", "set a parameter of the manifest; may be repeated").argParser(setting).default(
        {},
        "none",
      ),
    )
    .option("--json", "print one JSON object an image, the last line what follows from them")
    .action(async (names, options) => {
      finish(await (await import("./commands/calibrate.ts")).calibrate(names, options, context));
    });
}
