import assert from "node:assert/strict";
import { type Found, foundLine, refusedIn, refusedLine, totalsOf, totalsText } from "../../runtime/cli/found.ts";
import { createPaint } from "../../runtime/cli/paint.ts";
import { widthOf } from "../../runtime/cli/text.ts";

const paint = createPaint(false);

function found(image: string, ...labels: readonly string[]): Found {
  const detections = labels.map((label, at) => ({ label, score: 0.91 - at / 10, box: [1, 2, 3, 4] as const }));
  return { image, width: 64, height: 48, detections };
}

const all = [found("street.jpg", "person", "dog", "person", "person"), found("sky.png"), found("a.jpg", "dog")];

async function* each(): AsyncGenerator<Found> {
  yield* await Promise.resolve(all);
}

Deno.test("foundLine() sets counts and scores below each other", async () => {
  const totals = await totalsOf(each());
  assert.deepEqual(all.map((one) => foundLine(one, totals, 80, paint)), [
    "  street.jpg  3 person, 1 dog  best 0.91",
    "  sky.png     nothing",
    "  a.jpg       1 dog            best 0.91",
  ]);
});

Deno.test("foundLine() fits into a terminal and shows control characters", async () => {
  const long = found(`${"deep/".repeat(30)}\u001b[2J.jpg`, ...Array.from({ length: 20 }, (_, at) => `label ${at}`));
  const totals = await totalsOf((async function* () {
    yield await Promise.resolve(long);
  })());
  for (const width of [40, 80, 200]) {
    const line = foundLine(long, totals, width, paint);
    assert.ok(widthOf(line) <= Math.max(width, 50), `${width}: ${line}`);
    assert.ok(!line.includes("\u001b"));
    assert.match(line, /best 0\.91$/);
  }
  assert.match(foundLine(long, totals, Infinity, paint), /\\u\{1b\}\[2J\.jpg .*1 label 19/);
});

Deno.test("totalsText() counts images and objects, most first", async () => {
  assert.equal(totalsText(await totalsOf(each())), "3 images, 5 objects: 3 person, 2 dog");
  assert.equal(totalsText(await totalsOf((async function* () {})())), "0 images, 0 objects");
});

Deno.test("refusedIn() tells why an image was not looked at", () => {
  const loss = {
    child: "",
    verdict: "rejected",
    step: "admit",
    reason: "not_an_image",
    detail: "Cannot read it",
  } as const;
  const common = { key: "a\n.jpg", items: 0, losses: [loss], notes: [] };
  const refused = refusedIn({ ...common, verdict: "rejected" });
  assert.deepEqual(refused, { image: "a\n.jpg", reason: "not_an_image", detail: "Cannot read it" });
  assert.equal(refusedLine({ image: "a.jpg", reason: "bad", detail: "x".repeat(90) }, 40, paint).length, 40);
  assert.equal(refusedIn({ ...common, losses: [], verdict: "kept" }), undefined);
});
