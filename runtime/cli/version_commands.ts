// Commands on versions: their arguments, options, help and examples. What they do is imported when they are called.
import { type Command, Option } from "commander";
import { addCommand, type Finish, withStore } from "./add_command.ts";
import type { Context } from "./context.ts";
import { atLeastOne, datasetName, versionNumber } from "./values.ts";

/** Adds the commands that read versions, and those that take them elsewhere, name them and bring them back. */
export function addVersionCommands(program: Command, context: Context, finish: Finish): void {
  addLists(program, context, finish);
  addShow(program, context, finish);
  addDiff(program, context, finish);
  addCheckout(program, context, finish);
  addPublish(program, context, finish);
  addTag(program, context, finish);
  addRollback(program, context, finish);
}

const nameHelp = "a dataset, perhaps with a version: motogp, motogp@3, motogp@best";

function addLists(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "versions", "list datasets, or the versions of one", ["versions", "versions motogp"]))
    .argument("[dataset]", "a dataset")
    .action(async (dataset, options) => {
      finish(await (await import("./commands/versions.ts")).listVersions(dataset, options, context));
    });
  withStore(addCommand(program, "log", "tell the history of a dataset: when, why, by what, how much it added", [
    "log motogp",
    "log motogp --limit 5",
    "log motogp --json",
  ]))
    .argument("<dataset>", "a dataset")
    .addOption(new Option("--limit <number>", "show only the newest").argParser(atLeastOne).default(20))
    .action(async (dataset, options) => {
      finish(await (await import("./commands/log.ts")).showLog(dataset, options, context));
    });
}

function addShow(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "show", "show a version: counts, where it comes from, its files", [
    "show motogp",
    "show motogp@3 --files",
  ]))
    .argument("<dataset[@version]>", nameHelp, datasetName)
    .option("--files", "list every file")
    .action(async (name, options) => {
      finish(await (await import("./commands/show.ts")).showVersion(name, options, context));
    });
  withStore(addCommand(program, "why", "tell all that is known of one image: its ledger line and its recipe", [
    "why motogp rain_03.jpg",
    "why motogp@3 'rain_03.jpg#crop.crop1'",
    "why highlights rain_03.jpg --box 2",
  ]))
    .argument("<dataset[@version]>", nameHelp, datasetName)
    .argument("<id>", "a record or an item, as the report and metadata name it")
    .addOption(new Option("--box <number>", "tell only where this box of the item comes from").argParser(atLeastOne))
    .action(async (name, id, options) => {
      finish(await (await import("./commands/why.ts")).explain(name, id, options, context));
    });
}

function addDiff(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "diff", "tell what differs between two versions: images, boxes, classes, settings", [
    "diff motogp",
    "diff motogp@1 motogp@3",
    "diff motogp@1 motogp@3 --html changes.html",
    "diff motogp soccer --json",
  ]))
    .argument("<a>", `${nameHelp}; alone, it is compared with the version before it`, datasetName)
    .argument("[b]", "the version that is compared with it", datasetName)
    .option("--html <file>", "write a page with the pictures side by side; replaces only a page of its own")
    .addOption(new Option("--examples <number>", "changes to show in full").argParser(atLeastOne).default(10))
    .addOption(
      new Option("--pictures <number>", "changes with pictures on the page").argParser(atLeastOne).default(100),
    )
    .option("--balance", "count classes over both versions in full, also where they are large")
    .action(async (a, b, options) => {
      finish(await (await import("./commands/diff.ts")).showDiff(a, b, options, context));
    });
}

function addCheckout(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "checkout", "write the files of a version into a folder, only what differs", [
    "checkout motogp data/motogp",
    "checkout motogp@3 data/motogp",
    "checkout motogp data/train --only 'yolo/**'",
  ]))
    .argument("<dataset[@version]>", nameHelp, datasetName)
    .argument("<folder>", "where to; a folder that is there already is brought to this version")
    .option("--link", "link to the store instead of copying: no space, no time, and the files must not be edited")
    .addOption(new Option("--only <glob>", "only files like this; may be repeated").argParser(another))
    .option("--force", "replace files that were changed by hand, and files of others that are in the way")
    .action(async (name, folder, options) => {
      finish(await (await import("./commands/checkout.ts")).checkOut(name, folder, options, context));
    });
}

function addPublish(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "publish", "put the files of a version where others get them", [
    "publish motogp",
    "publish motogp@3 /mnt/share/motogp",
    "publish motogp 's3://datasets/motogp?region=eu-central-1' --delete",
  ]))
    .argument("<dataset[@version]>", nameHelp, datasetName)
    .argument("[target]", "a folder or s3://bucket/prefix; the store's own published/<dataset>/v<number> without one")
    .addOption(new Option("--only <glob>", "only files like this; may be repeated").argParser(another))
    .option("--delete", "take away what an earlier publish put there and this version does not have")
    .option("--force", "replace files of others that are in the way")
    .action(async (name, target, options) => {
      finish(await (await import("./commands/publish.ts")).publishVersion(name, target, options, context));
    });
}

function addTag(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "tag", "give a version a name, list the names, take one away", [
    "tag motogp@3 best",
    "tag motogp --list",
    "tag motogp --remove best",
  ]))
    .argument("<dataset[@version]>", nameHelp, datasetName)
    .argument("[name]", "the tag; where it leads elsewhere, it moves")
    .addOption(new Option("--list", "list the tags of the dataset").conflicts("remove"))
    .option("--remove <name>", "take a tag away")
    .action(async (dataset, name, options) => {
      finish(await (await import("./commands/tag.ts")).tagVersion(dataset, name, options, context));
    });
}

function addRollback(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "rollback", "publish an older version again, as the newest; nothing is lost", [
    "rollback motogp 3",
  ]))
    .argument("<dataset>", "a dataset")
    .argument("<version>", "the number or tag of the version to bring back", versionNumber)
    .action(async (dataset, which, options) => {
      finish(await (await import("./commands/rollback.ts")).rollBack(dataset, which, options, context));
    });
}

function another(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
