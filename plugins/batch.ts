import {
  type BlobRef,
  canonicalJson,
  createStacker,
  createTaker,
  csvLine,
  type DatasetView,
  defineExport,
  digestOf,
  digestOfJson,
  edited,
  type ExportHost,
  type FinishedItem,
  idOf,
  type Image,
  inPieces,
  InputError,
  ItemError,
  npyFile,
  npyTypes,
  type Raster,
  resizeEdits,
  resizeFilters,
  sizeOf,
  type StackedNumbers,
  type Taker,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const side = z.int().min(1).max(4096);
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** Of the numbers of one batch; as much again is in the file that is made of them. */
const mostBytes = 512 * 1024 * 1024;

const options = z.strictObject({
  size: z.tuple([side, side]).default([64, 64]).describe("Width and height of the images in a batch"),
  batch_size: z.int().min(1).max(65_536).default(32).describe("Images in a batch; the last one may hold fewer"),
  last: z.enum(["shorter", "pad"]).default("shorter").describe(
    "What becomes of the last batch: `shorter` holds what is left, `pad` is filled up with zeros",
  ),
  fit: z.enum(["fill", "cover", "pad"]).default("fill").describe(
    "How an image meets the size: `fill` stretches, `cover` fills and cuts, `pad` fits and adds a border",
  ),
  pad: z.int().min(0).max(255).default(0).describe("Grey level of that border, 0 to 255"),
  filter: z.enum(resizeFilters).default("linear").describe("How pixels are weighed when an image is scaled"),
  order: z.enum(["nchw", "nhwc"]).default("nchw").describe(
    "Order of the dimensions: `nchw` is images, channels, rows, columns; `nhwc` has the channels last",
  ),
  color: z.enum(["rgb", "bgr"]).default("rgb").describe("Order of the channels"),
  dtype: z.enum(npyTypes).default("float32").describe("Type of the numbers; `uint8` takes pixels as they are"),
  scale: z.number().positive().optional().describe(
    "What pixels of 0 to 255 are multiplied by; 1/255 when absent, and 1 for `uint8`",
  ),
  mean: triple.default([0, 0, 0]).describe("What is then taken off, for each channel in the order of `color`"),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).default([1, 1, 1])
    .describe("What is then divided by, for each channel"),
  json: z.boolean().default(false).describe("Whether each batch is written as JSON, too, with the ids of its images"),
});
type Options = z.output<typeof options>;

/** Stacks images into arrays that a model can take: `000001.npy` and so on, and `index.csv`, which says where each image
 *  is. Batches are cut by count in the order of ids, since whoever reads them wants equal shapes: an image more changes the
 *  batches from there on, one behind all others only the last. A batch whose images are those of the parent version is
 *  linked, not made again. Images without pixels are left out, and the index says why. */
export default defineExport({
  name: "batch",
  version: 1,
  summary: "Writes images as NumPy arrays of equal size, a file for each batch",
  options,
  history: true,
  open(asked, host) {
    checkOptions(asked);
    return {
      async write(dataset, tree, signal) {
        await tree.text("format.json", formatText(asked));
        const notes: string[] = [];
        await tree.stream("index.csv", inPieces(indexLines(asked, host, dataset, tree, notes, signal)));
        await host.note(notes);
      },
    };
  },
});

function checkOptions({ dtype, scale, mean, std, batch_size, size: [width, height] }: Options): void {
  const isPlain = [scale ?? 1, ...std].every((each) => each === 1) && mean.every((each) => each === 0);
  if (dtype === "uint8" && !isPlain) {
    throw new InputError(
      "Cannot write batches of uint8 with `scale`, `mean` or `std`: write float32, or leave them out",
    );
  }
  const bytes = 3 * width * height * batch_size * (dtype === "uint8" ? 1 : 4);
  if (bytes <= mostBytes) return;
  throw new InputError(`Cannot write batches of ${batch_size} images of ${width} x ${height}: one is ${bytes} bytes`);
}

/** For whoever reads the arrays. */
function formatText(asked: Options): string {
  const { size: [width, height], order, color, dtype, mean, std, fit, filter, batch_size } = asked;
  const shape = order === "nchw" ? ["images", 3, height, width] : ["images", height, width, 3];
  const numbers = { scale: scaleOf(asked), mean, std };
  return `${JSON.stringify({ shape, order, color, dtype, ...numbers, fit, filter, batch_size }, null, 2)}\n`;
}

function scaleOf({ scale, dtype }: Options): number {
  return scale ?? (dtype === "uint8" ? 1 : 1 / 255);
}

/** A batch as it is noted for the next version. `inputs`: digest of what decides it; `count`: the items that went into it,
 *  with those that `failed`, by their places among them. */
type Note = {
  readonly inputs: string;
  readonly count: number;
  readonly failed: readonly { readonly at: number; readonly error: string }[];
  readonly npy: BlobRef;
  readonly json?: BlobRef;
};

