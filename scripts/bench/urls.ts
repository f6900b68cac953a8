// `images_info` over a list of URLs on a server of this machine that takes its time, against a pool of six threads with
// Python's requests and Pillow (Debian: apt-get install python3-requests python3-pil).
//   deno task bench-urls [--count 5000] [--rounds 3] [--delay 200] [--at-once 256] [--folder <folder>] [--json <file>]
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, type Contender, median, tableOf, timed, type Timing } from "./compare.ts";
import { removed, setAside } from "./folders.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Setting = {
  readonly folder: string;
  readonly list: string;
  readonly store: string;
  readonly rounds: number;
  readonly atOnce: number;
};

function ours({ list, store, atOnce }: Setting, set: readonly string[] = []): string[] {
  const all = [`list=${list}`, `concurrency=${atOnce}`, `per_host=${atOnce}`, "max_rejected=0", ...set];
  const given = all.flatMap((one) => ["--set", one]);
  return ["deno", "task", "--quiet", "run", "pipelines/images_info.yaml", ...given, "--store", store];
}

function contendersOf(setting: Setting): Contender[] {
  const { folder, list, store } = setting;
  const prepare = () => setAside(folder, store);
  const before = ["/usr/bin/python3", `${root}/scripts/bench/urls_requests.py`, list, `${folder}/requests.json`];
  return [
    { name: "framewright, headers", command: ours(setting), prepare },
    { name: "framewright, whole images", command: ours(setting, ["read=all"]), prepare },
    { name: "requests, 6 threads", command: before },
  ];
}

/** The same run again over a finished version: each URL is asked for once, and nothing has changed. */
async function unchanged(setting: Setting): Promise<Timing> {
  await setAside(setting.folder, setting.store);
  await timed(ours(setting));
  const seconds: number[] = [];
  for (let round = 0; round < setting.rounds; round++) seconds.push(await timed(ours(setting)));
  return { name: "nothing changed", seconds };
}

/** The example pictures, from a process of its own. Gives its URLs. */
async function withServer<T>(folder: string, delay: string, body: (urls: readonly string[]) => Promise<T>): Promise<T> {
  const list = `${folder}/pictures.tsv`;
  const serve = ["-P=work", "--no-prompt", `${root}/main.ts`, "demo-server", "--port", "0"];
  const args = ["run", "-q", ...serve, "--delay", delay, "--list", list];
  const server = new Deno.Command("deno", { args, cwd: root, stdout: "piped" }).spawn();
  const output = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let said = ""; !said.includes("Ctrl-C");) {
      const { value, done } = await output.read();
      if (done) throw new Error("Cannot start the server: it ended");
      said += value;
    }
    const rows = (await Deno.readTextFile(list)).trim().split("\n").slice(1);
    return await body(rows.map((row) => row.split("\t")[1] ?? ""));
  } finally {
    server.kill("SIGTERM");
    await output.cancel();
    await server.status;
  }
}

/** Ids of their own, and URLs that differ in what is behind the question mark. */
async function writeList(path: string, urls: readonly string[], count: number): Promise<void> {
  const good = urls.filter((url) =>
    /\/(motogp|soccer)\//.test(url) && !url.endsWith("2023-jerez_race_cam1_000515.jpg")
  );
  const rows = Array.from({ length: count }, (_, at) => `${at}\t${good[at % good.length]}?${at}\n`);
  await Deno.writeTextFile(path, `id\turl\n${rows.join("")}`);
}

function settingOf() {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "5000" },
      rounds: { type: "string", default: "3" },
      delay: { type: "string", default: "200" },
      "at-once": { type: "string", default: "256" },
      folder: { type: "string", default: `${root}/.framewright/bench` },
      json: { type: "string" },
    },
  });
  const { folder, rounds, delay, json } = values;
  const setting = { folder, list: `${folder}/urls.tsv`, store: `${folder}/store-urls`, rounds: Number(rounds) };
  return { ...setting, atOnce: Number(values["at-once"]), count: Number(values.count), delay, json };
}

async function main(): Promise<void> {
  const setting = settingOf();
  const { folder, count, delay, rounds, atOnce, json } = setting;
  await Deno.mkdir(folder, { recursive: true });
  await withServer(folder, delay, async (urls) => {
    await writeList(setting.list, urls, count);
    console.log(
      `${count} URLs, answered after ${delay} ms; ${atOnce} at once; ${availableParallelism()} cores, medians of ${rounds}`,
    );
    const peers = await compare(contendersOf(setting), rounds);
    console.log(tableOf(peers));
    for (const { name, seconds } of peers) {
      console.log(`${name}: ${(count / median(seconds)).toFixed(0)} URLs a second`);
    }
    const again = await unchanged(setting);
    console.log(`${again.name}: ${median(again.seconds).toFixed(3)}s`);
    await removed(`${folder}/aside`);
    const report = { count, delay: Number(delay), atOnce, cores: availableParallelism(), peers, again };
    if (json !== undefined) await Deno.writeTextFile(json, `${JSON.stringify(report, null, 2)}\n`);
  });
}

if (import.meta.main) await main();
