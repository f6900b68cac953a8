// A report as Markdown.
import type { LossGroup, NoteGroup, Report } from "./report.ts";
import { boxSentence, classTable, modelTables } from "./report_models.ts";
import {
  inputTable,
  outcomeTable,
  paramTable,
  pluginTable,
  seconds,
  shareOf,
  stageTable,
  type Table,
  versionTable,
} from "./report_tables.ts";
import type { Distribution } from "./tally.ts";
import { markdownCode, markdownTable, markdownText } from "./text.ts";

/** Bars of a distribution that are listed. */
const mostRows = 30;

export function writeMarkdown(report: Report): string {
  const { counts, statistics, times } = report;
  const sections = [
    `# ${markdownText(report.dataset)}\n`,
    `${headline(report)}\n`,
    countTable(report),
    section("Records left out", report.outcomes.length === 0 ? "" : tableText(outcomeTable(report))),
    section("Splits", distribution("split", statistics.splits, counts.items)),
    section("Models", modelTables(report).map(tableText).join("\n")),
    section("Boxes", boxText(report)),
    ...statistics.groups.map(({ fact, values }) =>
      section(`Images by ${markdownText(fact)}`, distribution(fact, values, counts.items))
    ),
    section("Examples of what was left out", report.losses.map(lossText).join("\n")),
    section("Notes", report.notes.map(noteText).join("\n")),
    section("Time", times === undefined ? "" : tableText(stageTable(times.stages))),
    section("Made from", inputText(report)),
    section("What ran", `${tableText(pluginTable(report))}\n${tableText(paramTable(report))}`),
    section("Versions", tableText(versionTable(report))),
    `\nThe same with pictures: \`index.html\`. For programs: \`logs.csv\`, a line a record${
      times === undefined ? "" : "; `times.csv`, a line a stage"
    }.\n`,
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function headline({ provenance, times }: Report): string {
  const pipeline = `Pipeline ${markdownText(provenance.pipeline)}`;
  if (times === undefined) return `${pipeline}.`;
  return `${pipeline}, run ${markdownCode(times.run)}, started ${markdownText(times.startedAt)}, took ${
    seconds(times.seconds)
  } s.`;
}

function countTable({ counts: { records, kept, dropped, rejected, items } }: Report): string {
  const row = (name: string, count: number) => [name, String(count), shareOf(count, records)];
  return markdownTable(["records", "count", "share"], [
    row("read", records),
    row("kept", kept),
    row("dropped", dropped),
    row("rejected", rejected),
    ["images made", String(items), ""],
  ], [1, 2]);
}

function section(title: string, body: string): string {
  return body === "" ? "" : `## ${title}\n\n${body}`;
}

function distribution(name: string, { entries, other }: Distribution, whole: number | undefined): string {
  if (entries.length === 0) return "";
  const total = whole ?? entries.reduce((sum, { count }) => sum + count, other);
  const rest = entries.slice(mostRows).reduce((sum, { count }) => sum + count, other);
  const rows = entries.slice(0, mostRows).map(({ name, count }) => [
    markdownCode(name),
    String(count),
    shareOf(count, total),
  ]);
  if (rest > 0) rows.push(["others", String(rest), shareOf(rest, total)]);
  return markdownTable([markdownText(name), "count", "share"], rows, [1, 2]);
}

function boxText(report: Report): string {
  const { classes, perImage, areas, scores } = report.statistics.boxes;
  const sentence = boxSentence(report);
  const parts = [
    sentence === "" ? "" : `${sentence}.\n`,
    classes.length === 0 ? "" : tableText(classTable(report)),
    distribution("boxes in an image", perImage, undefined),
    distribution("box area in pixels", areas, undefined),
    distribution("score", scores, undefined),
  ];
  return parts.filter((text) => text !== "").join("\n");
}

function lossText({ verdict, step, reason, count, examples }: LossGroup): string {
  const rows = examples.map(({ name, text }) => [markdownCode(name), markdownText(text ?? "")]);
  const title = `### ${verdict} by ${markdownText(step)}: ${markdownText(reason)} (${count})`;
  return `${title}\n\n${markdownTable(["image", "detail"], rows)}`;
}

function noteText({ step, count, examples }: NoteGroup): string {
  const rows = examples.map(({ name, text }) => [markdownCode(name), markdownText(text ?? "")]);
  return `### ${markdownText(step)} (${count})\n\n${markdownTable(["image", "note"], rows)}`;
}

function inputText(report: Report): string {
  const inputs = inputTable(report);
  return inputs.rows.length === 0 ? "" : tableText(inputs);
}

function tableText({ head, rows, right, code }: Table): string {
  const cells = rows.map((row) =>
    row.map((cell, column) => code.includes(column) ? markdownCode(cell) : markdownText(cell, 600))
  );
  return markdownTable(head, cells, right);
}
