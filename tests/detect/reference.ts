// Detection done as plainly as possible, one number at a time: what the decoders, the placement and the suppression have to
// agree with. Shares no code with them.
import sharp, { type Sharp } from "sharp";
import { assetPath } from "../assets.ts";

/** `box`: left, top, right, bottom in pixels of the image. `name`: a category of COCO. */
export type Thing = { readonly name: string; readonly score: number; readonly box: readonly number[] };
export type Truth = { readonly name: string; readonly box: readonly number[]; readonly crowd: boolean };
export type Photo = { readonly file: string; readonly truth: readonly Truth[] };
export type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8Array };
export type Outputs = Readonly<Record<string, { readonly data: ArrayLike<number | bigint> }>>;

/** `fast`: scaled while it is decoded; `slow`: decoded first; `points`: between the four nearest, as OpenCV's linear. */
export const resamplings = [
  "points",
  "fast nearest",
  "fast linear",
  "slow linear",
  "fast cubic",
  "slow cubic",
  "fast lanczos3",
] as const;
export type Resampling = typeof resamplings[number];

export type ReferenceModel = {
  readonly file: string;
  readonly minScore: number;
  readonly width: number;
  readonly height: number;
  readonly letterbox: boolean;
  /** What a level of red, green, blue (0, 1, 2) becomes, in the order of the planes. */
  readonly planes: readonly { readonly channel: number; readonly value: (level: number) => number }[];
  readonly feeds: (planes: Float32Array) => Readonly<Record<string, ReferenceTensor>>;
  /** Boxes in pixels of the input. */
  readonly read: (outputs: Outputs, names: readonly string[]) => readonly Thing[];
  readonly iou: number;
};

export type ReferenceTensor = {
  readonly type: "float32" | "int64";
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
};

/** The photographs with what is on them, and the names of the 80 categories in their order. */
export async function cocoPhotos(): Promise<{ readonly photos: readonly Photo[]; readonly names: readonly string[] }> {
  const coco: Coco = JSON.parse(await Deno.readTextFile(assetPath("photos/instances.json")));
  const byId = new Map(coco.categories.map(({ id, name }) => [id, name]));
  const photos = coco.images.map(({ id, file_name }) => ({
    file: assetPath(`photos/images/${file_name}`),
    truth: coco.annotations.filter(({ image_id }) => image_id === id).map((
      { category_id, bbox: [x, y, w, h], iscrowd },
    ) => ({
      name: byId.get(category_id) ?? "?",
      box: [x, y, x + w, y + h],
      crowd: iscrowd === 1,
    })),
  }));
  return { photos, names: coco.categories.map(({ name }) => name) };
}

type Coco = {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly [number, number, number, number];
    readonly iscrowd: number;
  }[];
};

export const referenceModels: Readonly<Record<"yolox-nano" | "nanodet-m" | "deimv2-atto", ReferenceModel>> = {
  "yolox-nano": {
    file: "models/yolox_nano_416_coco80.onnx",
    minScore: 0.3,
    iou: 0.45,
    width: 416,
    height: 416,
    letterbox: true,
    planes: [2, 1, 0].map((channel) => ({ channel, value: (level) => level })),
    feeds: (data) => ({ images: { type: "float32", shape: [1, 3, 416, 416], data } }),
    read: readYolox,
  },
  "nanodet-m": {
    file: "models/nanodet_m_416.onnx",
    minScore: 0.35,
    iou: 0.5,
    width: 416,
    height: 416,
    letterbox: false,
    planes: [
      { channel: 2, value: (level) => (level - 103.53) / 57.375 },
      { channel: 1, value: (level) => (level - 116.28) / 57.12 },
      { channel: 0, value: (level) => (level - 123.675) / 58.395 },
    ],
    feeds: (data) => ({ "input.1": { type: "float32", shape: [1, 3, 416, 416], data } }),
    read: readNanodet,
  },
  "deimv2-atto": {
    file: "models/deimv2_atto_coco.onnx",
    minScore: 0.35,
    iou: 0.8,
    width: 320,
    height: 320,
    letterbox: false,
    planes: [0, 1, 2].map((channel) => ({ channel, value: (level) => level / 255 })),
    feeds: (data) => ({
      images: { type: "float32", shape: [1, 3, 320, 320], data },
      orig_target_sizes: { type: "int64", shape: [1, 2], data: BigInt64Array.of(320n, 320n) },
    }),
    read: readDetr,
  },
};

function readYolox({ output }: Outputs, names: readonly string[]): readonly Thing[] {
  const at = (row: number, column: number) => Number(output?.data[row * 85 + column]);
  const things: Thing[] = [];
  let row = 0;
  for (const stride of [8, 16, 32]) {
    for (let y = 0; y < 416 / stride; y++) {
      for (let x = 0; x < 416 / stride; x++, row++) {
        const [cx, cy] = [(x + at(row, 0)) * stride, (y + at(row, 1)) * stride];
        const [w, h] = [Math.exp(at(row, 2)) * stride, Math.exp(at(row, 3)) * stride];
        const scores = names.map((_, index) => at(row, 4) * at(row, 5 + index));
        things.push(thingOf(names, scores, [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2]));
      }
    }
  }
  return things;
}

