import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import type { LedgerLine } from "../../runtime/contract/item.ts";
import { recordLog } from "../../runtime/report/record_log.ts";
import { memoryDataset, sketchedItem } from "../suites/memory_dataset.ts";

const signal = new AbortController().signal;

Deno.test("recordLog() has a line for every record, with what was found in all its items", async () => {
  const box = (label: string) => ({ label, box: [0, 0, 9, 9] });
  const lost: LedgerLine = {
    key: "b,1",
    verdict: "dropped",
    items: 0,
    losses: [{ child: "", verdict: "dropped", step: "dedupe", reason: "near_duplicate", detail: 'Of "a"' }],
    notes: [],
  };
  const kept = (key: string, items: number): LedgerLine => ({
    key,
    verdict: "kept",
    items,
    losses: [{ child: "x", verdict: "dropped", step: "crop", reason: "too_small" }],
    notes: [{ child: "", step: "crop", text: "fewer" }],
  });
  const { ledger, scan } = memoryDataset({
    items: [
      sketchedItem({ key: "a", child: "1", facts: { detections: [box("car"), box("bus")] } }),
      sketchedItem({ key: "a", child: "2", facts: { detections: [box("car")] } }),
      sketchedItem({ key: "c" }),
    ],
    ledger: [kept("a", 2), lost, kept("c", 1)],
  });
  const lines = await Array.fromAsync(recordLog({ ledger: ledger(), items: scan() }, signal));
  assert.deepEqual(parse(lines.join("")), [
    ["key", "verdict", "step", "reason", "detail", "items", "detections", "classes", "notes"],
    ["a", "kept", "", "", "", "2", "3", "car 2; bus 1", "1"],
    ["b,1", "dropped", "dedupe", "near_duplicate", 'Of "a"', "0", "", "", "0"],
    ["c", "kept", "", "", "", "1", "", "", "1"],
  ]);
});
