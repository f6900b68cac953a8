// What differs between two versions, as text for people. Pure.
import type { BalanceRow, BoxChange, DiffSummary, FactChange, ItemChange } from "../contract/diff.ts";
import type { Box } from "../contract/detection.ts";
import { canonicalJson, type Json } from "../contract/json.ts";
import { idOfChange } from "../engine/diff_items.ts";
import type { Style } from "./render.ts";
import { type Column, table } from "./table.ts";
import { count, fitted, plain } from "./text.ts";

/** Rows of a table of classes. */
const mostClasses = 20;
/** Boxes and facts of one image that are told. */
const mostDetails = 6;

/** The summary: counts, settings, classes. */
export function diffLines(summary: DiffSummary, { paint }: Style): string[] {
  const { before, after, same, settings } = summary;
  const names = [before, after].map(({ dataset, number }) => `${plain(dataset)} v${number}`);
  if (same) return [`${paint.bold(names.join(" and "))} are the same version`];
  return [
    paint.bold(names.join(" -> ")),
    ...countLines(summary),
    ...titled("Made otherwise", settings.map(({ what, text }) => `  ${plain(`${what}: ${text}`)}`), paint),
    ...balanceLines(summary, paint),
  ];
}

function titled(title: string, lines: readonly string[], paint: Style["paint"]): string[] {
  return lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
}

function countLines({ before, after, records, items }: DiffSummary): string[] {
  const { added, removed, changed, parts, boxes } = items;
  const how = listed([
    [parts.pixels, "other pixels"],
    [parts.picture, "encoded anew"],
    [parts.facts, "other facts"],
    [parts.boxes, "other boxes"],
  ]);
  const why = how === "" ? "" : ` (${how})`;
  const boxText = listed([
    [boxes.added, "added"],
    [boxes.removed, "removed"],
    [boxes.moved, "moved"],
    [boxes.relabelled, "relabelled"],
    [boxes.rescored, "scored anew"],
  ]);
  const images = listed([[added, "added"], [removed, "removed"], [changed, `changed${why}`]]);
  const listing = listed([[records.added, "new"], [records.removed, "gone"], [records.changed, "changed"]]);
  const from = (of: "records" | "items") => `${count(before.counts[of])} -> ${count(after.counts[of])}`;
  return [
    `  records  ${from("records")}: ${listing || "the same"}`,
    `  images   ${from("items")}: ${images || "the same"}`,
    ...(boxText === "" ? [] : [`  boxes    ${boxText}`]),
  ];
}

/** `3 added, 1 removed`, without what is 0. */
function listed(parts: readonly (readonly [number, string])[]): string {
  return parts.filter(([times]) => times > 0).map(([times, word]) => `${count(times)} ${word}`).join(", ");
}

const balanceTitles: { readonly [of: string]: string } = { boxes: "boxes by label" };

function balanceLines({ balance }: DiffSummary, paint: Style["paint"]): string[] {
  const isPart = balance.some(({ after }) => after === undefined);
  const note = isPart ? [paint.dim("  only what changed was counted; --balance counts all")] : [];
  const groups = [...Map.groupBy(balance, ({ of }) => of)];
  return [...groups.flatMap(([of, rows]) => groupLines(of, rows, paint)), ...note];
}

function groupLines(of: string, rows: readonly BalanceRow[], paint: Style["paint"]): string[] {
  const title = balanceTitles[of] ?? `images by ${of}`;
  const more = rows.length > mostClasses ? [paint.dim(`  and ${count(rows.length - mostClasses)} more`)] : [];
  return ["", ...table(rows.slice(0, mostClasses), balanceColumns(title, rows), paint), ...more];
}

