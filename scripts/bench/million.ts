// A dataset of very many items, without pixels: the first version, a run that finds nothing changed, one that finds a few
// records changed. Each is a process of its own; what matters is how long it takes and how much memory it holds.
//   deno task bench-million [--count 1000000] [--changed 100] [--rounds 3] [--folder <folder>] [--json <file>]
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./compare.ts";
import { removed } from "./folders.ts";
import type { MillionRun } from "./million_run.ts";

const script = fileURLToPath(new URL("./million_run.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

async function run(store: string, count: string, changed: string): Promise<MillionRun> {
  const args = ["run", "-q", "--config", config, "-P=bench", "--no-prompt", script, store, count, changed];
  const { success, stdout, stderr } = await new Deno.Command("deno", { args, stdin: "null" }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot run over ${count} records:\n${text.decode(stderr).slice(-2000)}`);
  return JSON.parse(text.decode(stdout));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000000" },
      changed: { type: "string", default: "100" },
      rounds: { type: "string", default: "3" },
      folder: { type: "string", default: `${tmpdir()}/framewright-bench` },
      json: { type: "string" },
    },
  });
  const { count, changed } = values;
  const store = `${values.folder}/million`;
  await removed(store);
  const runs = { first: [await run(store, count, "0")], unchanged: [] as MillionRun[], changed: [] as MillionRun[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    runs.unchanged.push(await run(store, count, "0"));
    runs.changed.push(await run(store, count, changed));
    await run(store, count, "0"); // back again, as a version of its own
  }
  for (const [name, some] of Object.entries(runs)) console.log(`${name}: ${said(some)}`);
  if (values.json !== undefined) await Deno.writeTextFile(values.json, `${JSON.stringify({ count, runs }, null, 2)}\n`);
}

function said(runs: readonly MillionRun[]): string {
  const seconds = runs.map((run) => run.seconds);
  const peak = Math.max(...runs.map(({ peakMB }) => peakMB));
  return `${runs[0]?.outcome}, ${median(seconds).toFixed(2)} s, peak memory ${peak} MB`;
}

if (import.meta.main) await main();
