import assert from "node:assert/strict";
import type { RunEvent, Summary } from "../../runtime/contract/events.ts";
import { createReporter, type ReporterOptions } from "../../runtime/cli/reporter.ts";
import { type KeptTerminal, keptTerminal, plainStyle } from "./terminals.ts";

const started: RunEvent = { event: "started", run: "r1", pipeline: "cats", dataset: "cats" };
const plan: RunEvent = {
  event: "plan",
  dataset: "cats",
  records: { total: 2, new: 2, changed: 0, unchanged: 0, removed: 0 },
  stages: [{ id: "admit", steps: ["admit"], cached: false }],
};
const summary: Summary = {
  event: "summary",
  run: "r1",
  dataset: "cats",
  outcome: "published",
  number: 1,
  version: "ab".repeat(32),
  store: "/s",
  stages: [],
  seconds: 1,
};

function admitted(done: number): RunEvent {
  return { event: "progress", stage: "admit", done, total: 2, rate: 1 };
}

function reporting(terminal: KeptTerminal, options: Partial<ReporterOptions> = {}) {
  const clock = { ms: 0 };
  const style = { out: plainStyle, err: plainStyle };
  const now = () => clock.ms;
  return { clock, reporter: createReporter({ terminal, style, mode: "people", planOnly: false, now, ...options }) };
}

Deno.test("createReporter() writes the summary to standard output and all else to standard error", () => {
  const terminal = keptTerminal();
  const { reporter } = reporting(terminal);
  for (const event of [started, plan, admitted(1), admitted(2), summary]) reporter.event(event);
  assert.equal(
    terminal.err.text,
    "cats  run r1\nPlan for cats, for its first version\n  records  2: new 2, changed 0, unchanged 0, removed 0\n" +
      "  stages   admit\n\nadmit: 2/2, done\n",
  );
  assert.match(terminal.out.text, /^Published cats v1 {2}abababababab {2}in 1\.0 s\n/);
});

Deno.test("createReporter() writes the plan to standard output when it is what was asked for", () => {
  const terminal = keptTerminal();
  const { reporter } = reporting(terminal, { planOnly: true });
  for (const event of [started, plan]) reporter.event(event);
  assert.match(terminal.out.text, /^Plan for cats/);
  assert.equal(terminal.err.text, "cats  run r1\n");
});

Deno.test("createReporter() writes a log line of progress every few seconds without a terminal", () => {
  const terminal = keptTerminal();
  const { reporter, clock } = reporting(terminal);
  for (let ms = 0; ms <= 7_000; ms += 100) {
    clock.ms = ms;
    reporter.event(admitted(1));
    reporter.tick();
  }
  assert.equal(terminal.err.text.split("\n").length - 1, 2);
});

Deno.test("createReporter() draws at most ten times a second in a terminal, and cleans up", () => {
  const terminal = keptTerminal({ isTerminal: true });
  const { reporter, clock } = reporting(terminal);
  for (let ms = 0; ms < 1_000; ms += 10) {
    clock.ms = ms;
    reporter.event(admitted(1));
  }
  const pictures = terminal.err.text.match(/━/g)?.length ?? 0;
  assert.equal(pictures, 10 * 12);
  reporter.event(summary);
  assert.ok(terminal.err.text.endsWith("\u001b[1A\r\u001b[J"), JSON.stringify(terminal.err.text.slice(-40)));
  const drawn = terminal.err.text;
  reporter.tick();
  reporter.close();
  assert.equal(terminal.err.text, drawn);
});

Deno.test("createReporter() draws what came last, also when nothing comes after it", () => {
  const terminal = keptTerminal({ isTerminal: true });
  const { reporter, clock } = reporting(terminal);
  reporter.event(admitted(0));
  reporter.event(admitted(1));
  assert.doesNotMatch(terminal.err.text, /1\/2/);
  clock.ms = 250;
  reporter.tick();
  assert.match(terminal.err.text, /1\/2/);
});

Deno.test("createReporter() puts log lines above the live ones", () => {
  const terminal = keptTerminal({ isTerminal: true });
  const { reporter, clock } = reporting(terminal);
  reporter.event(admitted(1));
  reporter.event({ event: "log", level: "info", text: "motogp: hello" });
  clock.ms = 500;
  reporter.tick();
  const [, after = ""] = terminal.err.text.split("\u001b[1A\r\u001b[J");
  assert.match(after, /^motogp: hello\nadmit/);
});

Deno.test("createReporter() shows no more live lines than the terminal has room for", () => {
  const terminal = keptTerminal({ isTerminal: true, rows: 5 });
  const { reporter, clock } = reporting(terminal);
  for (let stage = 0; stage < 20; stage++) {
    clock.ms += 100;
    reporter.event({ event: "progress", stage: `s${stage}`, done: 1, total: 2, rate: 1 });
  }
  const last = terminal.err.text.split("\r").at(-1) ?? "";
  assert.equal(last.split("\n").length - 1, 3);
});

Deno.test("createReporter() prints every event as a line of JSON, and nothing else", () => {
  const terminal = keptTerminal();
  const { reporter } = reporting(terminal, { mode: "json" });
  const failed: RunEvent = { event: "failed", code: "plugin", message: "Cannot\nrun", exit: 8 };
  const events = [started, plan, admitted(1), summary, failed];
  for (const event of events) reporter.event(event);
  reporter.notice("Loading");
  reporter.tick();
  reporter.close();
  assert.equal(terminal.err.text, "");
  assert.deepEqual(terminal.out.text.trimEnd().split("\n").map((line) => JSON.parse(line)), events);
});

Deno.test("createReporter() says little when it should be quiet, but names what is wrong", () => {
  const terminal = keptTerminal({ isTerminal: true });
  const { reporter } = reporting(terminal, { mode: "quiet" });
  for (const event of [started, plan, admitted(1)]) reporter.event(event);
  reporter.event({ event: "log", level: "info", text: "all well" });
  assert.equal(terminal.err.text, "");
  reporter.event({ event: "log", level: "warning", text: "careful" });
  reporter.event({ event: "failed", code: "limit", message: "Cannot publish", exit: 4 });
  assert.equal(terminal.err.text, "warning: careful\nerror: Cannot publish\n");
  reporter.event(summary);
  assert.equal(terminal.out.text, "published cats@1 abababababab\n");
});
