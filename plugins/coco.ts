import {
  classList,
  compareItems,
  type DatasetView,
  defineExport,
  type Detection,
  detectionsOf,
  digestOfJson,
  encodingOf,
  type ExportHost,
  fileNameOf,
  type FinishedItem,
  folderNameOf,
  inPieces,
  InputError,
  type JsonObject,
  labelsOf,
  pictureExtensions,
  pictureOptions,
  sizeOf,
  splitOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  ...pictureOptions,
  pictures: z.boolean().default(true).describe("`false` writes the annotations only"),
  labels: z.array(z.string().min(1)).min(1).optional().describe(
    "Categories in the order of their numbers; by default what the models of the pipeline know, in their order. Other " +
      "labels follow by name, and what had a number in the version before keeps it",
  ),
});

type Options = z.output<typeof options>;

/** An item with its numbers, which it keeps for as long as it is in the dataset. */
type Numbered = {
  readonly item: FinishedItem;
  readonly id: number;
  readonly boxes: readonly Detection[];
  /** Number of the first box; the others follow. */
  readonly firstBox: number;
  /** The next numbers to give out. */
  readonly free: FreeNumbers;
};

/** What the parent version noted: a line an item in item order, and a last line with the next free numbers and the
 *  categories. */
type NotedItem = {
  readonly key: string;
  readonly child: string;
  readonly id: number;
  readonly firstBox: number;
  readonly boxesDigest: string;
};
type FreeNumbers = { readonly id: number; readonly box: number };
type NotedEnd = FreeNumbers & { readonly labels?: readonly string[] };

type Survey = { readonly splits: readonly string[]; readonly categories: ReadonlyMap<string, number> };

/** Above this, a split is no split but a name of each item, and every one of them would cost a pass. */
const mostSplits = 50;

/** COCO annotations, one file a split, with numbers that stay the same from version to version. */
export default defineExport({
  name: "coco",
  version: 2,
  summary: "Writes pictures and COCO annotations, one file a split",
  history: true,
  options,
  open: (options, host) => ({
    ...(options.pictures ? { pictures: encodingOf(options) } : {}),
    async write(dataset, tree, signal) {
      const numbering = await createNumbering(dataset, host, signal);
      const declared = options.labels ?? labelsOf(dataset.provenance);
      const survey = await surveyOf(numbering, declared, options, host, tree);
      for (const split of survey.splits) {
        const pieces = inPieces(annotationFile(dataset.name, split, survey, options, numbering));
        await tree.stream(`annotations/instances_${split}.json`, pieces);
      }
    },
  }),
});

/** Walks items and the parent's notes together. Numbers of vanished items are not given out again. */
async function createNumbering(dataset: DatasetView, host: ExportHost, signal: AbortSignal) {
  const { labels = [], ...start } = await notedEnd(host);
  async function* scan(): AsyncGenerator<Numbered> {
    await using noted = notedItems(host);
    let free = start;
    let before = await noted.next();
    for await (const item of dataset.scan()) {
      signal.throwIfAborted();
      while (!before.done && compareItems(before.value, item) < 0) before = await noted.next();
      const known = !before.done && compareItems(before.value, item) === 0 ? before.value : undefined;
      const numbered = numberedItem(item, known, free);
      free = numbered.free;
      yield numbered;
    }
  }
  return { start, labels, scan };
}

function numberedItem(item: FinishedItem, known: NotedItem | undefined, free: FreeNumbers): Numbered {
  const boxes = detectionsOf(item);
  const sameBoxes = known !== undefined && known.boxesDigest === boxesDigest(boxes);
  return {
    item,
    boxes,
    id: known?.id ?? free.id,
    firstBox: sameBoxes ? known.firstBox : free.box,
    free: { id: free.id + (known === undefined ? 1 : 0), box: free.box + (sameBoxes ? 0 : boxes.length) },
  };
}

/** What tells boxes from those that were numbered before; empty without boxes. */
function boxesDigest(boxes: readonly Detection[]): string {
  return boxes.length === 0 ? "" : digestOfJson(boxes).slice(0, 16);
}

