// A video made into a dataset, without detection, against ffmpeg alone that writes the same frames to JPEG files.
//   deno task bench-video <video> [--every 1] [--rounds 5] [--folder <folder>] [--json <file>]
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare, type Contender, median, tableOf, timed, type Timing } from "./compare.ts";
import { removed, setAside } from "./folders.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

type Setting = {
  readonly video: string;
  readonly every: string;
  readonly folder: string;
  readonly store: string;
  readonly rounds: number;
};

function ours({ video, every, store }: Setting): string[] {
  const set = ["--set", `video=${video}`, "--set", `every=${every}`];
  return ["deno", "task", "--quiet", "run", `${root}/scripts/bench/video.yaml`, ...set, "--store", store];
}

function contendersOf(setting: Setting): Contender[] {
  const { video, every, folder, store } = setting;
  const out = `${folder}/out`;
  const selected = ["-vf", `select=not(mod(n\\,${every}))`, "-fps_mode", "passthrough"];
  return [
    {
      name: "ffmpeg alone",
      command: ["ffmpeg", "-nostdin", "-v", "error", "-i", video, ...selected, "-q:v", "2", `${out}/%06d.jpg`],
      prepare: async () => {
        await setAside(folder, out);
        await Deno.mkdir(out, { recursive: true });
      },
    },
    { name: "framewright", command: ours(setting), prepare: () => setAside(folder, store) },
  ];
}

/** The same run again over the finished version: no program is started. */
async function unchanged(setting: Setting): Promise<Timing> {
  const seconds: number[] = [];
  for (let round = 0; round < setting.rounds; round++) seconds.push(await timed(ours(setting)));
  return { name: "nothing changed", seconds };
}

function settingOf(): Setting & { readonly json?: string | undefined } {
  const { values, positionals } = parseArgs({
    options: {
      every: { type: "string", default: "1" },
      rounds: { type: "string", default: "5" },
      folder: { type: "string", default: `${root}/.framewright/bench` },
      json: { type: "string" },
    },
    allowPositionals: true,
  });
  const { folder, every, rounds, json } = values;
  const [video = `${root}/examples/video/harbour-street.mp4`] = positionals;
  return { video, every, folder, store: `${folder}/store`, rounds: Number(rounds), json };
}

async function main(): Promise<void> {
  const setting = settingOf();
  const { video, every, rounds, folder, json } = setting;
  await Deno.mkdir(folder, { recursive: true });
  console.log(`${video}, every ${every}, ${availableParallelism()} cores, medians of ${rounds} rounds`);
  const peers = await compare(contendersOf(setting), rounds);
  console.log(tableOf(peers));
  const again = await unchanged(setting);
  console.log(`${again.name}: ${median(again.seconds).toFixed(3)}s`);
  await removed(`${folder}/aside`);
  if (json !== undefined) {
    await Deno.writeTextFile(json, `${JSON.stringify({ video, every, peers, again }, null, 2)}\n`);
  }
}

if (import.meta.main) await main();
