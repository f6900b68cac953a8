// One command with what all of them have.
import { type Command, Option } from "commander";
import { withExamples } from "./help.ts";

/** Called with the exit code. */
export type Finish = (exit: number) => void;

/** Adds a command to the program, or to one that has commands of its own. */
export function addCommand(
  parent: Command,
  usage: string,
  description: string,
  examples: readonly string[],
): Command {
  const made = parent.command(usage).description(description).option("--no-color", "no colours");
  return withExamples(made, made.name(), examples);
}

/** Where a command finds its datasets. */
export function storeOption(): Option {
  const place = "where datasets live: a folder or s3://…; FRAMEWRIGHT_STORE or .framewright by default";
  return new Option("--store <place>", place);
}

/** Adds what all commands on datasets have. */
export function withStore(made: Command): Command {
  return made.addOption(storeOption()).option("--json", "print JSON, one object a line");
}
