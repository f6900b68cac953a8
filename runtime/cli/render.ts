// What a run says, as text for people. Pure: an event and a style in, lines out.
import type { Problem } from "../contract/errors.ts";
import type { RunEvent, Summary } from "../contract/events.ts";
import { exitCodes } from "../contract/exit_codes.ts";
import type { Counts, StageTime } from "../contract/version.ts";
import { formatProblem } from "../manifest/locator.ts";
import type { Paint } from "./paint.ts";
import { table } from "./table.ts";
import { count, duration, plain, plainLines, plural } from "./text.ts";

export type Style = {
  readonly paint: Paint;
  /** A path as people should see it, such as relative to where they are. */
  readonly shown: (path: string) => string;
};

type EventOf<N extends RunEvent["event"]> = Extract<RunEvent, { readonly event: N }>;

/** The first line of a run. */
export function startedLine({ pipeline, dataset, run }: EventOf<"started">, { paint }: Style): string {
  const what = pipeline === dataset ? plain(pipeline) : `${plain(pipeline)} as ${plain(dataset)}`;
  return `${paint.bold(what)}  ${paint.dim(`run ${plain(run)}`)}`;
}

/** What a run is going to do. */
export function planLines({ dataset, parent, records, stages, because }: EventOf<"plan">, { paint }: Style): string[] {
  const parentText = parent === undefined ? "for its first version" : `on top of v${parent}`;
  const changes = `new ${count(records.new)}, changed ${count(records.changed)}, ` +
    `unchanged ${count(records.unchanged)}, removed ${count(records.removed)}`;
  return [
    `${paint.bold(`Plan for ${plain(dataset)}`)}, ${parentText}`,
    `  records  ${count(records.total)}: ${changes}`,
    `  stages   ${stages.map(({ id }) => plain(id)).join(", ")}`,
    ...(because ?? []).map((reason) => `  again    ${plain(reason)}`),
  ];
}

export function logLine({ level, text }: EventOf<"log">, { paint }: Style): string {
  return level === "warning" ? `${paint.yellow("warning:")} ${plain(text)}` : paint.dim(plain(text));
}

/** The one line of `--quiet`. */
export function quietLine({ outcome, dataset, number, version }: Summary): string {
  const name = number === undefined ? plain(dataset) : `${plain(dataset)}@${number}`;
  return `${outcome} ${name}${version === undefined ? "" : ` ${shortId(version)}`}`;
}

/** The result of a run. `store` is what a command that looks at it needs, such as ` --store /data`; empty for the store
 *  that commands take without it. */
export function summaryLines(summary: Summary, style: Style, store = ""): string[] {
  const { counts, stages, rejected = [] } = summary;
  return [
    ...headLines(summary, style),
    ...(counts === undefined ? [] : countLines(counts)),
    ...section("Lost on the way", lossLines(counts?.losses ?? {}, style), style),
    ...section("Rejected", rejectedLines(rejected, style), style),
    ...section("Stages", stageLines(stages, summary.seconds, style), style),
    ...placeLines(summary, style, store),
  ];
}

function headLines({ outcome, dataset, number, version, seconds }: Summary, { paint }: Style): string[] {
  const name = number === undefined ? plain(dataset) : `${plain(dataset)} v${number}`;
  const id = version === undefined ? "" : `  ${paint.dim(shortId(version))}`;
  const took = `in ${duration(seconds)}`;
  if (outcome === "published") return [`${paint.green("Published")} ${paint.bold(name)}${id}  ${took}`];
  if (outcome === "unchanged") return [`${paint.green("Nothing changed:")} ${paint.bold(name)} stands${id}  ${took}`];
  return [`Planned ${paint.bold(plain(dataset))} ${took}; nothing was written`];
}

function countLines({ records, kept, dropped, rejected, items, notes }: Counts): string[] {
  const all = Object.entries(notes).map(([step, times]) => `${plain(step)} ${count(times)}`);
  return [
    `  records  ${count(records)}: kept ${count(kept)}, dropped ${count(dropped)}, rejected ${count(rejected)}`,
    `  items    ${count(items)}`,
    ...(all.length === 0 ? [] : [`  notes    ${all.join(", ")}`]),
  ];
}

