// What differs between two versions as one HTML file: no scripts, nothing loaded from elsewhere, light or dark.
import type { BalanceRow, BoxChange, DiffSummary, ItemChange } from "../contract/diff.ts";
import type { Detection } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import { dataUri } from "./data_uri.ts";
import { diffStyle } from "./diff_page_style.ts";
import { type Markup, markup, nothing } from "./markup.ts";
import { style } from "./report_style.ts";
import { grouped } from "./report_tables.ts";
import { visible } from "./text.ts";

/** A box as it is drawn: what became of it. */
export type DrawnBox = { readonly kind: BoxChange["kind"] | "same"; readonly box: Detection };

/** One image at one time. Without a thumbnail its bytes are gone or cannot be decoded. */
export type Shot = { readonly thumbnail?: Uint8Array; readonly size: Size; readonly boxes: readonly DrawnBox[] };

/** One image that differs; `texts` say how. */
export type PicturedChange = {
  readonly id: string;
  readonly texts: readonly string[];
  readonly before?: Shot;
  readonly after?: Shot;
};

/** Changes of one kind: how many there are, those with pictures, and the names of some more. */
export type ChangeGroup = {
  readonly change: ItemChange["change"];
  readonly count: number;
  readonly shown: readonly PicturedChange[];
  readonly listed: readonly { readonly id: string; readonly text: string }[];
};

export type DiffPage = { readonly summary: DiffSummary; readonly groups: readonly ChangeGroup[] };

/** Stands in every page, so that no other file is replaced by one. */
export const diffPageMark = "Framewright diff";

/** Rows of a table of classes. */
const mostClasses = 60;

