// The command line: `deno task fw <command>`.
import { dropPrograms, readSurroundings, startEarly } from "./runtime/cli/start.ts";

const surroundings = await readSurroundings();
const early = startEarly(Deno.args, surroundings);
await dropPrograms(Deno.args);
const { runCommandLine } = await import("./runtime/cli/program.ts");
Deno.exit(await runCommandLine({ args: Deno.args, surroundings, early, root: import.meta.dirname ?? "." }));