function balanceColumns(title: string, rows: readonly BalanceRow[]): readonly Column<BalanceRow>[] {
  const isWhole = rows.some(({ after }) => after !== undefined);
  const sum = (of: "before" | "after") => rows.reduce((all, row) => all + (row[of] ?? 0), 0);
  const totals = { before: sum("before"), after: sum("after") };
  const share = (row: BalanceRow, of: "before" | "after") =>
    totals[of] === 0 ? "" : `${count(row[of] ?? 0)}  ${((100 * (row[of] ?? 0)) / totals[of]).toFixed(1).padStart(5)} %`;
  return [
    { title, of: ({ name }) => plain(name), most: 40 },
    ...(isWhole
      ? [
        { title: "before", of: (row: BalanceRow) => share(row, "before"), right: true },
        { title: "after", of: (row: BalanceRow) => share(row, "after"), right: true },
      ]
      : []),
    { title: "change", of: ({ change }) => signed(change), right: true },
  ];
}

function signed(value: number): string {
  return value > 0 ? `+${count(value)}` : value < 0 ? `-${count(-value)}` : "";
}

const titles = { added: "Added", removed: "Removed", changed: "Changed" } as const;

/** Examples of what became of images, `most` of each kind. */
export function changeLines(
  { items }: DiffSummary,
  kept: { readonly [kind in ItemChange["change"]]: readonly ItemChange[] },
  most: number,
  { paint }: Style,
): string[] {
  return (["added", "removed", "changed"] as const).flatMap((kind) => {
    const shown = kept[kind].slice(0, most);
    if (shown.length === 0) return [];
    const some = shown.length < items[kind] ? paint.dim(`  ${count(shown.length)} of ${count(items[kind])}`) : "";
    return ["", `${paint.bold(titles[kind])}${some}`, ...shown.flatMap((change) => exampleLines(change, paint))];
  });
}

function exampleLines(change: ItemChange, paint: Style["paint"]): string[] {
  const name = plain(idOfChange(change));
  if (change.change !== "changed") return [`  ${name}  ${paint.dim(plain(change.why))}`];
  const details = detailsOf(change);
  const more = details.length > mostDetails ? [`and ${details.length - mostDetails} more`] : [];
  return [
    `  ${name}`,
    ...[...details.slice(0, mostDetails), ...more].map((text) => `    ${paint.dim(plain(text))}`),
  ];
}

/** What changed of an image, a sentence each. */
export function detailsOf(change: Extract<ItemChange, { readonly change: "changed" }>): readonly string[] {
  return [
    ...(change.parts.includes("pixels") ? ["other pixels"] : []),
    ...(change.parts.includes("picture") ? ["the same pixels, encoded anew"] : []),
    ...change.facts.map(factText),
    ...change.boxes.map(boxText),
  ];
}

function factText({ name, before, after }: FactChange): string {
  if (before === undefined) return `${name}: ${short(after)} is new`;
  return after === undefined ? `${name}: ${short(before)} is gone` : `${name}: ${short(before)} -> ${short(after)}`;
}

function short(value: Json | undefined): string {
  return fitted(typeof value === "string" ? value : canonicalJson(value ?? null), 60);
}

function boxText(change: BoxChange): string {
  if (change.kind === "added") return `box added: ${change.after.label} ${placeText(change.after.box)}`;
  if (change.kind === "removed") return `box removed: ${change.before.label} ${placeText(change.before.box)}`;
  const { before, after, iou } = change;
  if (change.kind === "relabelled") return `box relabelled: ${before.label} -> ${after.label} ${placeText(after.box)}`;
  if (change.kind === "rescored") {
    return `box scored anew: ${after.label} ${scoreText(before.score)} -> ${scoreText(after.score)}`;
  }
  return `box moved: ${after.label} ${placeText(before.box)} -> ${placeText(after.box)}, overlap ${iou.toFixed(2)}`;
}

function scoreText(score: number | undefined): string {
  return score === undefined ? "none" : score.toFixed(2);
}

function placeText([x, y, width, height]: Box): string {
  const [left, top, across, down] = [x, y, width, height].map(Math.round);
  return `${across}x${down} at ${left},${top}`;
}