/** Items lost by step and reason, most first. */
export function lossLines(losses: Counts["losses"], { paint }: Style): string[] {
  const rows = Object.entries(losses).sort(([, left], [, right]) => right - left);
  return table(rows, [
    { title: "step", of: ([name]) => plain(name.slice(0, name.lastIndexOf("/"))) },
    { title: "reason", of: ([name]) => plain(name.slice(name.lastIndexOf("/") + 1)) },
    { title: "items", of: ([, times]) => count(times), right: true },
  ], paint);
}

function rejectedLines(rejected: NonNullable<Summary["rejected"]>, { paint }: Style): string[] {
  return table(rejected, [
    { title: "id", of: ({ id }) => plain(id), most: 60 },
    { title: "step", of: ({ step }) => plain(step) },
    { title: "reason", of: ({ reason }) => plain(reason) },
    { title: "", of: ({ detail }) => plain(detail ?? ""), most: 100 },
  ], paint);
}

/** Times of each stage. Stages of one pass overlap, so that their seconds do not add up to those of the run. */
export function stageLines(stages: readonly StageTime[], total: number, { paint }: Style): string[] {
  if (stages.length === 0) return [];
  const busySeconds = stages.reduce((sum, stage) => sum + stage.busySeconds, 0);
  const rows: readonly (Partial<StageTime> & Pick<StageTime, "id" | "seconds" | "busySeconds">)[] = [
    ...stages,
    { id: "total", seconds: total, busySeconds },
  ];
  const numbered = (value: number | undefined) => value === undefined ? "" : count(value);
  return table(rows, [
    { title: "stage", of: ({ id }) => plain(id), most: 40 },
    { title: "in", of: ({ itemsIn }) => numbered(itemsIn), right: true },
    { title: "out", of: ({ itemsOut }) => numbered(itemsOut), right: true },
    { title: "computed", of: ({ computed }) => numbered(computed), right: true },
    { title: "reused", of: ({ reused }) => numbered(reused), right: true },
    { title: "seconds", of: ({ seconds }) => seconds.toFixed(2), right: true },
    { title: "busy", of: ({ busySeconds }) => busySeconds.toFixed(2), right: true },
  ], paint);
}

function placeLines(
  { files, store, outcome, dataset, number }: Summary,
  { paint, shown }: Style,
  storeOption: string,
): string[] {
  if (outcome === "planned") return [];
  const name = number === undefined ? dataset : `${dataset}@${number}`;
  return [
    "",
    ...(files === undefined ? [] : [`  files  ${paint.cyan(plain(shown(files)))}`]),
    `  store  ${plain(shown(store))}`,
    `  more   ${paint.dim(`deno task fw show ${plain(name)}${plain(storeOption)}`)}`,
  ];
}

function section(title: string, lines: readonly string[], { paint }: Style): string[] {
  return lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
}

/** What ended a run, and what to do about it. */
export function failureLines({ message, problems = [], hint, exit }: EventOf<"failed">, style: Style): string[] {
  const { paint } = style;
  const name = exit === exitCodes.interrupted ? paint.yellow("stopped:") : paint.red("error:");
  return [
    `${name} ${plainLines(message)}`,
    ...problems.flatMap((problem) => ["", ...problemText(problem, style).split("\n")]),
    ...(hint === undefined ? [] : ["", plain(hint)]),
  ];
}

/** One problem with its place, its excerpt and the nearest valid name. */
export function problemText(problem: Problem, { paint, shown }: Style): string {
  const seen = problem.file === undefined ? problem : { ...problem, file: plain(shown(problem.file)) };
  return formatProblem(seen, (part, text) => {
    if (part === "place") return paint.bold(text);
    if (part === "caret") return paint.red(text);
    if (part === "gutter") return paint.dim(text);
    return part === "hint" ? paint.cyan(text) : text;
  });
}

/** Enough of a version's id to tell it from its neighbours. */
export function shortId(version: string): string {
  return version.slice(0, 12);
}

/** `24 records, 2 rejected`. */
export function countsText({ records, rejected, items }: Counts): string {
  const lost = rejected === 0 ? "" : `, ${count(rejected)} rejected`;
  return `${plural(items, "item")} from ${plural(records, "record")}${lost}`;
}
