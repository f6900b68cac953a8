import {
  classList,
  type DatasetView,
  defineExport,
  type Detection,
  detectionsOf,
  encodingOf,
  type ExportHost,
  fileNameOf,
  type FinishedItem,
  idOf,
  InputError,
  labelNotes,
  labelsOf,
  notedLabels,
  pictureExtensions,
  pictureOptions,
  type Size,
  sizeOf,
  splitOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const folders = ["train", "val", "test"] as const;
type Folder = typeof folders[number];

const options = z.strictObject({
  ...pictureOptions,
  labels: z.array(z.string().min(1)).min(1).optional().describe(
    "Classes in the order of their numbers; by default what the models of the pipeline know, in their order. Other " +
      "labels follow by name, and what had a number in the version before keeps it",
  ),
  splits: z.record(z.string().min(1), z.enum(folders)).default({}).describe(
    "Where splits of other names go, `{ holdout: test }`. Without being told: `train` and `training`, `val`, `valid` " +
      "and `validation`, `test` and `testing`; images without a split are for training",
  ),
  missing_val: z.enum(["test", "train"]).default("test").describe(
    "What `data.yaml` names as `val` where no image is in it, since readers need one. With `test`, training picks its " +
      "best state by the test images, so figures on them flatter; without test images it is always `train`",
  ),
});
type Options = z.output<typeof options>;

const knownSplits: Readonly<Record<string, Folder>> = {
  train: "train",
  training: "train",
  val: "val",
  valid: "val",
  validation: "val",
  test: "test",
  testing: "test",
};
/** Ultralytics leaves out pictures with a shorter side, in pixels. */
const leastSide = 10;

type Survey = { readonly used: ReadonlySet<Folder>; readonly labels: readonly string[] };

/** A data set for YOLO training: pictures, a text file of boxes for each, and `data.yaml`. An image without boxes has an
 *  empty text file, which tells readers that it shows nothing. Classes keep their numbers from version to version. */
export default defineExport({
  name: "yolo",
  version: 1,
  summary: "Writes pictures, YOLO label files and data.yaml",
  history: true,
  options,
  open: (options, host) => ({
    pictures: encodingOf(options),
    async write(dataset, tree, signal) {
      const survey = await surveyOf(dataset, options, host, signal);
      await host.note(labelNotes(survey.labels));
      await writeItems(dataset, options, survey, tree, signal);
      await tree.text("data.yaml", dataFile(survey, options));
    },
  }),
});

async function surveyOf(
  dataset: DatasetView,
  options: Options,
  host: ExportHost,
  signal: AbortSignal,
): Promise<Survey> {
  const used = new Set<Folder>();
  const seen = new Set<string>();
  let tooSmall = 0;
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    used.add(folderOf(item, options));
    for (const { label } of detectionsOf(item)) seen.add(label);
    const { width, height } = sizeOf(item.image);
    if (Math.min(width, height) < leastSide) tooSmall++;
  }
  if (tooSmall > 0) {
    host.log(`Pictures with a side below ${leastSide} pixels, which Ultralytics leaves out: ${tooSmall}`);
  }
  const declared = options.labels ?? labelsOf(dataset.provenance);
  return { used, labels: classList(await notedLabels(host), declared, seen) };
}

function folderOf(item: FinishedItem, { splits }: Options): Folder {
  const split = splitOf(item);
  if (split === undefined) return "train";
  const told = Object.hasOwn(splits, split) ? splits[split] : undefined;
  const folder = told ?? (Object.hasOwn(knownSplits, split) ? knownSplits[split] : undefined);
  if (folder !== undefined) return folder;
  throw new InputError(
    `Cannot export "${idOf(item)}" to YOLO: its split "${split}" is none of ${folders.join(", ")}; the option ` +
      "`splits` says where it goes",
  );
}

async function writeItems(
  dataset: DatasetView,
  options: Options,
  { labels }: Survey,
  tree: Tree,
  signal: AbortSignal,
): Promise<void> {
  const classes = new Map(labels.map((label, index) => [label, index]));
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const folder = folderOf(item, options);
    await tree.picture(`images/${folder}/${fileNameOf(item, pictureExtensions[options.format])}`, item);
    await tree.text(`labels/${folder}/${labelFileOf(item, options)}`, labelLines(item, classes));
  }
}

/** Readers look for the name of the picture with another extension. */
function labelFileOf(item: FinishedItem, { format }: Options): string {
  const extension = pictureExtensions[format];
  return `${fileNameOf(item, extension).slice(0, -extension.length)}txt`;
}

/** A line a box; equal ones once, as readers take them. */
function labelLines(item: FinishedItem, classes: ReadonlyMap<string, number>): string {
  const size = sizeOf(item.image);
  const lines = detectionsOf(item).map((detection) => labelLine(detection, size, classes));
  return [...new Set(lines)].map((line) => `${line}\n`).join("");
}

/** Class, centre, width and height in shares of the picture. */
function labelLine({ label, box }: Detection, { width, height }: Size, classes: ReadonlyMap<string, number>): string {
  const [x, across] = span(box[0], box[2], width);
  const [y, down] = span(box[1], box[3], height);
  return [classes.get(label), x, y, across, down].join(" ");
}

const million = 1_000_000;

/** Centre and length with six decimals: the length is above 0, and both ends are within the picture also as written. */
function span(start: number, length: number, whole: number): readonly [string, string] {
  const center = Math.round((start + length / 2) / whole * million);
  const inside = Math.min(Math.max(center, 1), million - 1);
  const wide = Math.round(length / whole * million);
  const most = 2 * Math.min(inside, million - inside);
  return [sixDecimals(inside), sixDecimals(Math.max(1, Math.min(wide, most)))];
}

function sixDecimals(millionths: number): string {
  return (millionths / million).toFixed(6);
}

/** Neither `path`, which readers look for elsewhere when it is relative, nor `download`, which they carry out. */
function dataFile({ used, labels }: Survey, { missing_val }: Options): string {
  const fallback = missing_val === "test" && used.has("test") ? "test" : "train";
  const train = folders.find((folder) => used.has(folder)) ?? "train";
  const val = used.has("val") ? "val" : used.has(fallback) ? fallback : train;
  const test = used.has("test") ? "test: images/test\n" : "";
  const names = labels.map((label, index) => `  ${index}: ${quoted(label)}\n`).join("");
  return `train: images/${train}\nval: images/${val}\n${test}names:${names === "" ? " {}" : ""}\n${names}`;
}

/** YAML reads JSON, but not the characters that it calls unprintable. */
function quoted(text: string): string {
  const unprintable = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;
  return JSON.stringify(text.toWellFormed()).replace(
    unprintable,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
