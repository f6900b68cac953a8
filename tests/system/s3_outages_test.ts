import assert from "node:assert/strict";
import type { Rule } from "../s3/faults.ts";
import { s3Test } from "../s3/server.ts";
import { checkEach, checkRun, disturbed, messageIn, withPipeline } from "./s3_runs.ts";

/** Faults that stay, and what a run says of them. */
const outages: Readonly<Record<string, readonly [Rule, RegExp]>> = {
  "the server goes away": [
    { from: 40, fault: { kind: "refused", forMs: 60_000 } },
    /cannot be reached or does not answer \(.*refused.*\); check the network and run again/i,
  ],
  "answers stop coming": [
    { kind: "put", key: /versions\//, fault: { kind: "silence" } },
    /cannot be reached or does not answer \(nothing was heard for 1 s\)/,
  ],
  "refs cannot be written": [
    { kind: "put", key: /refs\//, fault: { kind: "error", status: 500, code: "InternalError" } },
    /^Cannot write ".*refs\/faults\/00000001": .*cannot be reached or does not answer \(InternalError/,
  ],
  "the token expires": [
    { from: 30, fault: { kind: "error", status: 403, code: "ExpiredToken" } },
    /the credentials have expired \(ExpiredToken\); get new ones and run again/,
  ],
  "the clock is found wrong": [
    { fault: { kind: "clock", byMs: 3_600_000, refuse: true } },
    /the clocks of this machine and of the server differ too much/,
  ],
  "the server is busy for long": [
    { from: 20, fault: { kind: "error", status: 503, code: "SlowDown", retryAfter: 600 } },
    /asks for fewer requests .* and to wait 600 s; run again later/,
  ],
  "conditions are ignored": [
    { kind: "put", fault: { kind: "unconditional" } },
    /ignores `If-None-Match`, so that two runs could both publish one number; choose another server, or add single_w/,
  ],
  "listings always lack an entry": [
    { kind: "list", fault: { kind: "listing", how: "missing" } },
    /a page makes no sense: it holds \d+ entries and says \d+/,
  ],
  "writing is not allowed": [
    { kind: "put", from: 10, fault: { kind: "error", status: 403, code: "AccessDenied" } },
    /the server denies it \(AccessDenied\); these credentials need the rights to list, read and write/,
  ],
};

s3Test(
  "run stops with a clear message and nothing half published when a fault stays",
  () =>
    withPipeline((pipeline) =>
      checkEach(outages, ([rule, says]) =>
        disturbed(pipeline, [rule], async (run) => {
          assert.equal(await checkRun(pipeline, run), "stopped", run.ran.out);
          assert.match(messageIn(run.ran), says);
        }))
    ),
);
