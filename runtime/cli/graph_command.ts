// `graph`: its arguments, options, help and examples. What it does is imported when it is called.
import { type Command, Option } from "commander";
import { addCommand, type Finish, storeOption } from "./add_command.ts";
import type { Context } from "./context.ts";

export function addGraphCommand(program: Command, context: Context, finish: Finish): void {
  addCommand(program, "graph", "draw datasets and what they are made from", [
    "graph",
    "graph highlights --out highlights.svg",
    "graph pipelines/*.yaml",
    "graph --json",
  ])
    .argument("[name...]", "datasets, with all that they are made from, or manifests; the whole store without any")
    .addOption(
      new Option("--format <format>", "how to draw; else as the name of the file says").choices([
        "mermaid",
        "svg",
        "json",
      ]),
    )
    .option("--out <file>", "write it to a file, such as graph.svg")
    .addOption(storeOption())
    .addOption(new Option("--json", "print JSON").conflicts("format"))
    .addHelpText("after", `\n${notes}\n`)
    .action(async (names, options) => {
      finish(await (await import("./commands/graph.ts")).drawGraph(names, options, context));
    });
}

const notes =
  `An arrow says which version was read. It is marked where a newer one has other images: run that pipeline again.
GitHub and many editors draw Mermaid text that stands in a block of Markdown.`;
