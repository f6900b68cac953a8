// What a verification and a replay found, as text for people. Pure.
import type { Difference, Replayed } from "../contract/events.ts";
import type { Affected, Finding, FindingKind, Verified } from "../contract/verified.ts";
import { shortId, type Style } from "./render.ts";
import { bytes, duration, fitted, plain, plural } from "./text.ts";
import { speed } from "./verify_progress.ts";

/** Names that are shown of what is affected. */
const shownNames = 3;
const longestLine = 160;

/** Each thing that is wrong, with what it affects and what to do. */
export function findingLines(findings: readonly Finding[], place: string, { paint, shown }: Style): string[] {
  if (findings.length === 0) return [];
  const title = `${plural(findings.length, "thing")} ${findings.length === 1 ? "is" : "are"} wrong in`;
  return [
    `${paint.red(title)} ${plain(shown(place))}`,
    "",
    ...findings.flatMap((finding) => [
      `  ${paint.bold(plain(finding.key))}`,
      `    ${plain(finding.what)}`,
      ...merged(finding.affects).map((one) => `    ${paint.dim("affects")}  ${affectedText(one)}`),
      `    ${paint.dim("way out")}  ${wayOut(finding)}`,
      "",
    ]),
  ];
}

/** What several versions lose alike is one line. */
function merged(affects: readonly Affected[]): Affected[] {
  const same = new Map<string, Affected>();
  for (const one of affects) {
    const id = JSON.stringify([one.dataset, one.noun, one.names, one.count]);
    const before = same.get(id);
    same.set(id, { ...one, numbers: [...before?.numbers ?? [], ...one.numbers] });
  }
  return [...same.values()];
}

function affectedText({ dataset, numbers, noun, names, count: many }: Affected): string {
  const where = `${plain(dataset)}@${numbersText(numbers)}`;
  if (noun === "version") return `all of ${where}`;
  const list = names.slice(0, shownNames).map(plain).join(", ") + (many > shownNames ? ", …" : "");
  if (noun === "records") return fitted(`${where}: ${list}`, longestLine);
  return fitted(`${plural(many, noun)} of ${where}: ${list}`, longestLine);
}

/** `3`, `1,3`, `1-12`. */
function numbersText(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((left, right) => left - right);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${first}-${last}`;
  return sorted.length > 8 ? `${sorted.slice(0, 8).join(",")},…` : sorted.join(",");
}

const copyText = "bring it back from a copy of the store, where it has the same name";

const waysOut: Readonly<Record<FindingKind, string>> = {
  ref: `${copyText}; or remove it: the number counts as expired then`,
  tag: "set it again: fw tag <dataset>@<version> <name>",
  version: copyText,
  chunk: copyText,
  blob: copyText,
  counts: "please report it: this was written so",
  published: "remove the folder of this version, then publish it again",
};

/** What to do about a finding. */
export function wayOut({ kind, affects }: Pick<Finding, "kind" | "affects">): string {
  const [one] = affects;
  if (kind !== "published" || one === undefined) return waysOut[kind];
  const name = `${one.dataset}@${one.numbers.join()}`;
  return `remove published/${one.dataset}/v${one.numbers.join()}, then: deno task fw publish ${name}`;
}

export type VerifiedSummary = {
  readonly verified: Verified;
  readonly findings: number;
  /** What was asked for. */
  readonly names: readonly string[];
  readonly seconds: number;
};

export function verifiedLines({ verified, findings, names, seconds }: VerifiedSummary, { paint }: Style): string[] {
  const { versions, expired, chunks, blobs, files, bytes: read } = verified;
  const of = names.length === 0
    ? ""
    : names.length > 3
    ? ` of ${names.length} datasets`
    : ` of ${names.map(plain).join(", ")}`;
  const head = `${plural(versions, "version")}${of} in ${duration(seconds)}`;
  return [
    findings === 0 ? `${paint.green("Verified")} ${head}: all is as it was written` : `Read ${head}`,
    `  ${plural(chunks, "chunk")}, ${plural(blobs, "blob")}${
      files === 0 ? "" : `, ${plural(files, "copied file")}`
    }; ` +
    `${bytes(read)} hashed, ${speed(read, seconds)}`,
    ...(expired === 0 ? [] : [`  ${plural(expired, "version")} expired before`]),
  ];
}

export function replayLines(replayed: Replayed, { paint }: Style): string[] {
  const { dataset, number, version, same, taken, seconds, differences } = replayed;
  const name = `${plain(dataset)}@${number}`;
  const kept = taken === 0
    ? []
    : [`  ${plural(taken, "result")} taken as stored: lost for a reason of that moment, such as a time-out`];
  if (same) {
    const id = paint.dim(shortId(version));
    return [
      `${paint.green("Replayed")} ${paint.bold(name)} in ${duration(seconds)}: equal bit for bit  ${id}`,
      ...kept,
    ];
  }
  return [
    `${paint.red("Differs:")} ${paint.bold(name)}, computed again in ${duration(seconds)}, comes out otherwise`,
    ...kept,
    ...differences.flatMap((one) => ["", ...differenceLines(one, paint)]),
  ];
}

function differenceLines(one: Difference, paint: Style["paint"]): string[] {
  const { shard } = one;
  const places: readonly (readonly [string, string | undefined])[] = [
    ["stage", one.column],
    ["shard", shard === undefined ? undefined : `${shard.first} to ${shard.last}`],
    ["key", one.key],
    ["file", one.file],
    ["notes of", one.notes],
    ["in", one.member],
  ];
  const [stored, computed] = aroundDifference(one.stored, one.computed);
  return [
    ...places.flatMap(([name, text]) => text === undefined ? [] : [`  ${name.padEnd(9)} ${paint.bold(plain(text))}`]),
    `  stored    ${stored}`,
    `  computed  ${computed}`,
  ];
}

/** Both texts from a little before where they part. */
function aroundDifference(stored: string | undefined, computed: string | undefined): readonly [string, string] {
  const [left, right] = [stored ?? "", computed ?? ""];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  const from = Math.max(0, at - 40);
  const shown = (text: string | undefined) =>
    text === undefined
      ? "nothing"
      : fitted(plain(`${from > 0 ? "…" : ""}${text.slice(from).replaceAll("\t", "  ")}`), 100);
  return [shown(stored), shown(computed)];
}
