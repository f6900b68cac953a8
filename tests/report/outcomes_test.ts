import assert from "node:assert/strict";
import type { LedgerLine } from "../../runtime/contract/item.ts";
import { createOutcomeSurvey } from "../../runtime/report/outcomes.ts";

function line(verdict: LedgerLine["verdict"], reason: string): LedgerLine {
  const losses = verdict === "kept" ? [] : [{ child: "", verdict, step: "validate", reason }];
  return { key: reason, verdict, items: 0, losses, notes: [] };
}

function lossesOf(lines: readonly LedgerLine[]) {
  const survey = createOutcomeSurvey();
  lines.forEach(survey.add);
  return survey.losses().map(({ verdict, reason, records }) => `${verdict} ${reason} ${records}`);
}

Deno.test("createOutcomeSurvey() counts lost records by verdict and reason, the most first", () => {
  const lines = [
    line("kept", ""),
    line("dropped", "b"),
    line("rejected", "a"),
    line("rejected", "c"),
    line("dropped", "b"),
  ];
  assert.deepEqual(lossesOf(lines), ["dropped b 2", "rejected a 1", "rejected c 1"]);
});

Deno.test("createOutcomeSurvey() stays small when every reason is another", () => {
  const losses = lossesOf(Array.from({ length: 500 }, (_, index) => line("rejected", `r${index}`)));
  assert.deepEqual([losses.length, losses.at(-1)], [201, "rejected other reasons 300"]);
});
