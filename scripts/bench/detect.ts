// The figures of detection: JPEG files in, boxes out, against the same written by hand with sharp and with OpenCV.
//   deno task bench-detect [--photos <folder>] [--weights <yolox.onnx>] [--count 1000] [--rounds 5] [--folder <folder>] [--json <file>]
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { assetPath } from "../../tests/assets.ts";
import { compare, type Contender, tableOf } from "./compare.ts";
import { ensurePhotos, removed, setAside } from "./folders.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bench = `${root}/scripts/bench`;
const grants = ["--allow-read", "--allow-write", "--allow-env", "--allow-ffi", "--allow-sys"];

type Setting = {
  /** What is written lies below it. */
  readonly folder: string;
  /** A folder of JPEG files; when absent, `count` are made of the shared photographs. */
  readonly photos?: string | undefined;
  /** YOLOX with an input of 416 x 416 pixels. */
  readonly weights: string;
  readonly count: number;
  readonly rounds: number;
  readonly json?: string | undefined;
};

/** `annotations`: path of the COCO file that it leaves. */
type Finder = Contender & { readonly annotations: () => string };

function findersOf({ folder, weights }: Setting, photos: string): Finder[] {
  const [store, bySharp, byOpencv] = [`${folder}/store`, `${folder}/sharp`, `${folder}/opencv`];
  const set = ["--set", `photos=${photos}`, "--set", `weights=${weights}`];
  return [
    {
      name: "framewright",
      command: ["deno", "task", "--quiet", "run", `${bench}/detect.yaml`, ...set, "--store", store],
      prepare: () => setAside(folder, store),
      annotations: () => `${onlyIn(`${store}/published`)}/v1/coco/annotations/instances_all.json`,
    },
    {
      name: "sharp and onnxruntime by hand",
      command: ["deno", "run", ...grants, `${bench}/detect_sharp.ts`, photos, weights, bySharp],
      prepare: () => setAside(folder, bySharp),
      annotations: () => `${bySharp}/instances.json`,
    },
    {
      name: "opencv by hand",
      command: ["/usr/bin/python3", `${bench}/detect_opencv.py`, photos, weights, byOpencv],
      prepare: () => setAside(folder, byOpencv),
      annotations: () => `${byOpencv}/instances.json`,
    },
  ];
}

function onlyIn(folder: string): string {
  const [entry, ...others] = Deno.readDirSync(folder);
  if (entry === undefined || others.length > 0) {
    throw new Error(`Cannot choose in "${folder}": it does not hold one thing`);
  }
  return `${folder}/${entry.name}`;
}

type Counts = { readonly name: string; readonly images: number; readonly boxes: number };

/** Shows that all of them did the same. */
async function countsOf({ name, annotations }: Finder): Promise<Counts> {
  const coco: { readonly images: readonly unknown[]; readonly annotations: readonly unknown[] } = JSON.parse(
    await Deno.readTextFile(annotations()),
  );
  return { name, images: coco.images.length, boxes: coco.annotations.length };
}

function settingOf(): Setting {
  const { values } = parseArgs({
    options: {
      photos: { type: "string" },
      weights: { type: "string", default: assetPath("models/yolox_nano_416_coco80.onnx") },
      count: { type: "string", default: "1000" },
      rounds: { type: "string", default: "5" },
      folder: { type: "string", default: `${root}/.framewright/bench` },
      json: { type: "string" },
    },
  });
  return { ...values, count: Number(values.count), rounds: Number(values.rounds) };
}

async function photosOf({ folder, photos, count }: Setting): Promise<string> {
  if (photos !== undefined) return photos;
  const made = `${folder}/photos-${count}`;
  await ensurePhotos(made, count);
  return made;
}

async function main(): Promise<void> {
  const setting = settingOf();
  const { rounds, folder, json } = setting;
  const finders = findersOf(setting, await photosOf(setting));
  const timings = await compare(finders, rounds);
  const counts = await Promise.all(finders.map(countsOf));
  console.log(`${counts[0]?.images} photographs, ${availableParallelism()} cores, medians of ${rounds} rounds`);
  console.log(tableOf(timings));
  for (const { name, images, boxes } of counts) console.log(`${name}: ${boxes} boxes in ${images} photographs`);
  await removed(`${folder}/aside`);
  if (json === undefined) return;
  const report = { cores: availableParallelism(), counts, timings };
  await Deno.writeTextFile(json, `${JSON.stringify(report, null, 2)}\n`);
}

if (import.meta.main) await main();
