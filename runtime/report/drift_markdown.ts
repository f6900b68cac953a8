// What changed since the version before, as Markdown.
import { type Drift, driftNotes, type DriftRow, driftSentence, statisticNames } from "./drift.ts";
import { chanceText, numberText, trendNames } from "./drift_page.ts";
import { markdownTable, markdownText } from "./text.ts";

export function writeDriftMarkdown(drift: Drift): string {
  const sections = [
    `# ${markdownText(drift.dataset)}: what changed since the version before\n`,
    `${markdownText(driftSentence(drift), 2000)}.\n`,
    recordTable(drift),
    rowTable(drift),
    trendTable(drift),
    `## How this is measured\n\n${driftNotes.map((note) => `- ${markdownText(note, 2000)}\n`).join("")}`,
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function recordTable({ since, statistics: { counts } }: Drift): string {
  if (since === undefined) return "";
  const { added, changed, unchanged, removed } = since.records;
  const rows = Object.entries({ new: added, changed, unchanged, gone: removed, "in this version": counts.records });
  return markdownTable(["records", "count"], rows.map(([name, count]) => [name, String(count)]), [1]);
}

function rowTable({ since }: Drift): string {
  if (since === undefined) return "";
  const head = ["what", "verdict", "statistic", "distance", "p", "before", "now", "new", "gone"];
  return `## Distributions\n\n${markdownTable(head, since.rows.map(cellsOf), [3, 4])}`;
}

function cellsOf({ of, kind, compared, before, after, came, went, verdict }: DriftRow): readonly string[] {
  const numbers = compared === undefined ? ["", ""] : [compared.distance.toFixed(3), chanceText(compared.p)];
  const texts = [before, after, came.join(", "), went.join(", ")].map((text) => markdownText(text, 200));
  return [markdownText(of), verdict, statisticNames[kind], ...numbers.map((text) => markdownText(text)), ...texts];
}

function trendTable({ trend }: Drift): string {
  if (trend.length < 2) return "";
  const names = trendNames(trend);
  const rows = trend.toReversed().map(({ nth, values }) => [
    String(nth),
    ...names.map((name) => numberText(values[name])),
  ]);
  const head = ["version", ...names.map((name) => markdownText(name))];
  return `## Trend\n\n${markdownTable(head, rows, head.map((_, column) => column))}`;
}
