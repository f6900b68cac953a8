import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import report from "../../plugins/report.ts";
import { ItemError, StoreError } from "../../runtime/contract/errors.ts";
import type { Image } from "../../runtime/contract/image.ts";
import type { LedgerLine } from "../../runtime/contract/item.ts";
import type { RunTimes } from "../../runtime/contract/version.ts";
import {
  type DatasetSketch,
  memoryDataset,
  onePixel,
  plainHeader,
  runExport,
  sketchedItem,
} from "../suites/memory_dataset.ts";
import { paintedJpeg } from "../suites/painted.ts";
import { stepWithModel } from "./models.ts";

const times: RunTimes = {
  run: "r1",
  startedAt: "2026-08-01T09:00:00Z",
  seconds: 4.2,
  stages: [{ id: "admit", itemsIn: 5, itemsOut: 4, computed: 4, reused: 0, seconds: 1.5, busySeconds: 2.25 }],
  environment: { deno: "2.9.6", cores: 2 },
};

function lost(key: string, reason: string, detail?: string, digest?: string): LedgerLine {
  const loss = { child: "", verdict: "rejected" as const, step: "validate", reason };
  const losses = [detail === undefined ? loss : { ...loss, detail }];
  const line = { key, verdict: "rejected" as const, items: 0, losses, notes: [] };
  return digest === undefined ? line : { ...line, blob: { digest, size: 3 } };
}

