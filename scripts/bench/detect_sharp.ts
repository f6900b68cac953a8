// A peer for benchmarks: finds objects with YOLOX, written by hand in one file with sharp and onnxruntime-node, in as many
// Workers as cores.
//   deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys scripts/bench/detect_sharp.ts <photos> <weights> <out>
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";

const side = 416;
const classes = 80;
const columns = 5 + classes;
const pad = 114;
const minScore = 0.3;
const mostShared = 0.45;

/** `next`: one number that all Workers share, the photograph that nobody has begun. */
type Work = {
  readonly photos: string;
  readonly weights: string;
  readonly names: readonly string[];
  readonly next: SharedArrayBuffer;
};

/** `box`: left, top, right, bottom in pixels of the photograph. */
type Found = {
  readonly label: number;
  readonly score: number;
  readonly box: readonly [number, number, number, number];
};
type Looked = {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly found: readonly Found[];
};
type Pixels = { readonly name: string; readonly data: Uint8Array; readonly scaled: Size; readonly size: Size };
type Size = { readonly width: number; readonly height: number };

if (isMainThread) await main();
else await lookAtAll(workerData);

async function main(): Promise<void> {
  const [photos = "", weights = "", out = ""] = Deno.args;
  const names = (await readdir(photos)).filter((name) => /\.jpe?g$/i.test(name)).sort();
  const work: Work = { photos, weights, names, next: new SharedArrayBuffer(4) };
  const looked = await Promise.all(Array.from({ length: availableParallelism() }, () => lookedInWorker(work)));
  await mkdir(out, { recursive: true });
  await writeFile(`${out}/instances.json`, JSON.stringify(cocoOf(looked.flat())));
}

function lookedInWorker(work: Work): Promise<readonly Looked[]> {
  const worker = new Worker(new URL(import.meta.url), { workerData: work });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

async function lookAtAll({ photos, weights, names, next }: Work): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" } as const;
  const session = await InferenceSession.create(weights, options);
  const numbers = new Float32Array(3 * side * side);
  const takeNext = () => {
    const name = names[Atomics.add(new Int32Array(next), 0, 1)];
    return name === undefined ? undefined : pixelsOf(photos, name);
  };
  const looked: Looked[] = [];
  // The next photograph is decoded while the model looks at this one.
  for (let ahead = takeNext(); ahead !== undefined;) {
    const pixels = await ahead;
    ahead = takeNext();
    fill(numbers, pixels);
    const { output } = await session.run({ images: new Tensor("float32", numbers, [1, 3, side, side]) });
    // The model gives 32-bit floats.
    const found = suppressed(decoded(output?.data as Float32Array, pixels));
    looked.push({ name: pixels.name, ...pixels.size, found });
  }
  parentPort?.postMessage(looked);
}

async function pixelsOf(photos: string, name: string): Promise<Pixels> {
  const image = sharp(`${photos}/${name}`, { ignoreIcc: true, failOn: "warning" });
  const { autoOrient: size } = await image.metadata();
  const scale = Math.min(side / size.width, side / size.height);
  const scaled = { width: Math.round(size.width * scale), height: Math.round(size.height * scale) };
  const resized = image.autoOrient().resize({ ...scaled, fit: "fill", kernel: "linear" });
  const data = await resized.toColourspace("srgb").removeAlpha().raw().toBuffer();
  return { name, data, scaled, size };
}

/** Blue, green, red, one plane after the other; the picture at the top left, grey around it. */
function fill(numbers: Float32Array, { data, scaled: { width, height } }: Pixels): void {
  numbers.fill(pad);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = y * side; x < width; x++, to++, from += 3) {
      numbers[to] = data[from + 2] ?? 0;
      numbers[to + side * side] = data[from + 1] ?? 0;
      numbers[to + 2 * side * side] = data[from] ?? 0;
    }
  }
}

function decoded(data: Float32Array, { size, scaled }: Pixels): Found[] {
  const [across, down] = [size.width / scaled.width, size.height / scaled.height];
  const found: Found[] = [];
  let at = 0;
  for (const stride of [8, 16, 32]) {
    for (let y = 0; y < side / stride; y++) {
      for (let x = 0; x < side / stride; x++, at += columns) {
        const sure = data[at + 4] ?? 0;
        if (sure < minScore) continue;
        const label = bestOf(data, at + 5);
        const score = sure * (data[at + 5 + label] ?? 0);
        if (score < minScore) continue;
        const [halfWidth, halfHeight] = [
          Math.exp(data[at + 2] ?? 0) * stride / 2,
          Math.exp(data[at + 3] ?? 0) * stride / 2,
        ];
        const [middle, center] = [((data[at] ?? 0) + x) * stride, ((data[at + 1] ?? 0) + y) * stride];
        const box = [
          Math.max((middle - halfWidth) * across, 0),
          Math.max((center - halfHeight) * down, 0),
          Math.min((middle + halfWidth) * across, size.width),
          Math.min((center + halfHeight) * down, size.height),
        ] as const;
        found.push({ label, score, box });
      }
    }
  }
  return found;
}

function bestOf(data: Float32Array, from: number): number {
  let best = 0;
  for (let index = 1; index < classes; index++) {
    if ((data[from + index] ?? 0) > (data[from + best] ?? 0)) best = index;
  }
  return best;
}

function suppressed(found: readonly Found[]): Found[] {
  const kept: Found[] = [];
  for (const one of found.toSorted((a, b) => b.score - a.score)) {
    if (!kept.some(({ label, box }) => label === one.label && shared(box, one.box) > mostShared)) kept.push(one);
  }
  return kept;
}

/** Intersection over union. */
function shared([a, b, c, d]: Found["box"], [e, f, g, h]: Found["box"]): number {
  const both = Math.max(0, Math.min(c, g) - Math.max(a, e)) * Math.max(0, Math.min(d, h) - Math.max(b, f));
  return both / ((c - a) * (d - b) + (g - e) * (h - f) - both);
}

function cocoOf(looked: readonly Looked[]) {
  const sorted = looked.toSorted((a, b) => a.name < b.name ? -1 : 1);
  const images = sorted.map(({ name, width, height }, index) => ({ id: index + 1, file_name: name, width, height }));
  const boxes = sorted.flatMap(({ found }, index) => found.map((one) => ({ image_id: index + 1, ...one })));
  const annotations = boxes.map(({ image_id, label, score, box: [left, top, right, bottom] }, index) => {
    const [width, height] = [right - left, bottom - top];
    const bbox = [left, top, width, height];
    return { id: index + 1, image_id, category_id: label + 1, bbox, area: width * height, iscrowd: 0, score };
  });
  const categories = Array.from({ length: classes }, (_, label) => ({ id: label + 1, name: `class ${label}` }));
  return { images, annotations, categories };
}
