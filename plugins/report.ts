import {
  classList,
  createItemStatistics,
  createOutcomeSurvey,
  csvLine,
  type DatasetView,
  defineExport,
  type Detection,
  detectionsOf,
  digestOf,
  drawPreview,
  type FinishedItem,
  idOf,
  type Image,
  inPieces,
  isSearched,
  ItemError,
  type ItemStatistics,
  type LabelColors,
  labelColors,
  labelCounts,
  labelsOf,
  type LedgerLine,
  type LossGroup,
  type NoteGroup,
  recordLog,
  type Report,
  reportMarkdown,
  reportPage,
  type RunTimes,
  type SampleGroup,
  sizeOf,
  type Specimen,
  splitOf,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  samples: z.int().min(0).max(60).default(6).describe("Sample pictures of each split"),
  examples: z.int().min(0).max(60).default(12).describe("Examples shown for each reason of loss and each kind of note"),
});

type Options = z.output<typeof options>;

/** Something to show: its thumbnail is made once it is known that it will be shown. */
type Subject = {
  readonly name: string;
  readonly text?: string;
  readonly image: () => Promise<Image | undefined>;
  /** What is drawn into the thumbnail. */
  readonly boxes?: readonly Detection[];
};
type Group<T> = T & { count: number; readonly subjects: Subject[] };

/** Length of the longer side of thumbnails, in pixels. */
const thumbnailEdge = 200;
/** Where boxes are to be seen. */
const boxesEdge = 480;
/** Pixels and bytes above which what was rejected is not decoded only to show it. */
const mostPixels = 25_000_000;
const mostBytes = 50_000_000;
/** Reasons, kinds of notes and splits that are told apart; the counts hold all. */
const mostGroups = 60;
const mostSplits = 12;
const atOnce = 4;

/** What ran, what came of it and how long it took: for people, as Markdown and as one HTML file; for programs, a line a
 *  record in `logs.csv` and a line a stage in `times.csv`. It shows times, so it stands beside the version. */
export default defineExport({
  name: "report",
  version: 3,
  summary: "Writes report.md, a self-contained index.html, logs.csv with a line a record, and times.csv",
  beside: true,
  options,
  open: (options) => ({
    async write(dataset, tree, signal) {
      const report = await reportOf(dataset, options, signal);
      await tree.text("report.md", await reportMarkdown(report));
      await tree.text("index.html", await reportPage(report));
      const log = recordLog({ ledger: dataset.ledger(), items: dataset.scan() }, signal);
      await tree.stream("logs.csv", inPieces(log));
      if (dataset.times !== undefined) await tree.text("times.csv", timesOf(dataset.times));
    },
  }),
});

async function reportOf(dataset: DatasetView, options: Options, signal: AbortSignal): Promise<Report> {
  const { statistics, samples } = await lookAtItems(dataset, options, signal);
  const { outcomes, losses, notes } = await lookAtLedger(dataset, options, signal);
  const { name, counts, provenance, times } = dataset;
  const colors = colorsFor(dataset, statistics);
  const specimens = (subjects: readonly Subject[]) => specimensOf(dataset, subjects, colors, signal);
  const shownSamples: SampleGroup[] = [];
  for (const { title, subjects } of samples) shownSamples.push({ title, pictures: await specimens(subjects) });
  const shownLosses: LossGroup[] = [];
  for (const { subjects, ...loss } of losses) shownLosses.push({ ...loss, examples: await specimens(subjects) });
  const shown = { outcomes, losses: shownLosses, notes, samples: shownSamples, colors, links: linksOf(dataset) };
  const report = { dataset: name, counts, provenance, statistics, ...shown };
  return times === undefined ? report : { ...report, times };
}

function colorsFor({ provenance }: DatasetView, { boxes: { classes } }: ItemStatistics): LabelColors {
  const seen = new Set(classes.map(({ label }) => label));
  return labelColors(classList([], labelsOf(provenance).filter((label) => seen.has(label)), seen));
}

/** Exports stand side by side. */
function linksOf({ provenance: { exports } }: DatasetView): Report["links"] {
  const found = exports.filter(({ uses }) => uses === "drift");
  return found.map(({ id }) => ({ title: "What changed since the version before", href: `../${id}/index.html` }));
}

async function lookAtItems(dataset: DatasetView, options: Options, signal: AbortSignal) {
  const statistics = createItemStatistics();
  const samples = new Map<string, ReturnType<typeof createSample>>();
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    statistics.add(item);
    const split = splitOf(item) ?? "";
    let sample = samples.get(split);
    if (sample === undefined) {
      if (samples.size >= mostSplits) continue;
      samples.set(split, sample = createSample(options.samples));
    }
    sample.add(item);
  }
  const result = statistics.result();
  const order = [...result.splits.entries.map(({ name }) => name), ""];
  const groups = order.flatMap((split) => {
    const subjects = samples.get(split)?.subjects() ?? [];
    return subjects.length === 0 ? [] : [{ title: split === "" ? "without split" : split, subjects }];
  });
  return { statistics: result, samples: groups };
}

