// What a version costs: the first one of many small images, and the next with one image more, against git and restic.
//   deno task bench-versions [--count 100000] [--rounds 3] [--folder <folder>] [--json <file>]
// Fresh processes, in turns. The folder lies outside the project and is kept, since making the images takes minutes.
import { availableParallelism, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./compare.ts";
import { removed, setAside } from "./folders.ts";
import { makeSmall, smallName } from "./make_small.ts";
import { type Measured, measured } from "./measured.ts";

const main_ts = fileURLToPath(new URL("../../main.ts", import.meta.url));
const config = fileURLToPath(new URL("../../deno.json", import.meta.url));

type Setting = { readonly folder: string; readonly images: string; readonly count: number; readonly rounds: number };

type Peer = {
  readonly name: string;
  /** A fresh, empty home; not measured. */
  readonly prepare: () => Promise<void>;
  /** Takes the images as they are now. */
  readonly command: readonly string[];
  readonly env?: Record<string, string>;
};

const manifests = {
  "framewright": "exports: []\npublish: none",
  "framewright, one COCO file": "exports:\n  - uses: coco\n    with: { pictures: false }\npublish: none",
  "framewright, tree published": "exports:\n  - uses: imagefolder\npublish: all",
} as const;

async function ours({ folder, images }: Setting, name: keyof typeof manifests): Promise<Peer> {
  const home = `${folder}/${name.replaceAll(/\W+/g, "-")}`;
  const source = `source:\n  uses: folder\n  with: { path: ${images} }`;
  await Deno.writeTextFile(`${home}.yaml`, `name: versions\n${source}\n${manifests[name]}\n`);
  const grants = ["--config", config, "-P=work", "--no-prompt"];
  return {
    name,
    prepare: () => setAside(folder, home),
    command: ["deno", "run", "-q", ...grants, main_ts, "run", `${home}.yaml`, "--store", home],
  };
}

function git({ folder, images }: Setting): Peer {
  const home = `${folder}/git`;
  // Cleaning up in the background would be measured with what comes next.
  const quiet = "-c gc.auto=0 -c maintenance.auto=false -c user.name=bench -c user.email=bench@example.com";
  const base = `git --git-dir='${home}' --work-tree='${images}' ${quiet}`;
  const prepare = async () => {
    await setAside(folder, home);
    await measured(["sh", "-c", `${base} init -q`]);
  };
  return { name: "git", prepare, command: ["sh", "-c", `${base} add -A . && ${base} commit -q -m next`] };
}

function restic({ folder, images }: Setting): Peer {
  const home = `${folder}/restic`;
  const env = { RESTIC_PASSWORD: "bench", RESTIC_CACHE_DIR: `${folder}/restic-cache` };
  const prepare = async () => {
    await setAside(folder, home);
    await setAside(folder, env.RESTIC_CACHE_DIR);
    await measured(["restic", "-q", "-r", home, "init"], { env });
  };
  return { name: "restic", prepare, command: ["restic", "-q", "-r", home, "backup", images], env };
}

async function peersOf(setting: Setting): Promise<Peer[]> {
  const rivals = [git(setting), restic(setting)].filter(({ name }) => {
    const there = isThere(name);
    if (!there) console.log(`${name} is not installed: measured without it (Debian: apt-get install ${name})`);
    return there;
  });
  return [await ours(setting, "framewright"), ...rivals];
}

function isThere(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

type Taken = { readonly name: string; readonly first: Measured[]; readonly more: Measured[] };

/** Rounds of a first version and one image more, each in the opposite order of the one before. */
async function rounds(setting: Setting, peers: readonly Peer[]): Promise<Taken[]> {
  const taken = peers.map(({ name }): Taken => ({ name, first: [], more: [] }));
  for (let round = 0; round < setting.rounds; round++) {
    const order = peers.map((peer, at) => ({ peer, into: taken[at] }));
    if (round % 2 === 1) order.reverse();
    await removed(`${setting.images}/${smallName(setting.count)}`);
    for (const { peer } of order) await peer.prepare();
    for (const { peer, into } of order) into?.first.push(await measured(peer.command, peer));
    await makeSmall(setting.images, 1, setting.count);
    for (const { peer, into } of order) into?.more.push(await measured(peer.command, peer));
    console.log(`round ${round + 1} of ${setting.rounds} is done`);
  }
  await removed(`${setting.images}/${smallName(setting.count)}`);
  return taken;
}

function table(taken: readonly Taken[], which: "first" | "more"): string {
  const width = Math.max(...taken.map(({ name }) => name.length));
  const own = mediansOf(taken[0]?.[which] ?? []).seconds;
  const rows = taken.map(({ name, [which]: runs }) => {
    const { seconds, cpu, bytesRead, bytesWritten } = mediansOf(runs);
    const spread = `${Math.min(...runs.map((run) => run.seconds)).toFixed(2)} to ` +
      Math.max(...runs.map((run) => run.seconds)).toFixed(2);
    const bytes = `read ${megabytes(bytesRead)}, written ${megabytes(bytesWritten)}`;
    return `${name.padEnd(width)}  ${seconds.toFixed(2).padStart(6)} s (${spread}), processor ${cpu.toFixed(2)} s, ` +
      `${bytes}, ${(seconds / own).toFixed(2)} of ours`;
  });
  return rows.join("\n");
}

function mediansOf(runs: readonly Measured[]) {
  const of = (name: keyof Measured) => median(runs.map((run) => run[name] ?? NaN));
  return { seconds: of("seconds"), cpu: of("cpu"), bytesRead: of("bytesRead"), bytesWritten: of("bytesWritten") };
}

function megabytes(bytes: number): string {
  return Number.isNaN(bytes) ? "?" : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "100000" },
      rounds: { type: "string", default: "3" },
      folder: { type: "string", default: `${tmpdir()}/framewright-bench` },
      json: { type: "string" },
    },
  });
  const count = Number(values.count);
  const setting = {
    folder: values.folder,
    images: `${values.folder}/small-${count}`,
    count,
    rounds: Number(values.rounds),
  };
  await Deno.mkdir(setting.folder, { recursive: true });
  if (!await Deno.stat(`${setting.images}/${smallName(count - 1)}`).then(() => true, () => false)) {
    console.log(`making ${count} images in "${setting.images}"`);
    await makeSmall(setting.images, count);
  }
  const peers = await peersOf(setting);
  console.log(`${count} small images, ${availableParallelism()} cores, medians of ${setting.rounds} rounds`);
  const taken = await rounds(setting, peers);
  const apart = await rounds(setting, [
    await ours(setting, "framewright, one COCO file"),
    await ours(setting, "framewright, tree published"),
  ]);
  console.log(`\nfirst version\n${table(taken, "first")}\n\none image more\n${table(taken, "more")}`);
  console.log(`\nwith exports: first version\n${table(apart, "first")}\n\none image more\n${table(apart, "more")}`);
  await removed(`${setting.folder}/aside`);
  const report = { count, cores: availableParallelism(), taken, apart };
  if (values.json !== undefined) await Deno.writeTextFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

if (import.meta.main) await main();
