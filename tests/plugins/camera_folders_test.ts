import assert from "node:assert/strict";
import cameraFolders from "../../plugins/camera_folders.ts";
import { digestOf, type Facts, type LedgerLine } from "../../runtime/plugin.ts";
import { type ItemSketch, memoryDataset, type MemoryTree, runExport, sketchedItem } from "../suites/memory_dataset.ts";

const threats = [{
  rule: "r",
  users: ["bob"],
  labels: { person: 2 },
  score: 0.9,
  frames: 2,
  of: 3,
  scores: [0, 0.8, 0.9],
}];

const night: Facts = {
  camera: "gate-north",
  location: "North gate",
  owner: "bob",
  taken_at: "2026-11-21T23:30:05Z",
  taken_unix: 1_795_303_805,
  taken_local: "2026-11-22T00:30:05+01:00",
  timezone: "Europe/Rome",
  zones: { door: [[0, 0], [1, 0], [1, 1]] },
  detections: [
    { label: "person", score: 0.5, box: [1, 2, 3, 4] },
    { label: "car", score: 0.95, box: [5, 6, 7, 8] },
    { label: "person", score: 0.9, box: [9, 10, 11, 12] },
  ],
};

function refused(key: string, reason: string, more: Partial<LedgerLine> = {}): LedgerLine {
  const loss = { child: "", verdict: "rejected", step: "validate", reason, detail: `It is ${reason}` } as const;
  const blob = { digest: digestOf(key), size: 9 };
  return { key, verdict: "rejected", items: 0, blob, losses: [loss], notes: [], ...more };
}

async function written(
  items: readonly ItemSketch[],
  invalid: readonly LedgerLine[] = [],
  options: Record<string, unknown> = {},
): Promise<MemoryTree> {
  const kept = items.map(({ key }): LedgerLine => ({ key, verdict: "kept", items: 1, losses: [], notes: [] }));
  const dataset = memoryDataset({ items: items.map(sketchedItem), ledger: [...kept, ...invalid] });
  return (await runExport(cameraFolders, options, dataset)).tree;
}

function pathsOf(tree: MemoryTree): string[] {
  return [...tree.files.keys()].sort();
}

Deno.test("camera_folders puts image, detections and threats of a camera under one name, and links the file as it came", async () => {
  const tree = await written([{ key: "x/gate-north-1795303805.jpeg", facts: { ...night, threats } }]);
  assert.deepEqual(pathsOf(tree), [
    "detections/gate-north/2026-11-21T23-30-05Z.json",
    "invalid/index.html",
    "threats/gate-north/2026-11-21T23-30-05Z.json",
    "valid/gate-north/2026-11-21T23-30-05Z.jpg",
  ]);
  assert.equal(
    tree.blobs.get("valid/gate-north/2026-11-21T23-30-05Z.jpg"),
    digestOf("x/gate-north-1795303805.jpeg"),
  );
});

Deno.test("camera_folders writes id, time, classes, probabilities, counts and boxes, best first", async () => {
  const tree = await written([{ key: "a.jpg", facts: night }]);
  assert.deepEqual(JSON.parse(tree.textOf("detections/gate-north/2026-11-21T23-30-05Z.json")), {
    id: "a.jpg",
    camera: "gate-north",
    location: "North gate",
    owner: "bob",
    time: "2026-11-21T23:30:05Z",
    unix: 1_795_303_805,
    local_time: "2026-11-22T00:30:05+01:00",
    timezone: "Europe/Rome",
    size: [640, 480],
    counts: { person: 2, car: 1 },
    classes: ["car", "person", "person"],
    probabilities: [0.95, 0.9, 0.5],
    boxes: [[5, 6, 7, 8], [9, 10, 11, 12], [1, 2, 3, 4]],
  });
});

Deno.test("camera_folders writes threats only where there are some, with who and where", async () => {
  const tree = await written([
    { key: "a.jpg", facts: { ...night, threats } },
    { key: "b.jpg", facts: { ...night, taken_at: "2026-11-21T23:30:06.250Z", threats: [] } },
  ]);
  assert.deepEqual(pathsOf(tree).filter((path) => path.startsWith("threats")), [
    "threats/gate-north/2026-11-21T23-30-05Z.json",
  ]);
  assert.ok(tree.files.has("valid/gate-north/2026-11-21T23-30-06-250Z.jpg"));
  const { location, threats: told } = JSON.parse(tree.textOf("threats/gate-north/2026-11-21T23-30-05Z.json"));
  assert.deepEqual([location, told], ["North gate", threats]);
});

Deno.test("camera_folders writes no detections where nothing looked, and a list of none where nothing was found", async () => {
  const { detections: _, ...unseen } = night;
  const found = { ...night, taken_at: "2026-11-21T23:30:06Z", detections: [] };
  const tree = await written([{ key: "a.jpg", facts: unseen }, { key: "b.jpg", facts: found }]);
  const paths = pathsOf(tree).filter((path) => path.startsWith("detections"));
  assert.deepEqual(paths, ["detections/gate-north/2026-11-21T23-30-06Z.json"]);
  const { counts, classes } = JSON.parse(tree.textOf(paths[0] ?? ""));
  assert.deepEqual([counts, classes], [{}, []]);
});

