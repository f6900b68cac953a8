import {
  cellOf,
  createColumnSurvey,
  csvLine,
  type DatasetView,
  defineExport,
  detectionsOf,
  editsText,
  encodingOf,
  type FactColumn,
  fileNameOf,
  type FinishedItem,
  fixedColumns,
  inPieces,
  isSearched,
  labelCounts,
  pictureExtensions,
  pictureOptions,
  sizeOf,
  splitOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject(pictureOptions);

type Survey = {
  readonly columns: readonly FactColumn[];
  /** Whether something looked for objects in any picture. */
  readonly searched: boolean;
};

/** One table of all pictures (RFC 4180), with the pictures it names, and one of all boxes in them where objects were
 *  looked for. Cells hold values exactly as they are, also those that begin with `=` or `-`: a changed one would no
 *  longer name its source. Whoever opens the table in a spreadsheet imports it as text. */
export default defineExport({
  name: "csv",
  version: 2,
  summary: "Writes pictures, metadata.csv with one line a picture, and detections.csv with one line a box",
  options,
  open: (given) => ({
    pictures: encodingOf(given),
    async write(dataset, tree, signal) {
      const survey = await surveyOf(dataset, signal);
      const extension = pictureExtensions[given.format];
      const lines = metadataLines(dataset, survey, extension, tree, signal);
      await tree.stream("metadata.csv", inPieces(lines));
      if (survey.searched) await tree.stream("detections.csv", inPieces(boxLines(dataset, extension, signal)));
    },
  }),
});

async function surveyOf(dataset: DatasetView, signal: AbortSignal): Promise<Survey> {
  const survey = createColumnSurvey();
  let searched = false;
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    survey.add("metadata", item.facts);
    searched ||= isSearched(item);
  }
  return { columns: survey.columns(), searched };
}

/** The header and a line an item; publishes each picture as its line is written. */
async function* metadataLines(
  dataset: DatasetView,
  { columns, searched }: Survey,
  extension: string,
  tree: Tree,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield csvLine([...fixedColumns, ...columns.map(({ name }) => name), ...(searched ? ["detections", "detected"] : [])]);
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const path = pathOf(item, extension);
    const { width, height } = sizeOf(item.image);
    await tree.picture(path, item);
    const fixed = [path, splitOf(item), item.key, width, height, editsText(item.image)];
    const found = searched ? foundCells(item) : [];
    yield csvLine([...fixed, ...columns.map((column) => cellOf(column, item)), ...found]);
  }
}

function pathOf(item: FinishedItem, extension: string): string {
  return `images/${fileNameOf(item, extension)}`;
}

/** How many boxes there are, and of what: `rider 2; motorbike 1`. Empty where nothing was looked for. */
function foundCells(item: FinishedItem): readonly (string | number | undefined)[] {
  if (!isSearched(item)) return [undefined, undefined];
  const detections = detectionsOf(item);
  const counts = labelCounts(detections).map(([label, count]) => `${label} ${count}`);
  return [detections.length, counts.join("; ")];
}

/** The header and a line a box, in pixels of the picture. */
async function* boxLines(dataset: DatasetView, extension: string, signal: AbortSignal): AsyncGenerator<string> {
  yield csvLine(["file_name", "label", "score", "x", "y", "width", "height"]);
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const path = pathOf(item, extension);
    for (const { label, score, box } of detectionsOf(item)) yield csvLine([path, label, score, ...box]);
  }
}