export function writeDiffPage({ summary, groups }: DiffPage): string {
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  const title = titleOf(summary);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="${diffPageMark}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${{ html: style + diffStyle }}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><p>${summary.before.version.slice(0, 12)} to ${summary.after.version.slice(0, 12)}</p></header>
${cards(summary)}
${settings(summary)}
${balance(summary)}
${legend(summary)}
${groups.map(group)}
<footer>Made by Framewright</footer>
</main>
</body>
</html>
`.html;
}

function titleOf({ before, after }: DiffSummary): string {
  const [one, other] = [before, after].map(({ dataset, number }) => `${visible(dataset)} v${number}`);
  return `${one} to ${other}`;
}

function cards({ before, after, records, items }: DiffSummary): Markup {
  const { added, removed, changed, boxes } = items;
  const card = (tone: string, title: string, value: number, note: string) =>
    markup`<div class="card ${tone}"><b>${grouped(value)}</b><span>${title}</span><small>${note}</small></div>`;
  const touched = boxes.added + boxes.removed + boxes.moved + boxes.relabelled;
  const boxNote = `${grouped(boxes.added)} added, ${grouped(boxes.removed)} removed, ${grouped(boxes.moved)} moved, ` +
    `${grouped(boxes.relabelled)} relabelled`;
  const listing = `${grouped(records.added)} new, ${grouped(records.removed)} gone, ${
    grouped(records.changed)
  } changed`;
  return markup`<div class="cards">${[
    card("", "images", after.counts.items, `${grouped(before.counts.items)} before`),
    card("good", "added", added, ""),
    card("bad", "removed", removed, ""),
    card("quiet", "changed", changed, ""),
    card("", "boxes touched", touched, touched === 0 ? "" : boxNote),
    card("", "records", after.counts.records, listing),
  ]}</div>`;
}

function settings({ settings }: DiffSummary): Markup {
  if (settings.length === 0) return nothing;
  const rows = settings.map(({ what, text }) =>
    markup`<tr><th>${visible(what)}</th><td>${visible(text, 600)}</td></tr>`
  );
  return markup`<section><h2>Made otherwise</h2><table class="bars"><tbody>${rows}</tbody></table></section>`;
}

function balance({ balance }: DiffSummary): Markup {
  const panels = [...Map.groupBy(balance, ({ of }) => of)].map(([of, rows]) => balancePanel(of, rows));
  return panels.length === 0 ? nothing : markup`<div class="panels">${panels}</div>`;
}

function balancePanel(of: string, rows: readonly BalanceRow[]): Markup {
  const isWhole = rows.some(({ after }) => after !== undefined);
  const shown = rows.slice(0, mostClasses);
  const head = ["", ...(isWhole ? ["before", "after"] : []), "change"].map((text) =>
    markup`<th class="number">${text}</th>`
  );
  const lines = shown.map(({ name, before = 0, after = 0, change }) => {
    const tone = change > 0 ? "up" : change < 0 ? "down" : "";
    const counts = isWhole ? [number(grouped(before)), number(grouped(after))] : [];
    return markup`<tr><th>${visible(name, 40)}</th>${counts}<td class="number ${tone}">${signed(change)}</td></tr>`;
  });
  const lead = [
    ...(isWhole ? [] : ["Only what changed was counted"]),
    ...(shown.length < rows.length ? [`The ${grouped(shown.length)} most changed of ${grouped(rows.length)}`] : []),
  ].join(". ");
  const title = of === "boxes" ? "Boxes by label" : `Images by ${visible(of)}`;
  return markup`<section><h2>${title}</h2>${
    lead === "" ? nothing : markup`<p class="lead">${lead}</p>`
  }<table class="bars"><tr>${head}</tr>${lines}</table></section>`;
}

function number(text: string): Markup {
  return markup`<td class="number">${text}</td>`;
}

function signed(value: number): string {
  return value > 0 ? `+${grouped(value)}` : value < 0 ? `−${grouped(-value)}` : "";
}

function legend({ items }: DiffSummary): Markup {
  if (items.parts.boxes === 0) return nothing;
  const kinds = [["added", "added"], ["removed", "removed"], ["moved", "moved, or scored anew"], [
    "relabelled",
    "relabelled",
  ], ["", "as before"]];
  return markup`<div class="legend">${
    kinds.map(([kind = "", text = ""]) => markup`<span class="${kind}"><i></i>${text}</span>`)
  }</div>`;
}

const titles = { added: "Added", removed: "Removed", changed: "Changed" } as const;

function group({ change, count, shown, listed }: ChangeGroup): Markup {
  if (count === 0) return nothing;
  const rest = count - shown.length;
  const lead = rest === 0 ? "" : `${grouped(shown.length)} of ${grouped(count)} with pictures; --pictures shows more`;
  return markup`<section><h2>${titles[change]} <small>${grouped(count)}</small></h2>${
    lead === "" ? nothing : markup`<p class="lead">${lead}</p>`
  }<div class="${change === "changed" ? "pairs" : "singles"}">${shown.map(pictured)}</div>${
    names(listed, rest)
  }</section>`;
}

function names(listed: ChangeGroup["listed"], rest: number): Markup {
  if (listed.length === 0) return nothing;
  const left = rest - listed.length;
  const more = left === 0 ? nothing : markup`<p class="lead">and ${grouped(left)} more, which diff --json lists</p>`;
  const lines = listed.map(({ id, text }) => markup`<li><code>${visible(id)}</code> ${visible(text, 120)}</li>`);
  return markup`<details><summary>${
    grouped(listed.length)
  } without pictures</summary><ol>${lines}</ol>${more}</details>`;
}

function pictured({ id, texts, before, after }: PicturedChange): Markup {
  const isPair = before !== undefined && after !== undefined;
  const shots = [
    ...(before === undefined ? [] : [shot(before, isPair ? "before" : "")]),
    ...(after === undefined ? [] : [shot(after, isPair ? "after" : "")]),
  ];
  const lines = texts.map((text) => markup`<li>${visible(text, 240)}</li>`);
  return markup`<figure class="change"><div class="shots">${shots}</div><figcaption><code>${
    visible(id)
  }</code><ul>${lines}</ul></figcaption></figure>`;
}

function shot({ thumbnail, size, boxes }: Shot, when: string): Markup {
  const { width, height } = { width: Math.max(1, size.width), height: Math.max(1, size.height) };
  const source = thumbnail === undefined ? undefined : dataUri(thumbnail);
  const picture = source === undefined
    ? markup`<div class="blank">no picture</div>`
    : markup`<img src="${source}" alt="">`;
  const drawn = boxes.length === 0
    ? nothing
    : markup`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">${
      boxes.toSorted(changedLast).map((box) => boxMarkup(box, Math.max(width, height)))
    }</svg>`;
  const said = when === "" ? nothing : markup`<small>${when}</small>`;
  return markup`<div class="shot" style="aspect-ratio:${width}/${height}">${picture}${drawn}${said}</div>`;
}

function changedLast(left: DrawnBox, right: DrawnBox): number {
  return Number(left.kind !== "same") - Number(right.kind !== "same");
}

function boxMarkup({ kind, box: { label, box: [x, y, width, height] } }: DrawnBox, longest: number): Markup {
  const font = longest / 24;
  const place = markup`x="${x}" y="${y}" width="${Math.max(0, width)}" height="${Math.max(0, height)}"`;
  const text = kind === "same"
    ? nothing
    : markup`<text x="${x + font / 5}" y="${
      y > font * 1.2 ? y - font / 4 : y + height + font
    }" style="font-size:${font}px;stroke-width:${font / 5}px">${visible(label, 30)}</text>`;
  return markup`<g class="${kind}"><rect class="halo" ${place}/><rect ${place}/>${text}</g>`;
}
