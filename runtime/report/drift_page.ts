// What changed since the version before as one HTML file: no scripts, nothing loaded from elsewhere, light or dark.
import {
  chance,
  type Drift,
  driftNotes,
  type DriftRow,
  driftSentence,
  type DriftVerdict,
  short,
  statisticNames,
  type TrendPoint,
} from "./drift.ts";
import { type Markup, markup, nothing } from "./markup.ts";
import { style } from "./report_style.ts";
import { grouped } from "./report_tables.ts";
import { visible } from "./text.ts";
import { trendChart } from "./trend_svg.ts";

const tones: Readonly<Record<DriftVerdict, string>> = {
  "steady": "good",
  "within chance": "none",
  "changed": "quiet",
  "changed much": "bad",
  "only now": "none",
  "only before": "none",
};

const driftStyle = `
.tag.good { color: var(--good); } .tag.none { color: var(--quiet); }
.say { font-size: 16px; margin: 0; }
.trends { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 240px), 1fr)); gap: 20px; margin: 0 0 18px; }
.trend figcaption { display: block; font-size: 13px; line-height: 1.35; margin: 0 0 4px; }
.trend figcaption b { float: right; margin-left: 8px; font-variant-numeric: tabular-nums; font-size: 15px; line-height: 1.2; }
.trend svg { display: block; width: 100%; background: var(--track); border-radius: 6px; }
.trend polyline { fill: none; stroke: var(--plain); stroke-width: 2; stroke-linejoin: round; }
.trend circle { fill: var(--plain); }
.drift table { min-width: 820px; }
.drift .tag { white-space: nowrap; }
.trend-table th { white-space: normal; vertical-align: bottom; min-width: 92px; }
.trend-table th:first-child { min-width: 70px; }
.drift td small { display: block; color: var(--quiet); }
.drift td { max-width: 260px; overflow-wrap: anywhere; }
`;

export function writeDriftPage(drift: Drift): string {
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  const title = `${visible(drift.dataset)} · drift`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
<style>${{ html: style + driftStyle }}</style>
</head>
<body>
<main>
<header><h1>${visible(drift.dataset)}</h1><p>What changed since the version before</p></header>
${cards(drift)}
<section><p class="say">${driftSentence(drift)}.</p></section>
${rows(drift)}
${trend(drift)}
<section><h2>How this is measured</h2><ul>${driftNotes.map((note) => markup`<li>${note}</li>`)}</ul></section>
<footer>Made by Framewright</footer>
</main>
</body>
</html>
`.html;
}

function cards({ statistics: { counts }, since }: Drift): Markup {
  const card = (tone: string, title: string, count: number, note: string) =>
    markup`<div class="card ${tone}"><b>${grouped(count)}</b><span>${title}</span><small>${note}</small></div>`;
  const changes = since === undefined ? [] : [
    card("good", "new records", since.records.added, ""),
    card("quiet", "changed records", since.records.changed, "the same key, other bytes or facts"),
    card("", "unchanged records", since.records.unchanged, ""),
    card("bad", "records gone", since.records.removed, ""),
  ];
  const all = [card("", "images", counts.items, `of ${grouped(counts.records)} records`), ...changes];
  return markup`<div class="cards">${all}</div>`;
}

function rows({ since }: Drift): Markup {
  if (since === undefined) return nothing;
  const lines = since.rows.map(line);
  return markup`<section class="drift"><h2>Distributions</h2><div class="wide"><table><thead><tr><th>what</th><th>verdict</th>
<th class="number">distance</th><th class="number">p</th><th>before</th><th>now</th></tr></thead><tbody>${lines}</tbody></table></div></section>`;
}

function line({ of, kind, compared, before, after, came, went, verdict }: DriftRow): Markup {
  const news = [...listed("new", came), ...listed("gone", went)].map((text) => markup`<small>${text}</small>`);
  const [distance, p] = compared === undefined ? ["", ""] : [compared.distance.toFixed(3), chanceText(compared.p)];
  return markup`<tr><td>${visible(of, 60)}<small>${statisticNames[kind]}</small></td>
<td><span class="tag ${tones[verdict]}">${verdict}</span></td><td class="number">${distance}</td>
<td class="number">${p}</td><td>${visible(before, 200)}</td><td>${visible(after, 200)}${news}</td></tr>`;
}

/** Names that are listed. */
const mostListed = 6;

function listed(word: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > mostListed ? ` and ${names.length - mostListed} more` : "";
  return [`${word}: ${names.slice(0, mostListed).map((name) => visible(name, 60)).join(", ")}${more}`];
}

/** A probability, as far as it matters. */
export function chanceText(p: number): string {
  if (p < 0.0001) return "< 0.0001";
  return p < chance ? p.toFixed(4) : p.toFixed(2);
}

function trend({ trend }: Drift): Markup {
  if (trend.length < 2) return nothing;
  const names = trendNames(trend);
  const charts = names.map((name) =>
    trendChart({ title: visible(name, 60), values: trend.map(({ values }) => values[name]) })
  );
  const head = names.map((name) => markup`<th class="number">${visible(name, 60)}</th>`);
  const lines = trend.toReversed().map(({ nth, values }, index) => {
    const cells = names.map((name) => markup`<td class="number">${numberText(values[name])}</td>`);
    return markup`<tr><td class="number">${nth}${index === 0 ? " (this)" : ""}</td>${cells}</tr>`;
  });
  return markup`<section><h2>Trend</h2><p class="lead">The last ${trend.length} versions, counted from the first along
their parents: after a rollback these numbers are not those of the store</p><div class="trends">${charts}</div><div class="wide trend-table"><table>
<thead><tr><th class="number">version</th>${head}</tr></thead><tbody>${lines}</tbody></table></div></section>`;
}

/** In the order in which the newest version has them, then those that it has no more. */
export function trendNames(trend: readonly TrendPoint[]): readonly string[] {
  return [...new Set(trend.toReversed().flatMap(({ values }) => Object.keys(values)))];
}

export function numberText(value: number | undefined): string {
  return value === undefined ? "" : Number.isInteger(value) ? grouped(value) : short(value);
}
