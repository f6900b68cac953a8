// Times commands against each other: fresh processes, in turns, each round in the opposite order of the one before.
//   deno run --allow-run --allow-write scripts/bench/compare.ts --rounds 5 --json out.json "first command" "second command"
import { parseArgs } from "node:util";

export type Contender = {
  readonly name: string;
  readonly command: readonly string[];
  /** Brings back the state before the first run; not timed. */
  readonly prepare?: () => Promise<void>;
};

/** Seconds of all rounds, in their order. */
export type Timing = { readonly name: string; readonly seconds: readonly number[] };

/** How long one contender takes in terms of another: below 1 it is faster. `pairs`: round by round. */
export type Ratio = {
  readonly name: string;
  readonly over: string;
  readonly ofMedians: number;
  readonly pairs: readonly number[];
};

/** Runs each contender `rounds` times. Throws `Error` with its output when one of them fails. */
export async function compare(contenders: readonly Contender[], rounds: number): Promise<Timing[]> {
  const seconds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) {
      await contender.prepare?.();
      seconds.get(contender.name)?.push(await timed(contender.command));
    }
  }
  return contenders.map(({ name }) => ({ name, seconds: seconds.get(name) ?? [] }));
}

/** Seconds from start to end of one process. */
export async function timed([program = "", ...args]: readonly string[]): Promise<number> {
  const command = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "piped" });
  const started = performance.now();
  const { success, code, stdout, stderr } = await command.output();
  const seconds = (performance.now() - started) / 1000;
  if (success) return seconds;
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`Cannot time "${[program, ...args].join(" ")}": it ended with ${code}\n${said.slice(-2000)}`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function ratioOf(timing: Timing, over: Timing): Ratio {
  return {
    name: timing.name,
    over: over.name,
    ofMedians: median(timing.seconds) / median(over.seconds),
    pairs: timing.seconds.map((value, round) => value / (over.seconds[round] ?? NaN)),
  };
}

/** A line for each contender and for each ratio over the first one. */
export function tableOf(timings: readonly Timing[]): string {
  const [first, ...others] = timings;
  const width = Math.max(...timings.map(({ name }) => name.length));
  const lines = timings.map((timing) => `${timing.name.padEnd(width)}  ${spreadOf(timing.seconds, "s")}`);
  if (first === undefined) return "";
  const ratios = others.map((other) => ratioOf(other, first));
  return [
    ...lines,
    ...ratios.map(({ name, over, ofMedians, pairs }) =>
      `${name} / ${over}: ${ofMedians.toFixed(2)} of medians; round by round ${spreadOf(pairs, "")}`
    ),
  ].join("\n");
}

function spreadOf(values: readonly number[], unit: string): string {
  const numbers = [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(3) + unit);
  return `min ${numbers[0]}  median ${numbers[1]}  max ${numbers[2]}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: "string", default: "5" }, before: { type: "string" }, json: { type: "string" } },
    allowPositionals: true,
  });
  const { before } = values;
  const prepare = async () => void (before === undefined || await timed(["sh", "-c", before]));
  const contenders = positionals.map((text) => ({ name: text, command: ["sh", "-c", text], prepare }));
  const timings = await compare(contenders, Number(values.rounds));
  console.log(tableOf(timings));
  if (values.json !== undefined) await Deno.writeTextFile(values.json, `${JSON.stringify({ timings }, null, 2)}\n`);
}

if (import.meta.main) await main();
