import {
  cellOf,
  createColumnSurvey,
  csvLine,
  type DatasetView,
  defineExport,
  editsText,
  type FactColumn,
  fileNameOf,
  fixedColumns,
  inPieces,
  pictureExtensions,
  pictureOptions,
  sizeOf,
  splitOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject(pictureOptions);

/** One table of all pictures (RFC 4180), with the pictures it names. Cells hold values exactly as they are, also those
 *  that begin with `=` or `-`: a changed one would no longer name its source. Whoever opens the table in a spreadsheet
 *  imports it as text. */
export default defineExport({
  name: "csv",
  version: 1,
  summary: "Writes pictures and metadata.csv, one line a picture",
  options,
  open: ({ format, quality }) => ({
    pictures: { format, quality },
    async write(dataset, tree, signal) {
      const columns = await surveyOf(dataset, signal);
      const lines = metadataLines(dataset, columns, pictureExtensions[format], tree, signal);
      await tree.stream("metadata.csv", inPieces(lines));
    },
  }),
});

async function surveyOf(dataset: DatasetView, signal: AbortSignal): Promise<readonly FactColumn[]> {
  const survey = createColumnSurvey();
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    survey.add("metadata", item.facts);
  }
  return survey.columns();
}

/** The header and a line an item; publishes each picture as its line is written. */
async function* metadataLines(
  dataset: DatasetView,
  columns: readonly FactColumn[],
  extension: string,
  tree: Tree,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield csvLine([...fixedColumns, ...columns.map(({ name }) => name)]);
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const path = `images/${fileNameOf(item, extension)}`;
    const { width, height } = sizeOf(item.image);
    await tree.picture(path, item);
    const fixed = [path, splitOf(item), item.key, width, height, editsText(item.image)];
    yield csvLine([...fixed, ...columns.map((column) => cellOf(column, item))]);
  }
}
