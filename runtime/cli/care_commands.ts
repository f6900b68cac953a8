// Commands that look after a store: their arguments, options, help and examples. What they do is imported when they are
// called.
import { type Command, InvalidArgumentError, Option } from "commander";
import { addCommand, type Finish, withStore } from "./add_command.ts";
import type { Context } from "./context.ts";
import { atLeastOne, datasetName, lengthOfTime, nameList, workers } from "./values.ts";

export function addCareCommands(program: Command, context: Context, finish: Finish): void {
  addGc(program, context, finish);
  addPurge(program, context, finish);
  addVerify(program, context, finish);
  addRuns(program, context, finish);
  addRetry(program, context, finish);
  addOutbox(program, context, finish);
}

function addGc(program: Command, context: Context, finish: Finish): void {
  const made = addCommand(program, "gc", "remove what nothing needs, and versions that have expired", [
    "gc --dry-run",
    "gc",
    "gc motogp --keep-last 10 --keep-days 30 --dry-run",
    "gc --grace 7d",
  ])
    .argument("[dataset]", "expire versions of this one only; what nothing needs is removed in the whole store")
    .addOption(new Option("--keep-last <number>", "let all but so many of the newest versions expire")
      .argParser(atLeastOne))
    .addOption(new Option("--keep-days <days>", "let versions expire that are older").argParser(days))
    .addOption(
      new Option("--grace <time>", "keep what is younger, such as what a killed run has left to go on from")
        .argParser(lengthOfTime).default(24 * 3_600_000, "24h"),
    )
    .option("--dry-run", "say what would go and how much that is; remove nothing");
  withStore(made)
    .addHelpText("after", `\n${gcNotes}\n`)
    .action(async (dataset, options) => {
      finish(await (await import("./commands/gc.ts")).cleanUp(dataset, options, context));
    });
}

const gcNotes =
  `Without --keep-last and --keep-days no version goes. With both, a version stays that either keeps. The newest version,
tagged ones, and versions that a kept version of another dataset was made from always stay.
Runs may go on meanwhile: where one is at work, cleaning waits for it, and nobody waits for cleaning longer than seconds.`;

function addPurge(program: Command, context: Context, finish: Finish): void {
  const made = addCommand(program, "purge", "erase one image, and all that was made of it, from every version", [
    "purge motogp rain_03.jpg --dry-run",
    'purge motogp rain_03.jpg --reason "asked for on 21 November"',
    "purge motogp rain_03.jpg --yes --json",
  ])
    .argument("<dataset>", "a dataset")
    .argument("<id>", "the image, as reports and metadata name it")
    .option("--reason <text>", "why; kept in the record of the purge, so name nobody")
    .option("--yes", "do not ask")
    .option("--dry-run", "say which versions hold it; erase nothing");
  withStore(made)
    .addHelpText("after", `\n${purgeNotes}\n`)
    .action(async (dataset, id, options) => {
      finish(await (await import("./commands/purge.ts")).purge(dataset, id, options, context));
    });
}

const purgeNotes =
  `Its bytes, pictures and facts leave every version of every dataset of the store, also of those made from this one, and the
files of those versions are written again. What stays: its key, a line that says it was purged, and the digest of its
bytes, by which later runs know not to take it in again. Waits until no run is at work; whatever killed runs have left goes
as well. If it is interrupted, the same command finishes it.`;

function days(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 100_000)) {
    throw new InvalidArgumentError("It must be a number of days, 0 or more.");
  }
  return value;
}

function addVerify(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "verify", "read everything again and compare it with what was written", [
    "verify",
    "verify motogp",
    "verify motogp@3 --replay",
    "verify --replay --all --json",
  ]))
    .argument(
      "[dataset[@version]]",
      "a dataset, perhaps with a version; all versions of all datasets by default",
      datasetName,
    )
    .option("--replay", "also compute the version again from its stored source bytes and compare bit for bit")
    .addOption(
      new Option("--all", "replay every version, not only the newest of each dataset").implies({ replay: true }),
    )
    .addHelpText("after", `\n${verifyNotes}\n`)
    .action(async (name, options) => {
      finish(await (await import("./commands/verify.ts")).verify(name, options, context));
    });
}

const verifyNotes =
  `Refs, versions, lists and tables are read, and every blob and published file is hashed; each object once.
Datasets stay as they are. A replay needs no manifest and no source, but the plugins, the codec and the models by
which the version was made. All that is wrong is listed, with what it affects; the exit code is 6 then.`;

function addRuns(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "runs", "list runs, also those that failed or were killed; or tell all of one", [
    "runs",
    "runs motogp",
    "runs motogp 20261121T101112Z-1a2b3c4d",
  ]))
    .argument("[dataset]", "a dataset; all by default")
    .argument("[run]", "a run to show, or how its name begins; `last` for the newest")
    .addOption(new Option("--limit <number>", "show only the newest").argParser(atLeastOne).default(20))
    .action(async (dataset, run, options) => {
      finish(await (await import("./commands/runs.ts")).showRuns({ dataset, run }, options, context));
    });
}

function addRetry(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "retry", "run again what failed, and only that", [
    "retry motogp",
    "retry motogp --reason undecodable,timeout",
    "retry motogp --manifest pipelines/elsewhere/motogp.yaml",
  ]))
    .argument("<dataset>", "the dataset")
    .argument("[run]", "the run whose manifest and settings are used; the newest by default")
    .addOption(
      new Option("--reason <reasons>", "only what was rejected for these, with commas between").argParser(nameList),
    )
    .option("--manifest <file>", "where the manifest is now, if it was moved")
    .addOption(new Option("--concurrency <number>", "items at work at once").argParser(workers))
    .option("--quiet", "print only problems, and one line at the end")
    .addHelpText("after", `\n${retryNotes}\n`)
    .action(async (dataset, run, options) => {
      finish(await (await import("./commands/retry.ts")).retryRun({ dataset, run }, options, context));
    });
}

const retryNotes =
  `What was lost for a passing reason, such as a time-out, is tried again by every run. This is for the rest, once
a codec, a model or a disk was mended. Everything else is taken over from the newest version.`;

function addOutbox(program: Command, context: Context, finish: Finish): void {
  withStore(addCommand(program, "outbox", "list what sinks were given to deliver, and what became of it", [
    "outbox",
    "outbox cameras --state failed",
    "outbox cameras 1a2b3c4d",
    "outbox cameras --retry",
  ]))
    .argument("[dataset]", "a dataset; all by default")
    .argument("[delivery]", "a delivery to show, or how its id begins")
    .addOption(new Option("--state <state>", "show only these").choices(["delivered", "failed", "pending"]))
    .addOption(new Option("--limit <number>", "show only the newest").argParser(atLeastOne).default(20))
    .option("--retry", "have the next run try it again, or all that were given up or wait for their next try")
    .addHelpText("after", `\n${outboxNotes}\n`)
    .action(async (dataset, delivery, options) => {
      finish(await (await import("./commands/outbox.ts")).showOutbox({ dataset, delivery }, options, context));
    });
}

const outboxNotes =
  `Runs deliver, also those that find nothing new. What fails is tried again by later runs, less and less often, until the
sink gives up; the version stands either way. The log goes with its versions, when a clean-up takes those away.`;
