// A catalogue of very many rows: what it takes to list all of them, to filter them down, and to make pictures of a few.
// The rows name a thousand pictures between them. Each run is the command line in a process of its own.
//   deno task bench-catalogue [--count 1000000] [--rounds 3] [--folder <folder>] [--json <file>]
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parquetWriteBuffer } from "hyparquet-writer";
import { median } from "./compare.ts";
import { removed } from "./folders.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pictures = 1000;

type Row = {
  readonly id: string;
  readonly gender: string;
  readonly category: string;
  readonly season: string;
  readonly year: number;
  readonly shelf: number;
  readonly image: string;
  readonly name: string;
};

const names = ["id", "gender", "category", "season", "year", "shelf", "image", "name"] as const;
function pick(from: readonly string[], at: number): string {
  return from[at % from.length] ?? "";
}

function rowAt(at: number): Row {
  const shelf = at * 7919 % 1000;
  return {
    id: `SKU-${String(at * 2654435761 % 4294967296).padStart(10, "0")}`,
    gender: pick(["Men", "Women", "Unisex"], at),
    category: pick(["Apparel", "Footwear", "Accessories", "Home", "Sports"], at * 31),
    season: pick(["Spring", "Summer", "Autumn", "Winter"], at * 17),
    year: 2008 + at * 13 % 10,
    shelf,
    image: `${at % pictures}.jpg`,
    name: at % 10 === 0 ? `Shirt "no. ${at}", blue` : `Product number ${at}`,
  };
}

function* csvPieces(count: number): Generator<string> {
  yield `${names.join(",")}\n`;
  for (let at = 0; at < count; at++) {
    const row = rowAt(at);
    const cells = names.map((name) => String(row[name]));
    yield `${cells.map((cell) => /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell).join(",")}\n`;
  }
}

async function writeCsv(path: string, count: number): Promise<void> {
  const pieces = ReadableStream.from(csvPieces(count)).pipeThrough(new TextEncoderStream());
  await Deno.writeFile(path, pieces);
}

/** Other programs do not say where pages are, if not told to: then a group of rows has to be read as a whole. */
async function writeParquet(path: string, count: number, rowGroupSize: number, offsetIndex: boolean): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => rowAt(at));
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name]), offsetIndex }));
  await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize })));
}

async function writePictures(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/images`, { recursive: true });
  const example = `${root}examples/catalogue/images`;
  const files = [...Deno.readDirSync(example)].map(({ name }) => `${example}/${name}`).sort();
  for (let at = 0; at < pictures; at++) await Deno.copyFile(pick(files, at), `${folder}/images/${at}.jpg`);
}

type Taken = { readonly seconds: number; readonly peakMB: number };

const wrapper = `
import resource, subprocess, sys, time
started = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
sys.stderr.buffer.write(done.stderr)
print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
`;

/** Runs the command line, and says how long it took and how much memory its process held at most. */
async function taken(...args: string[]): Promise<Taken> {
  const command = ["deno", "run", "-q", "-P=work", "--no-prompt", "main.ts", ...args];
  const { success, stdout, stderr } = await new Deno.Command("/usr/bin/python3", {
    args: ["-c", wrapper, ...command],
    cwd: root,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot run "${args.join(" ")}":\n${text.decode(stderr).slice(-2000)}`);
  const [seconds = NaN, peakMB = NaN] = text.decode(stdout).split(" ").map(Number);
  return { seconds, peakMB };
}

const filter = 'gender = "Men" and year >= 2012';

/** What is measured: a name, a table, the command, the filter. */
const cases = [
  ["all rows of CSV, listed", "styles.csv", "plan", ""],
  [`CSV, listed: ${filter}`, "styles.csv", "plan", filter],
  [`Parquet, 100,000 rows a group, listed: ${filter}`, "groups.parquet", "plan", filter],
  [`Parquet, one group with an index of pages, listed: ${filter}`, "indexed.parquet", "plan", filter],
  [`Parquet, one group without, listed: ${filter}`, "whole.parquet", "plan", filter],
  ["CSV, a thousand pictures made: shelf = 7", "styles.csv", "run", "shelf = 7"],
] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "3" },
      folder: { type: "string", default: `${tmpdir()}/framewright-bench/catalogue` },
      json: { type: "string" },
    },
  });
  const { folder } = values;
  const count = Number(values.count);
  await removed(folder);
  await writePictures(folder);
  await writeCsv(`${folder}/styles.csv`, count);
  await writeParquet(`${folder}/groups.parquet`, count, 100_000, false);
  await writeParquet(`${folder}/indexed.parquet`, count, count, true);
  await writeParquet(`${folder}/whole.parquet`, count, count, false);
  const results: Record<string, Taken[]> = {};
  for (const [name, table, command, where] of cases) {
    for (let round = 0; round < Number(values.rounds); round++) {
      await removed(`${folder}/store`);
      const settings = [`table=${folder}/${table}`, `images=${folder}/images`, "path=image", `where=${where}`];
      const sets = settings.flatMap((setting) => ["--set", setting]);
      const once = await taken(command, "pipelines/catalogue.yaml", "--store", `${folder}/store`, ...sets);
      (results[name] ??= []).push(once);
    }
    console.log(`${name}: ${said(results[name] ?? [])}`);
  }
  if (values.json !== undefined) {
    await Deno.writeTextFile(values.json, `${JSON.stringify({ count, results }, null, 2)}\n`);
  }
}

function said(runs: readonly Taken[]): string {
  const peak = Math.max(...runs.map(({ peakMB }) => peakMB));
  return `${median(runs.map(({ seconds }) => seconds)).toFixed(1)} s, peak memory ${peak} MB`;
}

if (import.meta.main) await main();
