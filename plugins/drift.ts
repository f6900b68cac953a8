import {
  canonicalJson,
  createDriftSurvey,
  type DatasetView,
  defineExport,
  type Drift,
  driftBounds,
  driftMarkdown,
  driftPage,
  driftRows,
  type DriftStatistics,
  type ExportHost,
  type Json,
  statisticNames,
  type TrendPoint,
  trendPoint,
  z,
} from "../runtime/plugin.ts";

const factName = z.string().min(1);

const options = z.strictObject({
  measures: z.array(factName).max(40).default(["brightness", "contrast", "entropy", "sharpness"]).describe(
    "Facts that hold numbers and are compared where images have them; the usual ones come from `quality`",
  ),
  groups: z.array(factName).max(40).default(["class", "label", "split"]).describe(
    "Facts that hold names and are compared where images have them",
  ),
  versions: z.int().min(2).max(100).default(20).describe("Versions in the trend, this one among them"),
});
type Options = z.output<typeof options>;

/** What this export notes for the next version: the trend, a point a line, then the statistics of this version. */
type Noted = { readonly format: 1; readonly point: TrendPoint } | {
  readonly format: 1;
  readonly last: DriftStatistics;
};

/** Compares a version with the one before it: which classes there are and how often, how many boxes an image has, how
 *  bright, sharp and large the images are, what became of the records. Everything is told from counts and sketches that
 *  are noted with each version, so the images of the version before are not read again. */
export default defineExport({
  name: "drift",
  version: 1,
  summary:
    "Compares classes, boxes, brightness and sizes with the version before, as index.html, drift.md and drift.json",
  history: true,
  options,
  open: (options, host) => ({
    async write(dataset, tree, signal) {
      const drift = await driftOf(dataset, options, host, signal);
      await tree.text("index.html", await driftPage(drift));
      await tree.text("drift.md", await driftMarkdown(drift));
      await tree.text("drift.json", `${canonicalJson(asJson(drift))}\n`);
      await host.note(notesOf(drift));
    },
  }),
});

async function driftOf(dataset: DatasetView, options: Options, host: ExportHost, signal: AbortSignal): Promise<Drift> {
  const survey = createDriftSurvey({ numbers: options.measures, names: options.groups });
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    survey.item(item);
  }
  for await (const line of dataset.ledger()) {
    signal.throwIfAborted();
    survey.line(line);
  }
  const statistics = survey.result(dataset.counts);
  const { points, last } = await noted(host);
  const nth = (points.at(-1)?.nth ?? 0) + 1;
  const rows = last === undefined ? [] : driftRows(last, statistics);
  const trend = [...points, trendPoint(nth, statistics, rows)].slice(-options.versions);
  const drift = { dataset: dataset.name, statistics, trend };
  if (last === undefined || host.history === undefined) return drift;
  const changes = await host.history.changes();
  const unchanged = last.counts.records - changes.changed - changes.removed;
  return { ...drift, since: { records: { ...changes, unchanged }, rows } };
}

async function noted({ history }: ExportHost) {
  const points: TrendPoint[] = [];
  let last: DriftStatistics | undefined;
  if (history === undefined) return { points, last };
  for await (const line of history.lines()) {
    const said: Noted = JSON.parse(line);
    if ("point" in said) points.push(said.point);
    else last = said.last;
  }
  return { points, last };
}

function notesOf({ trend, statistics }: Drift): readonly string[] {
  const said: readonly Noted[] = [
    ...trend.map((point) => ({ format: 1, point }) as const),
    { format: 1, last: statistics },
  ];
  return said.map((one) => canonicalJson(one as unknown as Json)); // plain data through and through
}

function asJson({ since, ...drift }: Drift): Json {
  const said = { ...drift, bounds: driftBounds, statistic_names: statisticNames, since: since ?? null };
  return JSON.parse(JSON.stringify(said));
}
