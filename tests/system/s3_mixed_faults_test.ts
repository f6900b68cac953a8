import assert from "node:assert/strict";
import type { Rule } from "../s3/faults.ts";
import { s3Test } from "../s3/server.ts";
import { checkEach, checkRun, disturbed, withPipeline } from "./s3_runs.ts";

/** Every fault, each now and then. */
const mix: readonly Rule[] = [
  { chance: 0.01, fault: { kind: "refused", forMs: 100 } },
  { chance: 0.03, fault: { kind: "reset_request", afterBytes: 20 } },
  { chance: 0.03, fault: { kind: "reset_answer", afterBytes: 30 } },
  { chance: 0.03, fault: { kind: "reset_answer", afterBytes: -1 } },
  { chance: 0.03, fault: { kind: "lost_answer" } },
  { chance: 0.005, fault: { kind: "silence" } },
  { chance: 0.03, fault: { kind: "slow", bytes: 100, pauseMs: 2 } },
  { chance: 0.03, fault: { kind: "error", status: 500, code: "InternalError" } },
  { chance: 0.02, fault: { kind: "error", status: 503, code: "SlowDown" } },
  { chance: 0.01, fault: { kind: "error", status: 503, code: "SlowDown", retryAfter: 1 } },
  { chance: 0.03, fault: { kind: "wrong_etag" } },
  { chance: 0.01, fault: { kind: "clock", byMs: -3_600_000 } },
  { chance: 0.003, fault: { kind: "clock", byMs: 3_600_000, refuse: true } },
  { chance: 0.002, fault: { kind: "error", status: 403, code: "ExpiredToken" } },
  { kind: "list", chance: 0.1, fault: { kind: "listing", how: "cut" } },
  { kind: "list", chance: 0.1, fault: { kind: "listing", how: "missing" } },
  { kind: "list", chance: 0.1, fault: { kind: "listing", how: "no_token" } },
  { kind: "list", chance: 0.1, fault: { kind: "listing", how: "nonsense" } },
];

s3Test(
  "run ends right or stops clearly when all faults come now and then, and the next one ends right",
  () =>
    withPipeline((pipeline) =>
      checkEach(
        { first: mix, second: mix, third: mix, fourth: mix },
        (rules, seed) =>
          disturbed(pipeline, rules, async (run) => {
            assert.ok(run.faults >= 3, `only ${run.faults} faults`);
            await checkRun(pipeline, run);
          }, seed),
      )
    ),
);