async function written(sketch: Partial<DatasetSketch>, options: unknown = {}) {
  const { tree } = await runExport(report, options, memoryDataset({ items: [], ...sketch }));
  return { tree, page: tree.textOf("index.html"), markdown: tree.textOf("report.md") };
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

Deno.test("report says what ran, what came of it and how long it took", async () => {
  const items = ["a", "b", "c"].map((key) => sketchedItem({ key, facts: { split: key === "c" ? "val" : "train" } }));
  const kept = ["a", "b", "c"].map((key): LedgerLine => ({ key, verdict: "kept", items: 1, losses: [], notes: [] }));
  const ledger = [...kept, lost("bad.jpg", "truncated", "The JPEG ends early")];
  const { page, markdown, tree } = await written({ name: "motogp", items, ledger, times });
  for (const text of [page, markdown]) {
    const parts = ["motogp", "truncated", "bad.jpg", "The JPEG ends early", "admit", "2.250", "2.9.6", "none 0", "val"];
    for (const part of parts) assert.ok(text.includes(part), part);
  }
  assert.match(markdown, /\| kept \| 3 \| 75/);
  assert.match(markdown, /\| `train` \| 2 \| 67/);
  assert.deepEqual(parse(tree.textOf("times.csv")), [
    ["stage", "items_in", "items_out", "computed", "reused", "seconds", "busy_seconds"],
    ["admit", "5", "4", "4", "0", "1.500", "2.250"],
  ]);
});

Deno.test("report leaves out times where there are none", async () => {
  const { tree, markdown } = await written({});
  assert.deepEqual([...tree.files.keys()], ["report.md", "index.html", "logs.csv"]);
  assert.ok(!markdown.includes("## Time") && !markdown.includes("times.csv"));
});

Deno.test("report says how many records were left out where and why", async () => {
  const dropped = (key: string): LedgerLine => ({
    key,
    verdict: "dropped",
    items: 0,
    losses: [{ child: "", verdict: "dropped", step: "dedupe", reason: "near_duplicate" }],
    notes: [],
  });
  const ledger = [lost("a", "truncated"), dropped("b"), dropped("c"), dropped("d")];
  const { page, markdown } = await written({ ledger });
  assert.match(
    markdown,
    /\| dropped \| `dedupe` \| `near_duplicate` \| 3 \| 75.% \|\n\| rejected \| `validate` \|.*25.% \|/,
  );
  assert.match(page, /near_duplicate <small>by dedupe<\/small>.*<b>3<\/b>.*75.%/);
});

Deno.test("report says how many boxes an image has on average, in the middle, and how many have none", async () => {
  const box = { label: "car", box: [0, 0, 9, 9] };
  const facts = [[], [box], [box, box], [box, box, box, box, box, box]].map((detections) => ({ detections }));
  const items = facts.map((facts, index) => sketchedItem({ key: `f${index}`, facts }));
  const { page, markdown } = await written({ items });
  for (const text of [page, markdown]) {
    assert.match(text, /9 boxes in 3 images; 1 image without any \(25.%\); mean 2\.3 and median 1 an image/);
  }
});

Deno.test("report leads to the page on drift where there is one", async () => {
  const drift = { id: "changes", uses: "drift", kind: "export", version: 1, options: {} } as const;
  const { page } = await written({ provenance: { exports: [drift] } });
  assert.match(page, /<a href="\.\.\/changes\/index\.html">/);
  assert.ok(!(await written({})).page.includes("<a "));
});

Deno.test("report page loads nothing, runs nothing and shows hostile text as text", async () => {
  const evil = `"><script>alert(1)</script>\n| x | \`y\` ![z](http://evil.example/z.png) \u202e\ud800`;
  const items = [sketchedItem({ key: evil, facts: { split: evil, [evil]: evil } })];
  items.push(sketchedItem({ key: `${evil}2`, facts: { split: evil, [evil]: evil } }));
  const ledger = [lost(`${evil}.jpg`, evil, evil)];
  const note = { child: "", step: evil, text: evil };
  ledger.push({ key: evil, verdict: "kept", items: 1, losses: [], notes: [note] });
  const provenance = { pipeline: evil, params: { [evil]: evil }, codec: evil };
  const named = { ...times, run: evil, environment: { [evil]: evil } };
  const { page, markdown } = await written({ name: evil, items, ledger, provenance, times: named });
  assert.ok(!/<script|<img src="(?!data:)|<link|<iframe|javascript:| on\w+=|@import|url\(/i.test(page));
  assert.ok(page.includes("&lt;script&gt;"));
  assert.ok(page.includes(`content="default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;"`));
  const outsideCode = markdown.replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, "");
  assert.ok(!/<|(?<!\\)[[\]]|:\/\//.test(outsideCode), outsideCode);
  for (const line of markdown.split("\n")) {
    if (!line.startsWith("|")) continue;
    assert.ok([3, 4, 5, 7, 10].includes(line.replaceAll("\\|", "").split("|").length), line);
  }
  // deno-lint-ignore no-control-regex
  assert.ok(!/[\u202e\u0000-\u0009\u000b-\u001f]/.test(page + markdown));
});

Deno.test("report shows samples of each split and no more examples of a reason than asked", async () => {
  const items = Array.from(
    { length: 40 },
    (_, index) => sketchedItem({ key: `f${index}`, facts: { split: index % 2 === 0 ? "train" : "val" } }),
  );
  const ledger = Array.from({ length: 30 }, (_, index) => lost(`bad${index}`, "truncated"));
  const { page, markdown } = await written({ items, ledger }, { samples: 3, examples: 5 });
  assert.equal(count(page, "<img "), 6);
  assert.equal(count(page, "no picture"), 5);
  assert.match(markdown, /truncated \(30\)/);
  assert.equal(count(markdown, "`bad"), 5);
});

Deno.test("report shows what was rejected upright where it can be decoded, and its name where not", async () => {
  const seen: Image[] = [];
  const blobs = new Map([["good", onePixel], ["text", new Uint8Array([1])], ["huge", new Uint8Array([2])]]);
  const { page } = await written({
    ledger: [
      lost("good.jpg", "too_small", undefined, "good"),
      lost("text.jpg", "not_an_image", undefined, "text"),
      lost("huge.jpg", "too_large", undefined, "huge"),
      lost("gone.jpg", "unreadable"),
    ],
    blobs,
    header(bytes) {
      if (bytes[0] === 1) throw new ItemError("not_an_image", "Cannot read the header: the bytes are no image");
      const width = bytes[0] === 2 ? 60_000 : 1;
      return { ...plainHeader, width, height: width, orientation: 6 };
    },
    thumbnail(image, edge) {
      seen.push(image);
      assert.ok(edge > 0);
      return Promise.resolve(onePixel);
    },
  });
  assert.equal(count(page, "data:image/png;base64,"), 1);
  assert.equal(count(page, "no picture"), 3);
  assert.deepEqual(seen.map(({ blob, edits }) => [blob.digest, edits]), [["good", [{ op: "orient", value: 6 }]]]);
});

Deno.test("report shows only pictures as pictures", async () => {
  const thumbnail = () => Promise.resolve(new TextEncoder().encode("<svg onload=alert(1)>"));
  const { page } = await written({ items: [sketchedItem({ key: "a" })], thumbnail });
  assert.equal(count(page, "<img "), 0);
});

Deno.test("report goes on when a sample cannot be decoded and stops when the store fails", async () => {
  const items = [sketchedItem({ key: "a" })];
  const failing = (error: Error) => ({ items, thumbnail: () => Promise.reject(error) });
  assert.match((await written(failing(new ItemError("broken", "Cannot decode")))).page, /no picture/);
  await assert.rejects(written(failing(new StoreError("corrupt", "Cannot read"))), StoreError);
});

Deno.test("report keeps its groups few when reasons are all different", async () => {
  const ledger = Array.from({ length: 500 }, (_, index) => lost(`k${index}`, `reason_${index}`));
  assert.equal(count((await written({ ledger })).page, '<h3><span class="tag bad"'), 60);
});

Deno.test("report says which models looked, what they know, and what they found", async () => {
  const labels = ["person", "bicycle", ...Array.from({ length: 78 }, (_, index) => `thing number ${index}`)];
  const about = { licence: "Apache-2.0", trainedOn: "COCO", limits: "Sees nothing small", source: "<b>" };
  const provenance = { steps: [stepWithModel(labels, about)] };
  const detections = [{ label: "person", score: 0.5, box: [0, 0, 50, 50] }, { label: "dog", box: [0, 0, 5, 5] }];
  const items = [
    sketchedItem({ key: "a.jpg", facts: { detections } }),
    sketchedItem({ key: "b.jpg", facts: { detections: [] } }),
  ];
  const { page, markdown } = await written({ items, provenance });
  for (const text of [page, markdown]) {
    for (const part of ["80 classes: person, bicycle, thing", "it cannot see anything else", "Apache-2.0", "COCO"]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(text.includes("2 boxes in 1 image; 1 image without any"));
    assert.ok(text.includes("Sees nothing small"));
  }
  assert.match(markdown, /\| `person` \| 1 \| 50.% \| 1 \| 0\.50 \|/);
  assert.match(markdown, /\| `dog` \| 1 \| 50.% \| 1 \| {2}\|/);
});

Deno.test("report draws boxes into sample pictures and says what they are", async () => {
  const asked: number[] = [];
  const thumbnail = async (_: Image, edge: number) => {
    asked.push(edge);
    return await paintedJpeg(edge, edge / 2);
  };
  const found = [{ label: "rider", box: [0, 0, 50, 50] }, { label: "rider", box: [90, 0, 50, 50] }];
  const items = [
    sketchedItem({ key: "a.jpg", size: [640, 320], facts: { detections: found } }),
    sketchedItem({ key: "b.jpg", size: [640, 320], facts: { detections: [] } }),
    sketchedItem({ key: "c.jpg", size: [640, 320] }),
  ];
  const { page } = await written({ items, thumbnail });
  assert.deepEqual(asked.toSorted((left, right) => left - right), [200, 200, 480]);
  assert.match(page, /a\.jpg<\/code><small>rider 2<\/small>/);
  assert.match(page, /b\.jpg<\/code><small>no detections<\/small>/);
  assert.match(page, /c\.jpg<\/code><\/figcaption>/);
});
