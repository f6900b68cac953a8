// A peer for benchmarks: the work of pipelines/motogp.yaml written by hand, in one file, with sharp and nothing else.
//   deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys scripts/bench/motogp_sharp.ts <frames> <out>
import { mkdir, readdir, writeFile } from "node:fs/promises";
import sharp from "sharp";

const frame = { width: 480, height: 270 };
const center = 270;
const crop = { size: 80, count: 3 };
const share = 0.8;
const quality = 90;
const inFlight = 4;

type Picture = {
  readonly file_name: string;
  readonly split: string;
  readonly source: string;
  readonly x: number;
  readonly y: number;
};

const [frames = "", out = ""] = Deno.args;
sharp.concurrency(1);
sharp.cache(false);
for (const split of ["train", "test"]) await mkdir(`${out}/${split}`, { recursive: true });
const names = (await readdir(frames)).filter((name) => /\.jpe?g$/i.test(name)).sort();
const random = randomFrom(1);
const testNames = new Set(shuffled(names, random).slice(Math.round(names.length * share)));
const jobs = names.map((name) => ({ name, split: testNames.has(name) ? "test" : "train", places: placesOf(random) }));
const pictures = await mapped(jobs, (job) => render(job.name, job.split, job.places));
await writeLists(pictures.flat());

type Place = { readonly x: number; readonly y: number };

async function render(name: string, split: string, places: readonly Place[]): Promise<Picture[]> {
  const { data, info } = await sharp(`${frames}/${name}`, { failOn: "warning" }).autoOrient()
    .resize({ ...frame, fit: "fill" })
    .extract({ left: (frame.width - center) / 2, top: (frame.height - center) / 2, width: center, height: center })
    .removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  return await Promise.all(places.map(async ({ x, y }, index) => {
    const file_name = `${name.replace(/\.[^.]*$/, "")}_crop${index + 1}.jpg`;
    await sharp(data, { raw }).extract({ left: x, top: y, width: crop.size, height: crop.size })
      .jpeg({ quality }).toFile(`${out}/${split}/${file_name}`);
    return { file_name, split, source: name, x, y };
  }));
}

function placesOf(random: () => number): Place[] {
  const places: Place[] = [];
  while (places.length < crop.count) {
    const x = Math.floor(random() * (center - crop.size + 1));
    const y = Math.floor(random() * (center - crop.size + 1));
    if (places.every((other) => Math.abs(other.x - x) >= crop.size || Math.abs(other.y - y) >= crop.size)) {
      places.push({ x, y });
    }
  }
  return places;
}

async function writeLists(pictures: readonly Picture[]): Promise<void> {
  const size = { width: crop.size, height: crop.size };
  const rows = pictures.map(({ file_name, split, source }) =>
    [`${split}/${file_name}`, split, source, 80, 80].join(",")
  );
  await writeFile(`${out}/metadata.csv`, ["file_name,split,source,width,height", ...rows, ""].join("\n"));
  for (const split of ["train", "test"]) {
    const own = pictures.filter((picture) => picture.split === split);
    const lines = own.map((picture) => JSON.stringify({ ...picture, ...size }));
    await writeFile(`${out}/${split}/metadata.jsonl`, `${lines.join("\n")}\n`);
    const images = own.map(({ file_name }, index) => ({ id: index + 1, file_name, ...size }));
    await writeFile(`${out}/instances_${split}.json`, JSON.stringify({ images, annotations: [], categories: [] }));
  }
}

async function mapped<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: inFlight }, async () => {
    for (let at = next++; at < inputs.length; at = next++) {
      const input = inputs[at];
      if (input !== undefined) results[at] = await work(input);
    }
  }));
  return results;
}

function shuffled(values: readonly string[], random: () => number): string[] {
  return values.map((value) => ({ value, rank: random() })).sort((a, b) => a.rank - b.rank).map(({ value }) => value);
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
