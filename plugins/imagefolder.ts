import {
  canonicalJson,
  cellOf,
  classList,
  createColumnSurvey,
  type DatasetView,
  defineExport,
  type Detection,
  detectionsOf,
  editsText,
  encodingOf,
  type ExportHost,
  type FactColumn,
  fileNameOf,
  type FinishedItem,
  folderNameOf,
  inPieces,
  InputError,
  labelNotes,
  labelsOf,
  markdownTable,
  markdownText,
  notedLabels,
  pictureExtensions,
  pictureOptions,
  sizeOf,
  splitOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject(pictureOptions);

type Survey = {
  /** Pictures by folder. */
  readonly folders: ReadonlyMap<string, number>;
  readonly columns: readonly FactColumn[];
  /** Labels of boxes: an index into them is a category. */
  readonly labels: readonly string[];
  /** Whether boxes have scores. */
  readonly scored: boolean;
  /** True when boxes must be written as text: see `FactColumn.sparse`. */
  readonly sparseBoxes: boolean;
};

const mostFolders = 50;
/** A folder that `load_dataset("imagefolder", data_dir=…)` of Hugging Face reads, one folder a split. */
export default defineExport({
  name: "imagefolder",
  version: 2,
  summary: "Writes a Hugging Face image folder: pictures and metadata.jsonl, one folder a split",
  history: true,
  options,
  open: (given, host) => ({
    pictures: encodingOf(given),
    async write(dataset, tree, signal) {
      const extension = pictureExtensions[given.format];
      const survey = await surveyOf(dataset, host, extension, tree, signal);
      await host.note(labelNotes(survey.labels));
      for (const folder of survey.folders.keys()) {
        const lines = metadataLines(dataset, folder, survey, extension, signal);
        await tree.stream(`${folder}/metadata.jsonl`, inPieces(lines));
      }
      await tree.text("README.md", readme(dataset, survey));
    },
  }),
});

/** One pass that publishes the pictures and finds folders, columns and labels. */
async function surveyOf(
  dataset: DatasetView,
  host: ExportHost,
  extension: string,
  tree: Tree,
  signal: AbortSignal,
): Promise<Survey> {
  const folders = new Map<string, number>();
  const facts = createColumnSurvey();
  const boxes = createColumnSurvey();
  const seen = new Set<string>();
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const folder = folderOf(item);
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
    if (folders.size > mostFolders) throw tooManySplits();
    facts.add(folder, item.facts);
    const detections = detectionsOf(item);
    for (const { label } of detections) seen.add(label);
    boxes.add(folder, listsOf(detections));
    await tree.picture(`${folder}/${fileNameOf(item, extension)}`, item);
  }
  return {
    folders: new Map([...folders].sort(([left], [right]) => left < right ? -1 : 1)),
    columns: facts.columns(),
    labels: classList(await notedLabels(host), labelsOf(dataset.provenance), seen),
    scored: boxes.columns().some(({ fact }) => fact === "scores"),
    sparseBoxes: seen.size === 0 || boxes.columns().some(({ sparse }) => sparse),
  };
}

/** The lists of `objects` that are not empty, as facts. */
function listsOf(detections: readonly Detection[]): { boxes?: 1; scores?: 1 } {
  if (detections.length === 0) return {};
  return detections.some(({ score }) => score !== undefined) ? { boxes: 1, scores: 1 } : { boxes: 1 };
}

function tooManySplits(): InputError {
  return new InputError(`Cannot export an image folder: the fact "split" has more than ${mostFolders} values`);
}

/** Hugging Face calls the second split `validation`. */
function folderOf(item: FinishedItem): string {
  const split = splitOf(item);
  if (split === undefined) return "data";
  return split === "val" ? "validation" : folderNameOf(split);
}

async function* metadataLines(
  dataset: DatasetView,
  folder: string,
  survey: Survey,
  extension: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const categories = new Map(survey.labels.map((label, index) => [label, index]));
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    if (folderOf(item) !== folder) continue;
    const { width, height } = sizeOf(item.image);
    const fixed = [
      member("file_name", fileNameOf(item, extension)),
      member("split", splitOf(item) ?? ""),
      member("source", item.key),
      member("width", width),
      member("height", height),
      member("edits", editsText(item.image)),
    ];
    const facts = survey.columns.map((column) => `${JSON.stringify(column.name)}:${factText(column, item)}`);
    const objects = survey.labels.length === 0 ? [] : [`"objects":${objectsText(item, categories, survey)}`];
    yield `{${[...fixed, ...facts, ...objects].join(",")}}\n`;
  }
}

function member(name: string, value: string | number): string {
  return `${JSON.stringify(name)}:${canonicalJson(value)}`;
}

/** Readers tell types from the start of each file and refuse splits that differ. So a column that would hold nothing
 *  but nulls there is written as text, and decimals have a point also where they are whole. */
function factText(column: FactColumn, item: FinishedItem): string {
  const value = cellOf(column, item);
  if (column.sparse) return JSON.stringify(value === undefined ? "" : String(value));
  if (value === undefined) return "null";
  return column.type === "decimal" ? decimal(Number(value)) : JSON.stringify(value);
}

function decimal(value: number | null): string {
  const text = JSON.stringify(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function objectsText(item: FinishedItem, categories: ReadonlyMap<string, number>, survey: Survey): string {
  const detections = detectionsOf(item);
  const lists = [
    `"bbox":${listText(detections, ({ box }) => listText(box, decimal))}`,
    `"categories":${listText(detections, ({ label }) => String(categories.get(label) ?? -1))}`,
  ];
  if (survey.scored) lists.push(`"scores":${listText(detections, ({ score }) => decimal(score ?? null))}`);
  const text = `{${lists.join(",")}}`;
  return survey.sparseBoxes ? JSON.stringify(text) : text;
}

function listText<T>(values: readonly T[], textOf: (value: T) => string): string {
  return `[${values.map((value) => textOf(value)).join(",")}]`;
}

/** Names the splits outright: left to themselves, readers guess them from words in folder and file names. */
function readme({ name }: DatasetView, { folders, labels }: Survey): string {
  const files = [...folders.keys()].map((folder) =>
    `  - split: ${splitName(folder, folders)}\n    path: ${folder}/**\n`
  );
  const configs = files.length === 0 ? "" : `configs:\n- config_name: default\n  data_files:\n${files.join("")}`;
  const counts = [...folders].map(([folder, count]) => [splitName(folder, folders), `\`${folder}/\``, String(count)]);
  const classes = labels.length === 0
    ? ""
    : `\nCategories of \`objects\`:\n\n${markdownTable(["number", "label"], labelRows(labels), [0])}`;
  return `---
${configs}---

# ${markdownText(name)}

${markdownTable(["split", "folder", "pictures"], counts, [2])}
Every line of a \`metadata.jsonl\` describes one picture: its file, split, source, size and edits, then its facts.
${classes}`;
}

function labelRows(labels: readonly string[]): string[][] {
  return labels.map((label, index) => [String(index), markdownText(label)]);
}

/** Without splits, everything is for training, as readers have it. */
function splitName(folder: string, folders: ReadonlyMap<string, number>): string {
  if (folder !== "data") return folder;
  return folders.size === 1 ? "train" : "unsplit";
}
