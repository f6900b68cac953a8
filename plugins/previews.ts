import {
  classList,
  type ContactSheet,
  type DatasetView,
  defineExport,
  detectionsOf,
  drawContactSheet,
  drawPreview,
  type ExportHost,
  fileNameOf,
  type FinishedItem,
  idOf,
  ItemError,
  type LabelColors,
  labelColors,
  labelsOf,
  type SheetCell,
  sizeOf,
  splitOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const many = z.int().min(1).max(12);
const options = z.strictObject({
  edge: z.int().min(64).max(4096).default(960).describe("Longer side of the pictures at most, in pixels"),
  most: z.int().min(1).nullable().default(200).describe(
    "How many images are drawn at most, spread evenly over the dataset and its splits; `null` draws all",
  ),
  sheet: z.union([z.literal(false), z.strictObject({ columns: many.default(5), rows: many.default(4) })])
    .default({ columns: 5, rows: 4 })
    .describe("How many pictures a contact sheet holds, `{ columns, rows }`; `false` makes none"),
  empty: z.boolean().default(true).describe("Whether images without detections are drawn too"),
});
type Options = z.output<typeof options>;

/** `counts` by split are of the items that may be drawn. */
type Survey = { readonly counts: ReadonlyMap<string, number>; readonly colors: LabelColors };

type Drawn = { readonly item: FinishedItem; readonly picture: Uint8Array | undefined; readonly cell: SheetCell };

/** Smaller pictures are enlarged up to here, so that there is room for labels. Longer side in pixels. */
const smallEdge = 480;
const atOnce = 4;

/** What was found, drawn into the pictures, to be looked at: one JPEG an item, and contact sheets of many. */
export default defineExport({
  name: "previews",
  version: 1,
  summary: "Draws boxes, labels and scores into pictures, and contact sheets of them",
  options,
  open: (options, host) => ({
    async write(dataset, tree, signal) {
      const survey = await surveyOf(dataset, options, signal);
      const sheets = createSheets(dataset, options, survey, tree);
      for await (const { item, picture, cell } of drawn(dataset, options, survey, host, signal)) {
        if (picture !== undefined) await tree.bytes(`pictures/${fileNameOf(item, "jpg")}`, picture);
        await sheets.add(cell);
      }
      await sheets.end();
    },
  }),
});

async function surveyOf(dataset: DatasetView, options: Options, signal: AbortSignal): Promise<Survey> {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    for (const { label } of detectionsOf(item)) seen.add(label);
    if (!isWanted(item, options)) continue;
    const split = splitOf(item) ?? "";
    counts.set(split, (counts.get(split) ?? 0) + 1);
  }
  const declared = labelsOf(dataset.provenance).filter((label) => seen.has(label));
  return { counts, colors: labelColors(classList([], declared, seen)) };
}

function isWanted(item: FinishedItem, { empty }: Options): boolean {
  return empty || detectionsOf(item).length > 0;
}

/** The chosen items with their pictures, in item order, a few of them drawn at once. */
async function* drawn(
  dataset: DatasetView,
  options: Options,
  { counts, colors }: Survey,
  host: ExportHost,
  signal: AbortSignal,
): AsyncGenerator<Drawn> {
  const isChosen = createChoice(counts, options.most ?? Infinity);
  let some: Promise<Drawn>[] = [];
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    if (!isWanted(item, options) || !isChosen(splitOf(item) ?? "")) continue;
    some.push(drawnItem(dataset, item, options, colors, host));
    if (some.length < atOnce) continue;
    yield* await Promise.all(some);
    some = [];
  }
  yield* await Promise.all(some);
}

/** Asked for one item after the other, it says which are drawn: of each split one at least and beyond that its share,
 *  at even distances. */
function createChoice(counts: ReadonlyMap<string, number>, most: number): (split: string) => boolean {
  const all = sumOf(counts);
  const bySplit = counts.size <= most;
  const groups = bySplit ? counts : new Map([["", all]]);
  const share = Math.max(0, most - groups.size) / Math.max(1, all - groups.size);
  const met = new Map<string, number>();
  return (split) => {
    if (most >= all) return true;
    const group = bySplit ? split : "";
    const count = groups.get(group) ?? 0;
    const quota = 1 + Math.floor((count - 1) * share);
    const before = met.get(group) ?? 0;
    met.set(group, before + 1);
    return Math.floor((before + 1) * quota / count) > Math.floor(before * quota / count);
  };
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

async function drawnItem(
  dataset: DatasetView,
  item: FinishedItem,
  { edge }: Options,
  colors: LabelColors,
  host: ExportHost,
): Promise<Drawn> {
  const detections = detectionsOf(item);
  const size = sizeOf(item.image);
  const split = splitOf(item);
  const cell = { name: idOf(item), size, detections, ...(split === undefined ? {} : { split }) };
  try {
    const jpeg = await dataset.thumbnail(item.image, edge);
    const picture = await drawPreview(jpeg, size, detections, { colors, enlargeTo: Math.min(smallEdge, edge) });
    return { item, picture, cell: { ...cell, jpeg } };
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) throw thrown;
    host.log(`"${idOf(item)}" has no preview: ${thrown.message}`);
    return { item, picture: undefined, cell };
  }
}

/** Collects cells and writes a sheet when it is full. */
function createSheets(dataset: DatasetView, { sheet, most }: Options, { counts, colors }: Survey, tree: Tree) {
  const all = sumOf(counts);
  let cells: SheetCell[] = [];
  let shown = 0;
  let number = 0;
  const end = async () => {
    if (sheet === false || cells.length === 0) return;
    const from = shown + 1;
    shown += cells.length;
    number++;
    const chosen = most === null || most >= all ? "" : `, ${most} of them spread over the dataset`;
    const subtitle = `Pictures ${from} to ${shown} of ${all}${chosen}`;
    const page: ContactSheet = { title: dataset.name, subtitle, columns: sheet.columns, cells };
    await tree.bytes(`sheet_${String(number).padStart(2, "0")}.jpg`, await drawContactSheet(page, colors));
    cells = [];
  };
  const add = async (cell: SheetCell) => {
    if (sheet === false) return;
    cells.push(cell);
    if (cells.length === sheet.columns * sheet.rows) await end();
  };
  return { add, end };
}
