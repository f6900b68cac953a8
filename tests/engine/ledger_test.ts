import assert from "node:assert/strict";
import { countsOf, ledgerOf, sumCounts } from "../../runtime/engine/ledger.ts";
import type { Entry } from "../../runtime/engine/entry.ts";
import { image } from "./fixtures.ts";

function entry(key: string, children: readonly string[], more: Partial<Entry> = {}): Entry {
  const items = children.map((child) => ({ child, image: image(key), facts: {} }));
  return { key, input: "", items, losses: [], notes: [], ...more };
}

const rejectedLoss = { child: "", verdict: "rejected", step: "admit", reason: "empty_file" } as const;
const droppedLoss = { child: "", verdict: "dropped", step: "sample", reason: "not_sampled" } as const;
const cropLoss = { child: "crop2", verdict: "rejected", step: "render", reason: "undecodable" } as const;
const note = { child: "", step: "crop", text: "asked for 3, placed 2" };

const stages = [
  [entry("a", [""]), entry("b", [], { losses: [rejectedLoss] }), entry("c", [""])],
  [entry("a", ["crop1", "crop2"], { notes: [note] }), entry("c", [], { losses: [droppedLoss] })],
  [entry("a", ["crop1"], { losses: [cropLoss] })],
];

Deno.test("ledgerOf() has one line for every record, with what became of it in every stage", () => {
  assert.deepEqual(ledgerOf(stages), [
    { key: "a", verdict: "kept", items: 1, losses: [cropLoss], notes: [note] },
    { key: "b", verdict: "rejected", items: 0, losses: [rejectedLoss], notes: [] },
    { key: "c", verdict: "dropped", items: 0, losses: [droppedLoss], notes: [] },
  ]);
});

Deno.test("sumCounts() of halves is countsOf() the whole", () => {
  const ledger = ledgerOf(stages);
  const whole = countsOf(ledger);
  assert.deepEqual(whole, {
    records: 3,
    kept: 1,
    dropped: 1,
    rejected: 1,
    items: 1,
    losses: { "render/undecodable": 1, "admit/empty_file": 1, "sample/not_sampled": 1 },
    notes: { crop: 1 },
  });
  assert.deepEqual(sumCounts([countsOf(ledger.slice(0, 1)), countsOf(ledger.slice(1))]), whole);
});
