// `demo-server`: its options, help and examples.
import type { Command } from "commander";
import { addCommand, type Finish } from "./add_command.ts";
import type { Context } from "./context.ts";
import { milliseconds, portNumber } from "./values.ts";

export function addDemoServerCommand(program: Command, context: Context, finish: Finish): void {
  addCommand(program, "demo-server", "serve the example pictures to this machine, for pipelines that read URLs", [
    "demo-server",
    "demo-server --delay 200",
    "demo-server --port 9000 --list urls.tsv",
  ])
    .option("--port <number>", "where to listen; 0 for any free port", portNumber, 8777)
    .option("--host <address>", "an address of this machine itself", "127.0.0.1")
    .option("--delay <ms>", "how long to wait before each answer, in milliseconds", milliseconds, 0)
    .option("--list <file>", "write the ids and URLs of all pictures to a TSV file")
    .action(async (options) => {
      finish(await (await import("./commands/demo_server.ts")).serveExamples(options, context));
    });
}