/** The items with the smallest digests: spread over the dataset, and mostly the same ones as it grows. */
function createSample(size: number) {
  const chosen: { readonly rank: string; readonly item: FinishedItem }[] = [];
  return {
    add(item: FinishedItem): void {
      const rank = digestOf(idOf(item));
      const last = chosen[size - 1];
      if (size === 0 || (last !== undefined && last.rank <= rank)) return;
      const place = chosen.findIndex((other) => other.rank > rank);
      chosen.splice(place < 0 ? chosen.length : place, 0, { rank, item });
      chosen.length = Math.min(chosen.length, size);
    },
    subjects: (): Subject[] => chosen.map(({ item }) => sampleOf(item)),
  };
}

function sampleOf(item: FinishedItem): Subject {
  const boxes = detectionsOf(item);
  const sample = { name: idOf(item), image: () => Promise.resolve(item.image) };
  if (boxes.length === 0) return isSearched(item) ? { ...sample, text: "no detections" } : sample;
  const text = labelCounts(boxes).map(([label, count]) => `${label} ${count}`).join(", ");
  return { ...sample, text, boxes };
}

async function lookAtLedger(dataset: DatasetView, { examples }: Options, signal: AbortSignal) {
  const losses = new Map<string, Group<Pick<LossGroup, "verdict" | "step" | "reason">>>();
  const notes = new Map<string, Group<Pick<NoteGroup, "step">>>();
  const outcomes = createOutcomeSurvey();
  for await (const line of dataset.ledger()) {
    signal.throwIfAborted();
    outcomes.add(line);
    for (const { child, detail, verdict, step, reason } of line.losses) {
      const group = groupOf(losses, JSON.stringify([verdict, step, reason]), { verdict, step, reason });
      addTo(group, examples, subjectOf(dataset, line, child, detail));
    }
    for (const { child, step, text } of line.notes) {
      addTo(groupOf(notes, step, { step }), examples, subjectOf(dataset, line, child, text));
    }
  }
  const byCount = (left: { readonly count: number }, right: { readonly count: number }) => right.count - left.count;
  return {
    outcomes: outcomes.losses(),
    losses: [...losses.values()].sort(byCount),
    notes: [...notes.values()].sort(byCount).map(({ subjects, ...note }) => ({
      ...note,
      examples: subjects.map(named),
    })),
  };
}

function groupOf<T>(groups: Map<string, Group<T>>, name: string, about: T): Group<T> | undefined {
  const known = groups.get(name);
  if (known !== undefined || groups.size >= mostGroups) return known;
  const group = { ...about, count: 0, subjects: [] };
  groups.set(name, group);
  return group;
}

function addTo(group: Group<unknown> | undefined, most: number, subject: Subject): void {
  if (group === undefined) return;
  group.count++;
  if (group.subjects.length < most) group.subjects.push(subject);
}

function subjectOf(dataset: DatasetView, line: LedgerLine, child: string, text: string | undefined): Subject {
  const name = idOf({ key: line.key, child });
  const image = () => imageAsRead(dataset, line);
  return text === undefined ? { name, image } : { name, text, image };
}

/** The bytes of a record as an image, when they are one that is worth decoding. */
async function imageAsRead(dataset: DatasetView, { blob }: LedgerLine): Promise<Image | undefined> {
  if (blob === undefined || blob.size > mostBytes) return undefined;
  const header = dataset.header(await dataset.bytes(blob));
  if (header.width * header.height * header.pages > mostPixels) return undefined;
  const edits = header.orientation === 1 ? [] : [{ op: "orient" as const, value: header.orientation }];
  return { blob, header, edits };
}

async function specimensOf(
  dataset: DatasetView,
  subjects: readonly Subject[],
  colors: LabelColors,
  signal: AbortSignal,
): Promise<Specimen[]> {
  const specimens: Specimen[] = [];
  for (let start = 0; start < subjects.length; start += atOnce) {
    signal.throwIfAborted();
    const some = subjects.slice(start, start + atOnce).map((subject) => specimenOf(dataset, subject, colors));
    specimens.push(...await Promise.all(some));
  }
  return specimens;
}

async function specimenOf(dataset: DatasetView, subject: Subject, colors: LabelColors): Promise<Specimen> {
  try {
    const image = await subject.image();
    if (image === undefined) return named(subject);
    const { boxes } = subject;
    if (boxes === undefined) return { ...named(subject), thumbnail: await dataset.thumbnail(image, thumbnailEdge) };
    const jpeg = await dataset.thumbnail(image, boxesEdge);
    const drawing = { colors, chips: false, enlargeTo: boxesEdge };
    return { ...named(subject), thumbnail: await drawPreview(jpeg, sizeOf(image), boxes, drawing) };
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) throw thrown;
    return named(subject);
  }
}

function named({ name, text }: Subject): Specimen {
  return text === undefined ? { name } : { name, text };
}

function timesOf({ stages }: RunTimes): string {
  const head = ["stage", "items_in", "items_out", "computed", "reused", "seconds", "busy_seconds"];
  const lines = stages.map(({ id, itemsIn, itemsOut, computed, reused, seconds, busySeconds }) =>
    csvLine([id, itemsIn, itemsOut, computed, reused, seconds.toFixed(3), busySeconds.toFixed(3)])
  );
  return [csvLine(head), ...lines].join("");
}
