import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { loadImage } from "@napi-rs/canvas";
import cameraCharts from "../../plugins/camera_charts.ts";
import type { Facts, LedgerLine } from "../../runtime/plugin.ts";
import { type ItemSketch, memoryDataset, type MemoryTree, runExport, sketchedItem } from "../suites/memory_dataset.ts";

const files = [
  "gaps_by_camera.png",
  "health.csv",
  "health.json",
  "images_by_camera.png",
  "presence.png",
  "threats_by_class.png",
  "threats_by_day.png",
  "threats_by_hour.png",
  "threats_by_location.png",
  "threats_over_time.png",
];

function image(camera: string, at: string, rules: readonly string[] = [], facts: Facts = {}): ItemSketch {
  const threats = rules.map((rule) => ({
    rule,
    users: [],
    labels: { person: 1 },
    score: 0.9,
    frames: 1,
    of: 1,
    scores: [],
  }));
  return { key: `${camera}-${at}.jpg`, facts: { camera, taken_unix: Date.parse(at) / 1000, threats, ...facts } };
}

function refused(key: string): LedgerLine {
  const losses = [{ child: "", verdict: "rejected", step: "validate", reason: "blurred" }] as const;
  return { key, verdict: "rejected", items: 0, losses, notes: [] };
}

async function drawn(
  items: readonly ItemSketch[],
  invalid: readonly LedgerLine[] = [],
  options: Record<string, unknown> = {},
): Promise<MemoryTree> {
  const kept = items.map(({ key }): LedgerLine => ({ key, verdict: "kept", items: 1, losses: [], notes: [] }));
  const dataset = memoryDataset({ items: items.map(sketchedItem), ledger: [...kept, ...invalid] });
  return (await runExport(cameraCharts, options, dataset)).tree;
}

const rome = { timezone: "Europe/Rome", location: "Gate, north" };
const week: readonly ItemSketch[] = [
  image("gate", "2026-11-16T22:30:00Z", ["night"], rome),
  image("gate", "2026-11-16T23:30:00Z", ["night", "zone"], rome),
  image("gate", "2026-11-18T12:00:00Z", [], rome),
  image("dock", "2026-11-17T12:00:00Z"),
];

Deno.test("camera_charts draws every chart and writes the health of each camera", async () => {
  const tree = await drawn(week, [refused("gate-1795303805.jpg"), refused("x.jpg")]);
  assert.deepEqual([...tree.files.keys()].sort(), files);
  for (const file of files.filter((name) => name.endsWith(".png"))) {
    assert.equal((await loadImage(tree.bytesOf(file))).width, 1440, file);
  }
  const [header, dock, gate, end] = tree.textOf("health.csv").split("\r\n");
  assert.equal(
    header,
    "camera,location,images,valid,invalid,invalid_share,threats,first_valid,last_valid,longest_gap_seconds," +
      "longest_gap_from,longest_gap_to",
  );
  assert.equal(dock, "dock,,1,1,0,0,0,2026-11-17T12:00:00Z,2026-11-17T12:00:00Z,,,");
  assert.equal(
    gate,
    'gate,"Gate, north",4,3,1,0.25,3,2026-11-16T22:30:00Z,2026-11-18T12:00:00Z,131400,2026-11-16T23:30:00Z,' +
      "2026-11-18T12:00:00Z",
  );
  assert.equal(end, "");
  assert.deepEqual(JSON.parse(tree.textOf("health.json"))[1].longest_gap_seconds, 131_400);
});

Deno.test("camera_charts are equal byte for byte for equal datasets", async () => {
  const [first, second] = [await drawn(week), await drawn([...week].reverse())];
  for (const file of files) assert.deepEqual(second.bytesOf(file), first.bytesOf(file), file);
});

Deno.test("camera_charts differ where what they show differs, and only there", async () => {
  const before = await drawn(week);
  const changed = async (items: readonly ItemSketch[], invalid: readonly LedgerLine[] = []) => {
    const after = await drawn(items, invalid);
    return files.filter((file) => !Buffer.from(after.bytesOf(file)).equals(Buffer.from(before.bytesOf(file))));
  };
  const [first, ...others] = week;
  assert.ok(first !== undefined);
  const later = { ...first, facts: { ...first.facts, timezone: "Asia/Tokyo" } };
  assert.deepEqual(await changed([later, ...others]), ["threats_by_day.png", "threats_by_hour.png"]);
  const renamed = image("gate", "2026-11-16T22:30:00Z", ["other"], rome);
  assert.deepEqual(await changed([renamed, ...others]), ["threats_over_time.png"]);
  const broken = await changed(week, [refused("gate-1795303805.jpg")]);
  assert.ok(broken.includes("images_by_camera.png") && broken.includes("health.csv"));
  assert.ok(!broken.includes("gaps_by_camera.png") && !broken.includes("presence.png"));
});

Deno.test("camera_charts draws all of it for no images, no threats, and one image", async () => {
  for (const items of [[], [image("gate", "2026-11-16T22:30:00Z")]]) {
    const tree = await drawn(items);
    assert.deepEqual([...tree.files.keys()].sort(), files);
    assert.equal(JSON.parse(tree.textOf("health.json")).length, items.length);
  }
});

Deno.test("camera_charts adds up what goes beyond the most, and keeps every camera in the table", async () => {
  const items = Array.from({ length: 500 }, (_, index) => image(`cam-${index}`, "2026-11-16T22:30:00Z", ["r"]));
  const tree = await drawn(items, [], { most: 10 });
  assert.equal(JSON.parse(tree.textOf("health.json")).length, 500);
  assert.equal((await loadImage(tree.bytesOf("threats_by_location.png"))).height, 1.5 * (104 + 34 * 10));
  assert.equal((await loadImage(tree.bytesOf("presence.png"))).height, 1.5 * (96 + 30 * 10 + 46));
});

Deno.test("camera_charts counts several items of one image as one image", async () => {
  const items = ["a", "b"].map((child) => ({ ...image("gate", "2026-11-16T22:30:00Z"), child }));
  assert.equal(JSON.parse((await drawn(items)).textOf("health.json"))[0].images, 1);
});