type Numbering = Awaited<ReturnType<typeof createNumbering>>;

async function notedEnd({ history }: ExportHost): Promise<NotedEnd> {
  let last: string | undefined;
  if (history !== undefined) { for await (const line of history.lines()) last = line; }
  return last === undefined ? { id: 1, box: 1 } : JSON.parse(last);
}

async function* notedItems({ history }: ExportHost): AsyncGenerator<NotedItem, undefined> {
  if (history === undefined) return;
  for await (const line of history.lines()) {
    const noted: NotedItem = JSON.parse(line);
    if (noted.key !== undefined) yield noted;
  }
}

/** One pass that notes all numbers, publishes the pictures and finds the splits and labels. */
async function surveyOf(
  numbering: Numbering,
  declared: readonly string[],
  options: Options,
  host: ExportHost,
  tree: Tree,
): Promise<Survey> {
  const splits = new Set<string>();
  const seen = new Set<string>();
  const categories = () => classList(numbering.labels, declared, seen);
  async function* lines() {
    let free = numbering.start;
    for await (const { item, id, boxes, firstBox, ...after } of numbering.scan()) {
      free = after.free;
      const split = folderOf(item);
      splits.add(split);
      if (splits.size > mostSplits) throw tooManySplits();
      for (const { label } of boxes) seen.add(label);
      if (options.pictures) await tree.picture(`images/${split}/${nameOf(item, options)}`, item);
      yield JSON.stringify({ key: item.key, child: item.child, id, firstBox, boxesDigest: boxesDigest(boxes) });
    }
    yield JSON.stringify({ ...free, labels: categories() });
  }
  await host.note(lines());
  return {
    splits: splits.size === 0 ? ["all"] : [...splits].sort(),
    categories: new Map(categories().map((label, index) => [label, index + 1])),
  };
}

function tooManySplits(): InputError {
  return new InputError(`Cannot export to COCO: the fact "split" has more than ${mostSplits} values`);
}

function folderOf(item: FinishedItem): string {
  const split = splitOf(item);
  return split === undefined ? "all" : folderNameOf(split);
}

function nameOf(item: FinishedItem, { format }: Options): string {
  return fileNameOf(item, pictureExtensions[format]);
}

/** Readers join `file_name` to the folder of the split's pictures, so it holds no folder. */
async function* annotationFile(
  name: string,
  split: string,
  { categories }: Survey,
  options: Options,
  numbering: Numbering,
): AsyncGenerator<string> {
  const info = { description: name, contributor: "Framewright" };
  yield `{"info":${JSON.stringify(info)},\n"licenses":[],\n"images":[`;
  yield* separated(imageLines(split, options, numbering));
  yield `],\n"annotations":[`;
  if (categories.size > 0) yield* separated(annotationLines(split, categories, numbering));
  const list = [...categories].map(([name, id]) => JSON.stringify({ id, name, supercategory: "" }));
  yield `],\n"categories":[${list.join(",\n")}]}\n`;
}

async function* imageLines(split: string, options: Options, numbering: Numbering): AsyncGenerator<JsonObject> {
  for await (const { item, id } of numbering.scan()) {
    if (folderOf(item) === split) yield { id, file_name: nameOf(item, options), ...sizeOf(item.image) };
  }
}

async function* annotationLines(split: string, categories: ReadonlyMap<string, number>, numbering: Numbering) {
  for await (const { item, id, boxes, firstBox } of numbering.scan()) {
    if (folderOf(item) === split) yield* boxes.map((detection, index) => annotation(detection, firstBox + index, id));
  }
  function annotation({ label, score, box }: Detection, id: number, image: number): JsonObject {
    const area = Math.round(box[2] * box[3] * 10_000) / 10_000;
    const category = categories.get(label);
    return { id, image_id: image, category_id: category, bbox: box, area, iscrowd: 0, segmentation: [], score };
  }
}

async function* separated(lines: AsyncIterable<JsonObject>): AsyncGenerator<string> {
  let first = true;
  for await (const line of lines) {
    yield `${first ? "\n" : ",\n"}${JSON.stringify(line)}`;
    first = false;
  }
}
