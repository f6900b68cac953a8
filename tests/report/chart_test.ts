import assert from "node:assert/strict";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { type BarChart, drawChart } from "../../runtime/report/chart.ts";
import { digestOf } from "../../runtime/contract/json.ts";

const chart: BarChart = {
  title: "Images by split",
  subtitle: "motogp: 72 images",
  bars: [
    { label: "train", value: 57, tone: "first" },
    { label: "Łódź, Ελλάδα, Москва", value: 15, tone: "second" },
  ],
};

async function pixelsOf(png: Uint8Array) {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const at = (x: number, y: number) => [...data.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 3)];
  return { width: image.width, height: image.height, at };
}

/** Dark pixels in a part of the picture: ink of letters. */
function inkIn(pixels: Awaited<ReturnType<typeof pixelsOf>>, [left, top, right, bottom]: readonly number[]): number {
  let ink = 0;
  for (let y = top ?? 0; y < (bottom ?? 0); y++) {
    for (let x = left ?? 0; x < (right ?? 0); x++) if ((pixels.at(x, y)[0] ?? 255) < 140) ink++;
  }
  return ink;
}

Deno.test("drawChart() gives equal bytes for equal charts, drawn at the same time or one after the other", async () => {
  const [first, second] = await Promise.all([drawChart(chart), drawChart(chart)]);
  assert.deepEqual(first, second);
  assert.deepEqual(await drawChart(chart), first);
});

Deno.test("drawChart() draws title, labels and values as text", async () => {
  const pixels = await pixelsOf(await drawChart(chart));
  assert.equal(pixels.width, 1440);
  assert.ok(inkIn(pixels, [30, 30, 500, 70]) > 300, "title");
  assert.ok(inkIn(pixels, [30, 125, 370, 180]) > 50, "first label");
  assert.ok(inkIn(pixels, [1250, 125, 1440, 180]) > 50, "value");
  assert.deepEqual(pixels.at(5, 5), [255, 255, 255]);
});

Deno.test("drawChart() draws the same picture on a machine without any font", async () => {
  const script = `
    import { drawChart } from ${JSON.stringify(import.meta.resolve("../../runtime/report/chart.ts"))};
    import { digestOf } from ${JSON.stringify(import.meta.resolve("../../runtime/contract/json.ts"))};
    console.log(digestOf(await drawChart(${JSON.stringify(chart)})));`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-A", "--config", config, `data:application/typescript,${encodeURIComponent(script)}`],
    env: { DISABLE_SYSTEM_FONTS_LOAD: "1" },
  }).output();
  const drawn = new TextDecoder().decode(stdout).trim();
  assert.equal(drawn, digestOf(await drawChart(chart)), new TextDecoder().decode(stderr));
});

Deno.test("drawChart() makes the longest bar the largest value and shows small ones", async () => {
  const bars = [{ label: "a", value: 1_000_000 }, { label: "b", value: 1 }, { label: "c", value: 0 }];
  const pixels = await pixelsOf(await drawChart({ title: "t", subtitle: "s", bars }));
  const blue = (y: number) => {
    let count = 0;
    for (let x = 0; x < pixels.width; x++) if (pixels.at(x, y)[2] === 220 && pixels.at(x, y)[0] === 76) count++;
    return count;
  };
  const rows = [0, 1, 2].map((row) => blue(150 + Math.round(51 * row)));
  assert.ok((rows[0] ?? 0) > 1000, String(rows));
  assert.ok((rows[1] ?? 0) >= 3 && (rows[1] ?? 0) <= 6, String(rows));
  assert.equal(rows[2], 0);
});

Deno.test("drawChart() survives hostile labels and no bars at all", async () => {
  const label = `<b>\n\u202e\ud800 日本 😀 ${"x".repeat(500)}`;
  const wide = await pixelsOf(await drawChart({ title: label, subtitle: label, bars: [{ label, value: 3 }] }));
  assert.equal(wide.width, 1440);
  assert.ok(inkIn(wide, [1250, 125, 1440, 180]) > 20, "the value has room beside a long label");
  assert.ok((await drawChart({ title: "none", subtitle: "", bars: [] })).length > 100);
});