function readNanodet(outputs: Outputs, names: readonly string[]): readonly Thing[] {
  const things: Thing[] = [];
  for (const stride of [8, 16, 32]) {
    const classes = outputs[`cls_pred_stride_${stride}`]?.data ?? [];
    const sides = outputs[`dis_pred_stride_${stride}`]?.data ?? [];
    const across = 416 / stride;
    for (let place = 0; place < across * across; place++) {
      const scores = names.map((_, index) => Number(classes[place * 80 + index]));
      const reach = [0, 1, 2, 3].map((side) => {
        const weights = [0, 1, 2, 3, 4, 5, 6, 7].map((bin) => Math.exp(Number(sides[place * 32 + side * 8 + bin])));
        const sum = weights.reduce((left, right) => left + right);
        return weights.reduce((mean, weight, bin) => mean + bin * weight / sum, 0) * stride;
      });
      const [x, y] = [(place % across + 0.5) * stride, (Math.floor(place / across) + 0.5) * stride];
      const [left = 0, top = 0, right = 0, bottom = 0] = reach;
      things.push(thingOf(names, scores, [x - left, y - top, x + right, y + bottom]));
    }
  }
  return things;
}

function readDetr({ labels, boxes, scores }: Outputs, names: readonly string[]): readonly Thing[] {
  return Array.from({ length: scores?.data.length ?? 0 }, (_, row) => ({
    name: names[Number(labels?.data[row])] ?? "?",
    score: Number(scores?.data[row]),
    box: [0, 1, 2, 3].map((side) => Number(boxes?.data[row * 4 + side])),
  }));
}

function thingOf(names: readonly string[], scores: readonly number[], box: readonly number[]): Thing {
  const score = Math.max(...scores);
  return { name: names[scores.indexOf(score)] ?? "?", score, box };
}

/** What a model finds on a photograph, given the runtime: best first, each once. */
export async function referenceThings(
  model: ReferenceModel,
  file: string,
  names: readonly string[],
  run: (feeds: Readonly<Record<string, ReferenceTensor>>) => Promise<Outputs>,
  resampling: Resampling,
): Promise<readonly Thing[]> {
  const { width = 0, height = 0 } = await sharp(Deno.readFileSync(file)).metadata();
  const scale = Math.min(model.width / width, model.height / height);
  const inner = model.letterbox
    ? { width: Math.round(width * scale), height: Math.round(height * scale) }
    : { width: model.width, height: model.height };
  const pixels = await resampled(file, inner.width, inner.height, resampling);
  const found = model.read(await run(model.feeds(planesOf(model, pixels))), names);
  const things = found.filter(({ score }) => score >= model.minScore).map((thing) => ({
    ...thing,
    box: thing.box.map((value, side) => side % 2 === 0 ? value * width / inner.width : value * height / inner.height)
      .map((value, side) => Math.min(Math.max(value, 0), side % 2 === 0 ? width : height)),
  }));
  return suppressed(things, model.iou);
}

function planesOf({ width, height, planes }: ReferenceModel, pixels: Pixels): Float32Array {
  const data = new Float32Array(3 * width * height);
  planes.forEach(({ channel, value }, plane) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = x < pixels.width && y < pixels.height;
        const level = inside ? pixels.data[(y * pixels.width + x) * 3 + channel] ?? 0 : 114;
        data[(plane * height + y) * width + x] = value(level);
      }
    }
  });
  return data;
}

async function resampled(file: string, width: number, height: number, resampling: Resampling): Promise<Pixels> {
  if (resampling === "points") {
    return betweenPoints(await raw(sharp(Deno.readFileSync(file), { ignoreIcc: true })), width, height);
  }
  const [speed, kernel] = resampling.split(" ");
  const decoded = speed === "fast" ? undefined : await raw(sharp(Deno.readFileSync(file), { ignoreIcc: true }));
  const source = decoded === undefined
    ? sharp(Deno.readFileSync(file), { ignoreIcc: true })
    : sharp(decoded.data, { raw: { width: decoded.width, height: decoded.height, channels: 3 } });
  // The texts of `Resampling` end in names of sharp's kernels.
  return await raw(source.resize(width, height, { fit: "fill", kernel: kernel as "linear" }));
}

async function raw(source: Sharp): Promise<Pixels> {
  const { data, info } = await source.toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function betweenPoints({ width, height, data }: Pixels, toWidth: number, toHeight: number): Pixels {
  const out = new Uint8Array(toWidth * toHeight * 3);
  const at = (x: number, y: number, channel: number) => {
    const [column, row] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
    return data[(row * width + column) * 3 + channel] ?? 0;
  };
  for (let y = 0; y < toHeight; y++) {
    const fromY = (y + 0.5) * height / toHeight - 0.5;
    for (let x = 0; x < toWidth; x++) {
      const fromX = (x + 0.5) * width / toWidth - 0.5;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, bottom] = [fromX - left, fromY - top];
      for (let channel = 0; channel < 3; channel++) {
        const above = at(left, top, channel) * (1 - right) + at(left + 1, top, channel) * right;
        const below = at(left, top + 1, channel) * (1 - right) + at(left + 1, top + 1, channel) * right;
        out[(y * toWidth + x) * 3 + channel] = Math.round(above * (1 - bottom) + below * bottom);
      }
    }
  }
  return { width: toWidth, height: toHeight, data: out };
}

/** Best first; what shares more than `iou` with a better one of its name is left out. */
export function suppressed(things: readonly Thing[], iou: number): readonly Thing[] {
  const kept: Thing[] = [];
  for (const thing of [...things].sort((left, right) => right.score - left.score)) {
    if (!kept.some(({ name, box }) => name === thing.name && overlap(box, thing.box) > iou)) kept.push(thing);
  }
  return kept;
}

/** Intersection over union of two boxes of corners. */
export function overlap(left: readonly number[], right: readonly number[]): number {
  const [a = 0, b = 0, c = 0, d = 0] = left;
  const [e = 0, f = 0, g = 0, h = 0] = right;
  const shared = Math.max(0, Math.min(c, g) - Math.max(a, e)) * Math.max(0, Math.min(d, h) - Math.max(b, f));
  return shared === 0 ? 0 : shared / ((c - a) * (d - b) + (g - e) * (h - f) - shared);
}
