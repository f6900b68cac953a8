// One command with what all of them have.
import type { Command } from "commander";
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
