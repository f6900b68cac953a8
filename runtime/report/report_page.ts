// A report as one HTML file: no scripts, nothing loaded from elsewhere, light or dark as the reader has it.
import type { ClassCount } from "./box_statistics.ts";
import { dataUri } from "./data_uri.ts";
import { type Markup, markup, nothing } from "./markup.ts";
import type { LossGroup, NoteGroup, Report, SampleGroup, Specimen } from "./report.ts";
import { boxSentence, listedClasses, modelTables, scoreText } from "./report_models.ts";
import { style } from "./report_style.ts";
import {
  grouped,
  inputTable,
  paramTable,
  pluginTable,
  seconds,
  shareOf,
  stageTable,
  type Table,
  versionTable,
} from "./report_tables.ts";
import type { Distribution } from "./tally.ts";
import { visible } from "./text.ts";

/** Bars of a distribution that are drawn. */
const mostBars = 20;

export function writePage(report: Report): string {
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${visible(report.dataset)} · report</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
${header(report)}
${cards(report)}
${links(report)}
${
    section(
      "Records left out",
      "A record is counted once: where it has no item left, by the first of its losses",
      [outcomes(report)].filter((part) => part !== nothing),
    )
  }
${section("Models", "", modelTables(report).map(table))}
${shape(report)}
${
    section(
      "Sample pictures",
      "Chosen by the digest of their names",
      report.samples.map((group) => samples(group, hasBoxes(report))),
    )
  }
${
    section(
      "Examples of what was left out",
      "Every one is in the ledger; here are a few for each reason",
      report.losses.map(lossGroup),
    )
  }
${section("Notes", "What steps did differently than asked", report.notes.map(noteGroup))}
${times(report)}
${madeFrom(report)}
${section("What ran", "", [table(pluginTable(report)), table(paramTable(report))])}
${section("Versions", "", [table(versionTable(report))])}
<footer>Made by Framewright</footer>
</main>
</body>
</html>
`.html;
}

function header({ dataset, provenance, times }: Report): Markup {
  const run = times === undefined
    ? nothing
    : markup` · run <code>${times.run}</code> · started ${times.startedAt} · took ${seconds(times.seconds)}&nbsp;s`;
  return markup`<header><h1>${visible(dataset)}</h1><p>Pipeline ${provenance.pipeline}${run}</p></header>`;
}

function cards({ counts: { records, kept, dropped, rejected, items } }: Report): Markup {
  const card = (tone: string, title: string, count: number, note: string) =>
    markup`<div class="card ${tone}"><b>${grouped(count)}</b><span>${title}</span><small>${note}</small></div>`;
  return markup`<div class="cards">${[
    card("", "images", items, records === 0 ? "" : `${(items / records).toFixed(2)} per record`),
    card("", "records read", records, ""),
    card("good", "kept", kept, shareOf(kept, records)),
    card("quiet", "dropped", dropped, shareOf(dropped, records)),
    card("bad", "rejected", rejected, shareOf(rejected, records)),
  ]}</div>`;
}

function links({ links }: Report): Markup {
  if (links.length === 0) return nothing;
  return markup`<p class="links">${links.map(({ title, href }) => markup`<a href="${href}">${title}</a> `)}</p>`;
}

function outcomes({ outcomes, counts: { records } }: Report): Markup {
  if (outcomes.length === 0) return nothing;
  const most = Math.max(...outcomes.map((one) => one.records));
  const rows = outcomes.slice(0, mostBars * 2).map(({ verdict, step, reason, records: count }) => {
    const tone = verdict === "rejected" ? "bad" : "quiet";
    const by = step === "" ? nothing : markup` <small>by ${visible(step, 40)}</small>`;
    return markup`<tr><th><span class="tag ${tone}">${verdict}</span> ${visible(reason, 40)}${by}</th>${
      bar(count, most, `var(--${tone === "bad" ? "bad" : "warm"})`)
    }${numberCell("td", markup`<b>${grouped(count)}</b>`)}${numberCell("td", shareOf(count, records))}</tr>`;
  });
  return markup`<table class="bars">${rows}</table>`;
}

/** Distributions, side by side where there is room. */
function shape(report: Report): Markup {
  const { statistics, counts } = report;
  const { boxes } = statistics;
  const panels = [
    panel("Images by split", statistics.splits, counts.items),
    classPanel(report),
    panel("Boxes in an image", boxes.perImage, boxes.searched),
    panel("Area of boxes in pixels", boxes.areas, boxes.boxes),
    panel("Scores", boxes.scores, boxes.boxes),
    ...statistics.groups.map(({ fact, values }) => panel(`Images by ${visible(fact, 40)}`, values, counts.items)),
    panel("Sizes of source images", statistics.sourceSizes, counts.kept),
  ];
  return markup`<div class="panels">${panels}</div>`;
}

function panel(title: string, { entries, other }: Distribution, whole: number): Markup {
  if (entries.length === 0) return nothing;
  const rest = entries.slice(mostBars).reduce((sum, { count }) => sum + count, other);
  const rows = [...entries.slice(0, mostBars), ...(rest > 0 ? [{ name: "others", count: rest }] : [])];
  const most = Math.max(...rows.map(({ count }) => count));
  const bars = rows.map(({ name, count }) =>
    markup`<tr><th>${visible(name, 40)}</th>${bar(count, most)}<td class="number"><b>${
      grouped(count)
    }</b></td><td class="number">${shareOf(count, whole)}</td></tr>`
  );
  return markup`<section><h2>${title}</h2><table class="bars">${bars}</table></section>`;
}

function bar(count: number, most: number, color?: string): Markup {
  if (count === 0) return markup`<td class="bar"></td>`;
  const style = `width:${(100 * count / most).toFixed(1)}%${color === undefined ? "" : `;background:${color}`}`;
  return markup`<td class="bar"><i style="${style}"></i></td>`;
}

/** Classes in the colours that the boxes of sample pictures have. */
function classPanel(report: Report): Markup {
  const lead = boxSentence(report);
  if (lead === "") return nothing;
  const classes = listedClasses(report);
  const scored = classes.some(({ meanScore }) => meanScore !== undefined);
  const heads = ["boxes", "", "images", ...(scored ? ["mean score"] : [])].map((text) => numberCell("th", text));
  const most = Math.max(...classes.map(({ boxes }) => boxes));
  const rows = classes.map((row) => classRow(row, most, scored, report));
  const head = markup`<tr><th></th><td></td>${heads}</tr>`;
  const parts = rows.length === 0 ? [] : [markup`<table class="bars">${head}${rows}</table>`];
  return markup`<section><h2>Boxes by label</h2><p class="lead">${lead}</p>${parts}</section>`;
}

function classRow(row: ClassCount, most: number, scored: boolean, { colors, statistics }: Report): Markup {
  const isOne = row.images > 0;
  const cells = [
    numberCell("td", markup`<b>${grouped(row.boxes)}</b>`),
    numberCell("td", shareOf(row.boxes, statistics.boxes.boxes)),
    numberCell("td", isOne ? grouped(row.images) : ""),
    ...(scored ? [numberCell("td", scoreText(row))] : []),
  ];
  const drawn = bar(row.boxes, most, isOne ? colors(row.label).fill : undefined);
  return markup`<tr><th>${visible(row.label, 40)}</th>${drawn}${cells}</tr>`;
}

function numberCell(name: "th" | "td", content: string | Markup): Markup {
  return name === "th" ? markup`<th class="number">${content}</th>` : markup`<td class="number">${content}</td>`;
}

function section(title: string, lead: string, parts: readonly Markup[]): Markup {
  if (parts.length === 0) return nothing;
  const intro = lead === "" ? nothing : markup`<p class="lead">${lead}</p>`;
  return markup`<section><h2>${title}</h2>${intro}${parts}</section>`;
}

function hasBoxes({ statistics }: Report): boolean {
  return statistics.boxes.boxes > 0;
}

function samples({ title, pictures }: SampleGroup, large: boolean): Markup {
  const grid = large ? "grid large" : "grid";
  return markup`<h3>${visible(title)}</h3><div class="${grid}">${pictures.map(specimen)}</div>`;
}

function lossGroup({ verdict, step, reason, count, examples }: LossGroup): Markup {
  const tone = verdict === "rejected" ? "bad" : "quiet";
  return markup`<h3><span class="tag ${tone}">${verdict}</span> ${visible(reason)} <small>by ${visible(step)}</small>
<b>${grouped(count)}</b></h3><div class="grid">${examples.map(specimen)}</div>`;
}

function noteGroup({ step, count, examples }: NoteGroup): Markup {
  const lines = examples.map(({ name, text }) =>
    markup`<li><code>${visible(name)}</code> ${visible(text ?? "", 300)}</li>`
  );
  return markup`<h3>${visible(step)} <b>${grouped(count)}</b></h3><ul>${lines}</ul>`;
}

function specimen({ name, text, thumbnail }: Specimen): Markup {
  const source = thumbnail === undefined ? undefined : dataUri(thumbnail);
  const picture = source === undefined
    ? markup`<div class="blank">no picture</div>`
    : markup`<img src="${source}" alt="">`;
  const detail = text === undefined ? nothing : markup`<small>${visible(text, 240)}</small>`;
  return markup`<figure>${picture}<figcaption><code>${visible(name)}</code>${detail}</figcaption></figure>`;
}

function times({ times }: Report): Markup {
  if (times === undefined) return nothing;
  const lead = "Stages run at the same time: busy seconds are added up over everything that ran at once";
  return section("Time", lead, [table(stageTable(times.stages))]);
}

function madeFrom(report: Report): Markup {
  const inputs = inputTable(report);
  return inputs.rows.length === 0 ? nothing : section("Made from", "Versions of other datasets", [table(inputs)]);
}

function table({ head, rows, right, code }: Table): Markup {
  if (rows.length === 0) return nothing;
  const heads = head.map((text, column) => markup`<th class="${right.includes(column) ? "number" : ""}">${text}</th>`);
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const text = code.includes(column) && cell !== "" ? markup`<code>${visible(cell, 600)}</code>` : markup`${cell}`;
      return markup`<td class="${right.includes(column) ? "number" : ""}">${text}</td>`;
    });
    return markup`<tr>${cells}</tr>`;
  });
  return markup`<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}
