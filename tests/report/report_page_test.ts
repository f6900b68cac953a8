import assert from "node:assert/strict";
import { labelColors } from "../../runtime/report/label_colors.ts";
import { markup } from "../../runtime/report/markup.ts";
import type { Report } from "../../runtime/report/report.ts";
import { writeMarkdown } from "../../runtime/report/report_markdown.ts";
import { writePage } from "../../runtime/report/report_page.ts";
import { grouped, shareOf } from "../../runtime/report/report_tables.ts";
import { createItemStatistics } from "../../runtime/report/statistics.ts";
import { memoryDataset, onePixel } from "../suites/memory_dataset.ts";

const { counts, provenance } = memoryDataset({ items: [] });
const empty: Report = {
  dataset: "sample",
  counts,
  provenance,
  statistics: createItemStatistics().result(),
  outcomes: [],
  links: [],
  losses: [],
  notes: [],
  samples: [],
  colors: labelColors([]),
};

Deno.test("writePage() leaves out sections that have nothing to say", () => {
  const page = writePage(empty);
  assert.match(page, /^<!doctype html>/);
  assert.deepEqual([...page.matchAll(/<h2>([^<]*)/g)].map(([, title]) => title), ["What ran", "Versions"]);
  assert.ok(!page.includes("NaN") && !page.includes("undefined"));
});

Deno.test("writeMarkdown() leaves out sections that have nothing to say", () => {
  const text = writeMarkdown(empty);
  assert.deepEqual([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title), ["What ran", "Versions"]);
  assert.ok(!text.includes("NaN") && !text.includes("undefined"));
});

Deno.test("writePage() shows pictures inline and examples without one by name", () => {
  const pictures = [{ name: "a.jpg", thumbnail: onePixel }, { name: "b.jpg", text: "no bytes" }];
  const page = writePage({ ...empty, samples: [{ title: "train", pictures }] });
  assert.match(page, /<img src="data:image\/png;base64,[A-Za-z0-9+/=]+" alt="">/);
  assert.match(page, /no picture<\/div><figcaption><code>b\.jpg<\/code><small>no bytes<\/small>/);
});

Deno.test("writePage() draws every bar within its row", () => {
  const entries = Array.from({ length: 30 }, (_, index) => ({ name: `camera ${index}`, count: 30 - index }));
  const groups = [{ fact: "camera", values: { entries, other: 7 } }];
  const page = writePage({ ...empty, statistics: { ...empty.statistics, groups } });
  const widths = [...page.matchAll(/width:([\d.]+)%"/g)].map(([, width]) => Number(width));
  assert.equal(widths.length, 21);
  assert.ok(widths.every((width) => width > 0 && width <= 100));
  assert.ok(page.includes("others"));
});

Deno.test("markup() escapes what is filled in and keeps what a template made", () => {
  const inner = markup`<b>${"<i>"}</b>`;
  assert.equal(markup`<p title="${'"&'}">${[inner, inner]}${1}</p>`.html.includes('title="&quot;&amp;"'), true);
  assert.equal(markup`${inner}`.html, "<b>&lt;i&gt;</b>");
});

Deno.test("grouped() and shareOf() write numbers for people", () => {
  assert.equal(grouped(1234567), "1\u202f234\u202f567");
  assert.equal(grouped(999), "999");
  assert.equal(shareOf(1, 3), "33\u202f%");
  assert.equal(shareOf(1, 200), "0.5\u202f%");
  assert.equal(shareOf(0, 0), "");
});