/** The lines of the index; writes each batch before its lines. */
async function* indexLines(
  asked: Options,
  host: ExportHost,
  dataset: DatasetView,
  tree: Tree,
  notes: string[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield csvLine(["id", "url", "batch", "row", "error"]);
  const items = createTaker(dataset.scan());
  const earlier = createTaker(host.history?.lines() ?? nothing());
  const make = createMaker(asked, dataset);
  let number = 0;
  while (await items.hasMore()) {
    signal.throwIfAborted();
    const name = String(number + 1).padStart(6, "0");
    const batch = await linked(earlier, items, make.key, tree, name) ?? await made(asked, items, make, tree, name);
    if (batch.note !== undefined) {
      notes.push(canonicalJson(batch.note));
      number++;
    }
    yield* linesOf(batch, batch.note === undefined ? "" : `${name}.npy`);
  }
}

/** `note` is absent when none of the items had pixels. */
type Batch = { readonly items: readonly FinishedItem[]; readonly failed: Failed; readonly note?: Note };

/** What is wrong with items, by their place. */
type Failed = ReadonlyMap<number, string>;

function* linesOf({ items, failed }: Batch, file: string): Generator<string> {
  let row = 0;
  for (const [at, item] of items.entries()) {
    const error = failed.get(at);
    yield csvLine([idOf(item), urlOf(item), ...(error === undefined ? [file, row++, ""] : ["", "", error])]);
  }
}

function urlOf({ facts: { url } }: FinishedItem): string {
  return typeof url === "string" ? url : "";
}

/** The batch that the parent version had at this place, when it was made of the same images. */
async function linked(
  earlier: Taker<string>,
  items: Taker<FinishedItem>,
  keyOf: Maker["key"],
  tree: Tree,
  name: string,
): Promise<Batch | undefined> {
  const [line] = await earlier.take(1);
  if (line === undefined) return undefined;
  const note: Note = JSON.parse(line); // a line that `note()` was given
  const taken = await items.take(note.count);
  if (keyOf(taken) !== note.inputs) {
    items.putBack(taken);
    return undefined;
  }
  await tree.blob(`${name}.npy`, note.npy);
  if (note.json !== undefined) await tree.blob(`${name}.json`, note.json);
  return { items: taken, failed: new Map(note.failed.map(({ at, error }) => [at, error])), note };
}

async function made(
  asked: Options,
  source: Taker<FinishedItem>,
  { key, pixels, stacked }: Maker,
  tree: Tree,
  name: string,
): Promise<Batch> {
  const items: FinishedItem[] = [];
  const rasters: Raster[] = [];
  const failed = new Map<number, string>();
  while (rasters.length < asked.batch_size) {
    const taken = await source.take(asked.batch_size - rasters.length);
    if (taken.length === 0) break;
    for (const [at, found] of (await pixels(taken)).entries()) {
      if (found instanceof ItemError) failed.set(items.length + at, `${found.code}: ${found.message}`);
      else rasters.push(found);
    }
    items.push(...taken);
  }
  if (rasters.length === 0) return { items, failed };
  const rows = asked.last === "pad" ? asked.batch_size : rasters.length;
  const { shape, data } = stacked(rasters, rows);
  const npy = await written(tree, `${name}.npy`, npyFile(asked.dtype, shape, data));
  const ids = items.filter((_, at) => !failed.has(at));
  const json = asked.json ? await written(tree, `${name}.json`, jsonFile(asked, shape, data, ids)) : undefined;
  const note = {
    inputs: key(items),
    count: items.length,
    failed: [...failed].map(([at, error]) => ({ at, error })),
    npy,
    ...(json === undefined ? {} : { json }),
  };
  return { items, failed, note };
}

async function written(tree: Tree, path: string, bytes: Uint8Array): Promise<BlobRef> {
  await tree.bytes(path, bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}

/** `data` is nested as the shape says, so that it becomes the same array elsewhere. */
function jsonFile({ dtype }: Options, shape: readonly number[], data: StackedNumbers, items: readonly FinishedItem[]) {
  const ids = items.map(idOf);
  const urls = items.map(urlOf);
  const head = JSON.stringify({ ids, ...(urls.some((url) => url !== "") ? { urls } : {}), dtype, shape });
  const nested = (level: number, from: number, length: number): string => {
    if (level === shape.length) return String(data[from]);
    const part = length / (shape[level] ?? 1);
    return `[${Array.from({ length: shape[level] ?? 0 }, (_, at) => nested(level + 1, from + at * part, part))}]`;
  };
  return new TextEncoder().encode(`${head.slice(0, -1)},"data":${nested(0, 0, data.length)}}\n`);
}

interface Maker {
  /** Digest of all that decides a batch of these items. */
  key(items: readonly FinishedItem[]): string;
  /** Pixels in the size of the batch, or why there are none. */
  pixels(items: readonly FinishedItem[]): Promise<readonly (Raster | ItemError)[]>;
  /** Rasters as one array of so many rows, zeros behind them. */
  readonly stacked: ReturnType<typeof createStacker>;
}

function createMaker(asked: Options, dataset: DatasetView): Maker {
  const { codec } = dataset.provenance;
  const [width, height] = asked.size;
  return {
    key(items) {
      const made = items.map((item) => ({ id: idOf(item), url: urlOf(item), image: item.image }));
      return digestOfJson({ codec, asked: canonicalJson(asked), items: digestOf(canonicalJson(made)) });
    },
    async pixels(items) {
      const found: (Raster | ItemError)[] = new Array(items.length);
      const open = items.entries();
      await Promise.all(Array.from({ length: atOnce() }, async () => {
        for (const [at, { image }] of open) found[at] = await rasterOf(dataset, sized(image, asked));
      }));
      return found;
    },
    stacked: createStacker({ ...asked, width, height, type: asked.dtype, scale: scaleOf(asked) }),
  };
}

/** Images decoded at once: while some wait for the disk, others use the cores. */
function atOnce(): number {
  return 2 * navigator.hardwareConcurrency;
}

async function rasterOf(dataset: DatasetView, image: Image): Promise<Raster | ItemError> {
  try {
    return await dataset.pixels(image, "model");
  } catch (thrown) {
    if (thrown instanceof ItemError) return thrown;
    throw thrown;
  }
}

function sized(image: Image, { size: [width, height], fit, filter, pad }: Options): Image {
  const edits = resizeEdits(sizeOf(image), { width, height }, fit, [pad, pad, pad]);
  return edited(image, ...edits.map((edit) => edit.op === "resize" ? { ...edit, filter } : edit));
}

async function* nothing(): AsyncGenerator<never> {}
