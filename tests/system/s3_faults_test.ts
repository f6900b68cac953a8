import assert from "node:assert/strict";
import type { Rule } from "../s3/faults.ts";
import { s3Test } from "../s3/server.ts";
import { checkEach, checkRun, disturbed, withPipeline } from "./s3_runs.ts";

const some = { chance: 0.15 } as const;

/** Faults that pass: a run gets over them. */
const faults: Readonly<Record<string, Rule>> = {
  "nobody listens now and then": { nth: [5, 40, 90], fault: { kind: "refused", forMs: 150 } },
  "connections end in requests": { ...some, fault: { kind: "reset_request", afterBytes: 5 } },
  "connections end in answers": { ...some, fault: { kind: "reset_answer", afterBytes: 3 } },
  "connections end in the heads of answers": { ...some, fault: { kind: "reset_answer", afterBytes: -1 } },
  "answers to writes are lost": { kind: ["put", "copy", "remove"], ...some, fault: { kind: "lost_answer" } },
  "the answer to the ref is lost": { key: /refs\//, kind: "put", nth: 1, fault: { kind: "lost_answer" } },
  "some requests get no answer": { nth: [4, 30, 60], fault: { kind: "silence" } },
  "the server fails": { ...some, fault: { kind: "error", status: 500, code: "InternalError" } },
  "the server is busy": { chance: 0.1, fault: { kind: "error", status: 503, code: "SlowDown" } },
  "the server asks to wait a second": {
    nth: [3, 20],
    fault: { kind: "error", status: 503, code: "SlowDown", retryAfter: 1 },
  },
  "answers drip": { fault: { kind: "slow", bytes: 200, pauseMs: 1 } },
  "ETags are wrong": { fault: { kind: "wrong_etag" } },
  "the clock of an answer is wrong": { nth: [2, 50], fault: { kind: "clock", byMs: 3_600_000 } },
  "the clock is found wrong once": { nth: 2, fault: { kind: "clock", byMs: 3_600_000, refuse: true } },
  "listings are cut": { kind: "list", nth: [1, 3], fault: { kind: "listing", how: "cut" } },
  "listings lack entries": { kind: "list", nth: [1, 3], fault: { kind: "listing", how: "missing" } },
  "listings do not say where they go on": { kind: "list", nth: [1, 3], fault: { kind: "listing", how: "no_token" } },
};

s3Test(
  "run ends with the version of an undisturbed run when a fault passes",
  () =>
    withPipeline((pipeline) =>
      checkEach(faults, (rule, name) =>
        disturbed(pipeline, [rule], async (run) => {
          assert.ok(run.faults > 0, "no request met the fault");
          assert.equal(await checkRun(pipeline, run), "finished");
        }, name))
    ),
);
