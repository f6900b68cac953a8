// The figures of the motogp pipeline: against peers, again with nothing changed, with one image more, and from cold.
//   deno task bench [--count 1000] [--rounds 5] [--folder <folder>] [--json <file>]
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, type Contender, median, tableOf, timed, type Timing } from "./compare.ts";
import { secondsToFirstLine } from "./first_line.ts";
import { ensurePhotos, removed, setAside } from "./folders.ts";
import { makePhotos } from "./make_photos.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const manifest = "pipelines/motogp.yaml";
const grants = ["--allow-read", "--allow-write", "--allow-env", "--allow-ffi", "--allow-sys"];

type Setting = {
  readonly folder: string;
  readonly photos: string;
  readonly store: string;
  readonly count: number;
  readonly rounds: number;
};

function ours({ store }: Setting, photos: string): string[] {
  // The peers detect nothing; `deno task bench-detect` is about that.
  const set = ["--set", `frames=${photos}`, "--set", "max_rejected=100%", "--set", "detect=false"];
  return ["deno", "task", "--quiet", "run", manifest, ...set, "--store", store];
}

function contendersOf(setting: Setting): Contender[] {
  const { folder, photos, store } = setting;
  const out = `${folder}/out`;
  const pillow = ["/usr/bin/python3", `${root}/scripts/bench/motogp_pillow.py`, photos, out];
  const prepare = async () => {
    await setAside(folder, store);
    await setAside(folder, out);
  };
  return [
    { name: "framewright", command: ours(setting, photos), prepare },
    {
      name: "sharp by hand",
      command: ["deno", "run", ...grants, `${root}/scripts/bench/motogp_sharp.ts`, photos, out],
      prepare,
    },
    { name: "pillow by hand", command: pillow, prepare },
    { name: "pillow by hand, draft", command: [...pillow, "--draft"], prepare },
  ];
}

/** The same run again and again over one finished version. */
async function unchanged(setting: Setting): Promise<Timing> {
  await setAside(setting.folder, setting.store);
  await timed(ours(setting, setting.photos));
  const seconds: number[] = [];
  for (let round = 0; round < setting.rounds; round++) seconds.push(await timed(ours(setting, setting.photos)));
  return { name: "nothing changed", seconds };
}

/** Each run finds one photograph that the one before did not have. */
async function oneMore(setting: Setting): Promise<Timing> {
  const grown = `${setting.folder}/grown`;
  await removed(grown);
  await setAside(setting.folder, setting.store);
  await Deno.mkdir(grown);
  for (const { name } of Deno.readDirSync(setting.photos)) {
    Deno.linkSync(`${setting.photos}/${name}`, `${grown}/${name}`);
  }
  await timed(ours(setting, grown));
  const seconds: number[] = [];
  for (let round = 1; round <= setting.rounds; round++) {
    await makePhotos(grown, 1, setting.count + round);
    seconds.push(await timed(ours(setting, grown)));
  }
  return { name: "one image more", seconds };
}

async function startUp(setting: Setting): Promise<Timing[]> {
  const commands = {
    "check, first line": ["deno", "task", "--quiet", "check", manifest],
    "run, first line": ours(setting, setting.photos),
  };
  const timings = Object.keys(commands).map((name) => ({ name, seconds: [] as number[] }));
  for (let round = 0; round < setting.rounds; round++) {
    for (const [index, command] of Object.values(commands).entries()) {
      timings[index]?.seconds.push(await secondsToFirstLine(command));
    }
  }
  return timings;
}

function settingOf(): Setting & { readonly json?: string | undefined } {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "1000" },
      rounds: { type: "string", default: "5" },
      folder: { type: "string", default: `${root}/.framewright/bench` },
      json: { type: "string" },
    },
  });
  const { folder, count, rounds, json } = values;
  const photos = `${folder}/photos-${count}`;
  return { folder, photos, store: `${folder}/store`, count: Number(count), rounds: Number(rounds), json };
}

async function main(): Promise<void> {
  const setting = settingOf();
  await ensurePhotos(setting.photos, setting.count);
  console.log(`${setting.count} photographs, ${availableParallelism()} cores, medians of ${setting.rounds} rounds`);
  const peers = await compare(contendersOf(setting), setting.rounds);
  console.log(tableOf(peers));
  const first = median(peers[0]?.seconds ?? []);
  const again = [await unchanged(setting), await oneMore(setting)];
  for (const { name, seconds } of again) {
    console.log(
      `${name}: ${median(seconds).toFixed(3)}s, ${(100 * median(seconds) / first).toFixed(1)} % of a first run`,
    );
  }
  const starts = await startUp(setting);
  for (const { name, seconds } of starts) console.log(`${name}: ${median(seconds).toFixed(3)}s`);
  const report = { count: setting.count, cores: availableParallelism(), peers, again, starts };
  await removed(`${setting.folder}/aside`);
  if (setting.json !== undefined) await Deno.writeTextFile(setting.json, `${JSON.stringify(report, null, 2)}\n`);
}

if (import.meta.main) await main();
