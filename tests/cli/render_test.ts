import assert from "node:assert/strict";
import type { Summary } from "../../runtime/contract/events.ts";
import { createPaint } from "../../runtime/cli/paint.ts";
import {
  failureLines,
  logLine,
  planLines,
  problemText,
  quietLine,
  startedLine,
  summaryLines,
} from "../../runtime/cli/render.ts";
import { plainStyle } from "./terminals.ts";

const version = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const published: Summary = {
  event: "summary",
  run: "20260825T101112Z-ab12cd34",
  dataset: "motogp",
  outcome: "published",
  number: 1,
  version,
  counts: {
    records: 24,
    kept: 21,
    dropped: 1,
    rejected: 2,
    items: 1066,
    losses: { "admit/not_an_image": 1, "crop/too_small": 3, "validate/damaged": 1 },
    notes: { random_crop: 2 },
  },
  files: "/data/store/published/motogp/v1",
  store: "/data/store",
  stages: [
    { id: "admit", itemsIn: 24, itemsOut: 23, computed: 24, reused: 0, seconds: 0.124, busySeconds: 0.2 },
    { id: "crop+random_crop", itemsIn: 22, itemsOut: 1066, computed: 2, reused: 20, seconds: 12, busySeconds: 21.126 },
  ],
  seconds: 13.24,
  rejected: [
    { id: "notes.jpg", step: "admit", reason: "not_an_image", detail: "its first bytes are those of no known image" },
    { id: "rider\u001b[31m.jpg", step: "validate", reason: "damaged" },
  ],
};

Deno.test("startedLine() names the dataset where it is not the pipeline's", () => {
  const event = { event: "started", run: "r1", pipeline: "motogp", dataset: "motogp" } as const;
  assert.equal(startedLine(event, plainStyle), "motogp  run r1");
  assert.equal(startedLine({ ...event, dataset: "motogp~3f2a" }, plainStyle), "motogp as motogp~3f2a  run r1");
});

Deno.test("planLines() shows what is new, and why unchanged records run again", () => {
  assert.deepEqual(
    planLines({
      event: "plan",
      dataset: "motogp",
      parent: 3,
      records: { total: 1022, new: 22, changed: 0, unchanged: 1000, removed: 4 },
      stages: [
        { id: "admit", steps: ["admit"], cached: true },
        { id: "crop", steps: ["crop"], cached: false },
      ],
      because: ["crop is new or has other options or code"],
    }, plainStyle),
    [
      "Plan for motogp, on top of v3",
      "  records  1,022: new 22, changed 0, unchanged 1,000, removed 4",
      "  stages   admit, crop",
      "  again    crop is new or has other options or code",
    ],
  );
});

Deno.test("summaryLines() shows counts, losses, rejected ids, times and places", () => {
  assert.deepEqual(summaryLines(published, plainStyle), [
    "Published motogp v1  9f86d081884c  in 13.2 s",
    "  records  24: kept 21, dropped 1, rejected 2",
    "  items    1,066",
    "  notes    random_crop 2",
    "",
    "Lost on the way",
    "  step      reason        items",
    "  crop      too_small         3",
    "  admit     not_an_image      1",
    "  validate  damaged           1",
    "",
    "Rejected",
    "  id                   step      reason",
    "  notes.jpg            admit     not_an_image  its first bytes are those of no known image",
    "  rider\\u{1b}[31m.jpg  validate  damaged",
    "",
    "Stages",
    "  stage             in    out  computed  reused  seconds   busy",
    "  admit             24     23        24       0     0.12   0.20",
    "  crop+random_crop  22  1,066         2      20    12.00  21.13",
    "  total                                            13.24  21.33",
    "",
    "  files  /data/store/published/motogp/v1",
    "  store  /data/store",
    "  more   deno task fw show motogp@1",
  ]);
});

Deno.test("summaryLines() says that nothing changed, and that nothing was written", () => {
  const { counts: _, files: __, rejected: ___, ...bare } = published;
  const unchanged = summaryLines({ ...bare, outcome: "unchanged", stages: [], seconds: 0.15 }, plainStyle);
  assert.deepEqual(unchanged, [
    "Nothing changed: motogp v1 stands  9f86d081884c  in 0.15 s",
    "",
    "  store  /data/store",
    "  more   deno task fw show motogp@1",
  ]);
  const { number: ____, version: _____, ...first } = bare;
  assert.deepEqual(summaryLines({ ...first, outcome: "planned", stages: [], seconds: 0.05 }, plainStyle), [
    "Planned motogp in 0.05 s; nothing was written",
  ]);
});

Deno.test("summaryLines() names the store in the line to paste, where commands would take another one", () => {
  const lines = summaryLines(published, plainStyle, " --store 's3://a/b?region=eu'");
  assert.equal(lines.at(-1), "  more   deno task fw show motogp@1 --store 's3://a/b?region=eu'");
});

Deno.test("quietLine() is one line that names the version", () => {
  assert.equal(quietLine(published), "published motogp@1 9f86d081884c");
});

Deno.test("logLine() makes hostile text harmless", () => {
  const event = { event: "log", level: "warning", text: "a\u001b]0;owned\u0007\nb" } as const;
  assert.equal(logLine(event, plainStyle), "warning: a\\u{1b}]0;owned\\u{7}\\nb");
});

Deno.test("failureLines() shows message, every problem at its place, and the hint", () => {
  const lines = failureLines({
    event: "failed",
    code: "manifest",
    message: "Cannot use the manifest: 2 problems",
    problems: [
      {
        message: "Unknown plugin `resise`",
        file: "pipelines/x.yaml",
        line: 12,
        column: 11,
        excerpt: "  - uses: resise\n          ^^^^^^",
        hint: "Did you mean `resize`?",
      },
      { message: "`source` is missing", file: "pipelines/x.yaml" },
    ],
    hint: "See the plugins with `deno task fw plugins`",
    exit: 3,
  }, plainStyle);
  assert.deepEqual(lines, [
    "error: Cannot use the manifest: 2 problems",
    "",
    "pipelines/x.yaml:12:11: Unknown plugin `resise`",
    "  12 |   - uses: resise",
    "     |           ^^^^^^",
    "       Did you mean `resize`?",
    "",
    "pipelines/x.yaml: `source` is missing",
    "",
    "See the plugins with `deno task fw plugins`",
  ]);
});

Deno.test("failureLines() calls an interruption a stop", () => {
  const event = { event: "failed", code: "interrupted", message: "The run was stopped", exit: 130 } as const;
  assert.deepEqual(failureLines(event, plainStyle), ["stopped: The run was stopped"]);
});

Deno.test("problemText() shows paths as the user knows them", () => {
  const style = { ...plainStyle, shown: (path: string) => path.replace("/home/me/", "") };
  assert.equal(
    problemText({ message: "It is empty", file: "/home/me/a.yaml", line: 1, column: 1 }, style),
    [
      "a.yaml:1:1: It is empty",
    ].join("\n"),
  );
});

Deno.test("summaryLines() colours without changing a letter", () => {
  // deno-lint-ignore no-control-regex
  const escapes = /\u001b\[\d+m/g;
  const colours = { ...plainStyle, paint: createPaint(true) };
  const coloured = summaryLines(published, colours).join("\n");
  assert.match(coloured, escapes);
  assert.equal(coloured.replaceAll(escapes, ""), summaryLines(published, plainStyle).join("\n"));
});
