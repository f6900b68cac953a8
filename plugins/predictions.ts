import {
  type Answer,
  answerFormats,
  answersById,
  csvLine,
  defineExport,
  idOf,
  inPieces,
  InputError,
  type Item,
  jsonById,
  jsonLinesById,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  formats: z.array(z.enum(answerFormats)).min(1).default(["json", "csv"]).describe(
    "`json`: one object with an entry for each id; `jsonl`: a line for each id; `csv`: a line for each class of each id",
  ),
});

/** Writes what `predict` found: `predictions.json` as `{ id: { url, predictions: [{ label, score }] } }`, best class first,
 *  and with `error: { reason, detail }` in place of `predictions` for what was lost on the way; the same as lines, and as
 *  a table. */
export default defineExport({
  name: "predictions",
  version: 1,
  summary: "Writes the classes of each image with their scores, and why others have none, as JSON and as a table",
  options,
  needs: ["predictions"],
  open: ({ formats }) => ({
    async write(dataset, tree, signal) {
      const answers = () => answersById(dataset, foundIn, signal);
      if (formats.includes("json")) await tree.stream("predictions.json", inPieces(jsonById(answers())));
      if (formats.includes("jsonl")) await tree.stream("predictions.jsonl", inPieces(jsonLinesById(answers())));
      if (formats.includes("csv")) await tree.stream("predictions.csv", inPieces(csvLines(answers())));
    },
  }),
});

type Prediction = { readonly label: string; readonly score: number };
type Found = { readonly predictions: readonly Prediction[] };

/** Throws `InputError` when the fact is not what `predict` gives. */
function foundIn(item: Item): Found {
  const fact = item.facts["predictions"];
  const list = Array.isArray(fact) ? fact.map(predictionIn) : [undefined];
  const predictions = list.filter((entry) => entry !== undefined);
  if (predictions.length === list.length) return { predictions };
  throw new InputError(`Cannot read the predictions of "${idOf(item)}": the fact is no list of what \`predict\` gives`);
}

function predictionIn(entry: unknown): Prediction | undefined {
  if (typeof entry !== "object" || entry === null || !("label" in entry) || !("score" in entry)) return undefined;
  const { label, score } = entry;
  return typeof label === "string" && typeof score === "number" ? { label, score } : undefined;
}

/** An image without any class has a line of its own. */
async function* csvLines(answers: AsyncIterable<Answer<Found>>): AsyncGenerator<string> {
  yield csvLine(["id", "url", "rank", "label", "score", "error", "detail"]);
  for await (const { id, url, predictions = [], error } of answers) {
    for (const [at, { label, score }] of predictions.entries()) yield csvLine([id, url, at + 1, label, score, "", ""]);
    if (predictions.length === 0) yield csvLine([id, url, "", "", "", error?.reason, error?.detail]);
  }
}