Deno.test("camera_folders gives cameras of any name safe folders of their own", async () => {
  const names = [
    "../../etc",
    "CAM-01",
    "Gate",
    "gate",
    "con",
    "a/b",
    "北門",
    "x".repeat(300),
    "gate-0123456789ab",
    ".",
  ];
  const tree = await written(names.map((camera, index) => ({ key: `${index}.jpg`, facts: { ...night, camera } })));
  const folders = pathsOf(tree).flatMap((path) => /^valid\/([^/]+)\/[^/]+\.jpg$/.exec(path)?.[1] ?? []);
  assert.equal(folders.length, names.length);
  assert.equal(new Set(folders.map((folder) => folder.toLowerCase())).size, names.length);
  assert.ok(folders.includes("CAM-01") && folders.includes("gate") && !folders.includes("con"));
  for (const folder of folders) assert.match(folder, /^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/);
});

Deno.test("camera_folders tells several items of one image apart", async () => {
  const tree = await written([
    { key: "a.jpg", child: "crop1", facts: night },
    { key: "a.jpg", child: "crop2", facts: night },
  ]);
  assert.equal(
    pathsOf(tree).filter((path) => /^valid\/gate-north\/2026-11-21T23-30-05Z_[0-9a-f]{12}\.jpg$/.test(path)).length,
    2,
  );
});

Deno.test("camera_folders publishes pictures as steps left them when asked", async () => {
  const tree = await written([{ key: "a.png", facts: night }], [], { pictures: "rendered", format: "webp" });
  assert.deepEqual(tree.pictures(), ["valid/gate-north/2026-11-21T23-30-05Z.webp"]);
});

Deno.test("camera_folders keeps invalid files as they came with the reason beside them, by camera where the name tells it", async () => {
  const tree = await written(
    [],
    [
      refused("d/gate-north-1795303805.jpg", "blurred"),
      refused("d/gate-north-1795303805.png", "duplicate"),
      refused("odd name.JPG", "bad_name"),
      refused("evil.html", "bad_name"),
      refused("gone-5.jpg", "unreadable", {
        losses: [{ child: "", verdict: "rejected", step: "admit", reason: "gone" }],
      }),
    ].map((line) => line.key === "gone-5.jpg" ? withoutBlob(line) : line),
  );
  const paths = pathsOf(tree).map((path) => path.replace(/[0-9a-f]{12}/, "#"));
  assert.deepEqual(paths, [
    "invalid/gate-north/d--gate-north-1795303805.jpg",
    "invalid/gate-north/d--gate-north-1795303805.jpg.json",
    "invalid/gate-north/d--gate-north-1795303805.png",
    "invalid/gate-north/d--gate-north-1795303805.png.json",
    "invalid/gone/gone-5.jpg.json",
    "invalid/index.html",
    "invalid/unknown/evil-html-#.bin",
    "invalid/unknown/evil-html-#.bin.json",
    "invalid/unknown/odd-name-#.jpg",
    "invalid/unknown/odd-name-#.jpg.json",
  ]);
  const beside = tree.textOf("invalid/gate-north/d--gate-north-1795303805.jpg.json");
  assert.deepEqual(JSON.parse(beside), {
    id: "d/gate-north-1795303805.jpg",
    camera: "gate-north",
    reason: "blurred",
    detail: "It is blurred",
    step: "validate",
    size: 9,
  });
  const linked = tree.blobs.get("invalid/gate-north/d--gate-north-1795303805.jpg");
  assert.equal(linked, digestOf("d/gate-north-1795303805.jpg"));
});

function withoutBlob({ blob: _, ...line }: LedgerLine): LedgerLine {
  return line;
}

Deno.test("camera_folders leaves out what was dropped by choice", async () => {
  const dropped = refused("a-5.jpg", "purged", { verdict: "dropped" });
  const losses = dropped.losses.map((loss) => ({ ...loss, verdict: "dropped" as const }));
  assert.deepEqual(pathsOf(await written([], [{ ...dropped, losses }])), ["invalid/index.html"]);
});

Deno.test("camera_folders shows invalid images on pages without scripts that escape all they show", async () => {
  const tree = await written([], [
    refused("<script>alert(1)</script>-5.jpg", "bad_name", {
      losses: [{
        child: "",
        verdict: "rejected",
        step: "admit",
        reason: "bad_name",
        detail: '"><img src=x onerror=y>',
      }],
    }),
    refused("a-1795303805.jpg", "blurred"),
    refused("b-1795303805.jpg", "blurred"),
  ], { page_size: 2 });
  const first = tree.textOf("invalid/index.html");
  const second = tree.textOf("invalid/page-2.html");
  assert.ok(!first.includes("<script") && !first.includes("<img src=x"), first);
  assert.match(first, /&lt;script&gt;/);
  assert.match(first, /script-src|default-src &#39;none&#39;/);
  assert.match(first, /sample: 3 of 3 images are invalid/);
  assert.match(first, /blurred<\/span><\/td><td class="number">2/);
  assert.match(first, /<a href="page-2\.html">Next<\/a>/);
  assert.match(second, /<a href="index\.html">Previous<\/a>/);
  assert.match(second, /<img src="b\/b-1795303805\.jpg"/);
  for (const [, path = ""] of first.matchAll(/<img src="([^"]+)"/g)) assert.ok(tree.files.has(`invalid/${path}`), path);
});

Deno.test("camera_folders writes one page that says so when nothing is invalid", async () => {
  const page = (await written([{ key: "a.jpg", facts: night }])).textOf("invalid/index.html");
  assert.match(page, /0 of 1 images are invalid/);
  assert.ok(!page.includes("<nav>") && !page.includes("<figure"));
});
