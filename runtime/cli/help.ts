// Help texts: examples under every command, the table of exit codes.
import type { Command, HelpConfiguration } from "commander";
import { exitCodes, exitMeanings, type ExitName } from "../contract/exit_codes.ts";

/** How help is laid out: the program's name is `deno task fw` everywhere. */
export const helpStyle: HelpConfiguration = {
  sortSubcommands: false,
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(termOf)].join(" "),
};

function termOf(argument: Command["registeredArguments"][number]): string {
  const text = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${text}>` : `[${text}]`;
}

/** Adds examples after a command's help. */
export function withExamples(command: Command, name: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  deno task fw ${example}`);
  const more = name === "" ? "" : "\nExit codes: deno task fw help exit-codes\n";
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}\n${more}`);
}

/** One line an exit code. */
export function exitCodeTable(): string {
  const names = Object.keys(exitCodes) as ExitName[]; // its own keys, in its own order
  return names.map((name) => `${String(exitCodes[name]).padStart(5)}  ${exitMeanings[name]}\n`).join("");
}
