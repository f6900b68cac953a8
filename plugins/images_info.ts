import {
  type Answer,
  answerFormats,
  answersById,
  csvLine,
  defineExport,
  inPieces,
  type Item,
  jsonById,
  jsonLinesById,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  formats: z.array(z.enum(answerFormats)).min(1).default(["json", "csv"]).describe(
    "`json`: one object with an entry for each id; `jsonl`: a line for each id; `csv`: a table",
  ),
});

/** Writes what `image_info` found, by id: `images_info.json` as
 *  `{ id: { url, image_info: { image_size, image_dimension: [width, height], image_format } } }`, size in bytes, and with
 *  `error: { reason, detail }` in place of `image_info` for what was lost on the way; the same as lines, and as a table.
 *  The URL is that of the list, as it stands there. */
export default defineExport({
  name: "images_info",
  version: 1,
  summary: "Writes size, dimensions and format of each image by its id, or why there are none",
  options,
  needs: ["image_size", "image_dimension", "image_format"],
  open: ({ formats }) => ({
    async write(dataset, tree, signal) {
      const answers = () => answersById(dataset, foundIn, signal);
      if (formats.includes("json")) await tree.stream("images_info.json", inPieces(jsonById(answers())));
      if (formats.includes("jsonl")) await tree.stream("images_info.jsonl", inPieces(jsonLinesById(answers())));
      if (formats.includes("csv")) await tree.stream("images_info.csv", inPieces(csvLines(answers())));
    },
  }),
});

type Info = {
  readonly image_size: number;
  readonly image_dimension: readonly [number, number];
  readonly image_format: string;
};
type Found = { readonly image_info: Info };

function foundIn({ facts: { image_size, image_dimension, image_format } }: Item): Found {
  const [width, height] = Array.isArray(image_dimension) ? image_dimension : [];
  const info = { image_size: Number(image_size), image_dimension: [Number(width), Number(height)] as const };
  return { image_info: { ...info, image_format: String(image_format) } };
}

async function* csvLines(entries: AsyncIterable<Answer<Found>>): AsyncGenerator<string> {
  yield csvLine(["id", "url", "image_size", "width", "height", "image_format", "error", "detail"]);
  for await (const { id, url, image_info: info, error } of entries) {
    const [width, height] = info?.image_dimension ?? [];
    yield csvLine([id, url, info?.image_size, width, height, info?.image_format, error?.reason, error?.detail]);
  }
}
