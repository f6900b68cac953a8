import assert from "node:assert/strict";
import type { DiffSide, DiffSummary } from "../../runtime/contract/diff.ts";
import { type ChangeGroup, diffPageMark, type Shot, writeDiffPage } from "../../runtime/report/diff_page.ts";
import { onePixel } from "../suites/memory_dataset.ts";

const counts = { records: 1, kept: 1, dropped: 0, rejected: 0, items: 1, losses: {}, notes: {} };
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;

function side(dataset: string, number: number): DiffSide {
  return { dataset, number, version: "0".repeat(64), counts };
}

function summaryOf(more: Partial<DiffSummary> = {}): DiffSummary {
  return {
    before: side("cats", 1),
    after: side("cats", 2),
    same: false,
    records: { added: 0, changed: 0, removed: 0 },
    items: {
      added: 0,
      removed: 0,
      changed: 1,
      parts: { pixels: 0, picture: 0, facts: 0, boxes: 1 },
      boxes: { added: 1, removed: 1, moved: 0, relabelled: 0, rescored: 0 },
    },
    balance: [],
    settings: [],
    ...more,
  };
}

function shotOf(more: Partial<Shot> = {}): Shot {
  return { thumbnail: onePixel, size: { width: 40, height: 30 }, boxes: [], ...more };
}

function groupOf(more: Partial<ChangeGroup> = {}): ChangeGroup {
  return { change: "changed", count: 1, shown: [], listed: [], ...more };
}

Deno.test("writeDiffPage() shows what came from outside as text, wherever it stands", () => {
  const box = { kind: "added", box: { label: hostile, box: [1, 2, 3, 4] } } as const;
  const pictured = { id: hostile, texts: [hostile], before: shotOf(), after: shotOf({ boxes: [box] }) };
  const page = writeDiffPage({
    summary: summaryOf({
      before: side(hostile, 1),
      balance: [{ of: hostile, name: hostile, change: 1 }],
      settings: [{ what: hostile, text: hostile }],
    }),
    groups: [groupOf({ shown: [pictured], listed: [{ id: hostile, text: hostile }], count: 2 })],
  });
  assert.equal(page.includes("<script"), false);
  assert.equal(page.includes("<img src=x"), false);
  assert.ok(page.includes("&quot;&gt;&lt;script&gt;"));
  assert.match(page, /default-src 'none'|default-src &#39;none&#39;/);
  assert.ok(page.slice(0, 500).includes(diffPageMark));
});

Deno.test("writeDiffPage() draws boxes by what became of them, those that changed on top and with their names", () => {
  const boxes = [
    { kind: "removed", box: { label: "dog", box: [1, 2, 3, 4] } },
    { kind: "same", box: { label: "cat", box: [5, 6, 7, 8] } },
  ] as const;
  const pictured = { id: "a", texts: [], before: shotOf({ boxes }), after: shotOf() };
  const page = writeDiffPage({ summary: summaryOf(), groups: [groupOf({ shown: [pictured] })] });
  assert.match(
    page,
    /<svg viewBox="0 0 40 30"[^>]*><g class="same">.*<\/g><g class="removed">.*>dog<\/text><\/g><\/svg>/,
  );
  assert.equal(page.includes(">cat</text>"), false);
  assert.equal(page.match(/data:image\/png;base64,/g)?.length, 2);
});

Deno.test("writeDiffPage() says how much it leaves out, and shows no picture where there is none", () => {
  const shown = [{ id: "a", texts: [], after: { size: { width: 0, height: 0 }, boxes: [] } }];
  const listed = Array.from({ length: 30 }, (_, at) => ({ id: `more ${at}`, text: "its record is new" }));
  const page = writeDiffPage({
    summary: summaryOf(),
    groups: [groupOf({ change: "added", count: 5000, shown, listed }), groupOf({ change: "removed", count: 0 })],
  });
  assert.match(page, /1 of 5\s000 with pictures/);
  assert.match(page, /30 without pictures/);
  assert.match(page, /and 4\s969 more, which diff --json lists/);
  assert.match(page, /no picture/);
  assert.equal(page.includes("Removed"), false);
});
