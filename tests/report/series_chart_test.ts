import assert from "node:assert/strict";
import { loadImage } from "@napi-rs/canvas";
import { drawPresence } from "../../runtime/report/presence_chart.ts";
import { drawSeriesChart, type SeriesChart } from "../../runtime/report/series_chart.ts";

const chart: SeriesChart = {
  title: "Threats by day",
  subtitle: "cameras",
  kind: "columns",
  labels: ["2026-11-20", "2026-11-21"],
  series: [{ name: "a", values: [1, 3] }, { name: "b", values: [0, 1200] }],
};

Deno.test("drawSeriesChart() gives equal bytes for equal charts and others for other kinds, values and names", async () => {
  const first = await drawSeriesChart(chart);
  assert.deepEqual(await drawSeriesChart(chart), first);
  const { width, height } = await loadImage(first);
  assert.deepEqual([width, height], [1440, 600]);
  const [a, b] = chart.series;
  assert.ok(a !== undefined && b !== undefined);
  for (const series of [[a, { ...b, values: [0, 600] }], [a, { ...b, name: "c" }], [a]]) {
    assert.notDeepEqual(await drawSeriesChart({ ...chart, series }), first);
  }
  assert.notDeepEqual(await drawSeriesChart({ ...chart, kind: "lines" }), first);
});

Deno.test("drawSeriesChart() survives no labels, no series, hostile names and thousands of points", async () => {
  const labels = Array.from({ length: 5000 }, (_, index) => `${index}`);
  const many = { name: "\u202e<b>\u0000", values: labels.map((_, index) => index % 7) };
  for (const kind of ["columns", "lines"] as const) {
    await drawSeriesChart({ ...chart, kind, labels: [], series: [] });
    await drawSeriesChart({ ...chart, kind, labels, series: [many] });
  }
});

Deno.test("drawPresence() gives equal bytes for equal charts, others for other counts, and survives no rows", async () => {
  const presence = { title: "a", subtitle: "b", rows: [{ label: "gate", counts: [0, 1, 0] }], marks: ["x", "y"] };
  const first = await drawPresence(presence);
  assert.deepEqual(await drawPresence(presence), first);
  assert.notDeepEqual(await drawPresence({ ...presence, rows: [{ label: "gate", counts: [0, 0, 1] }] }), first);
  await drawPresence({ ...presence, rows: [], marks: [] });
});
