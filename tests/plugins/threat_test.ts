import assert from "node:assert/strict";
import threat from "../../plugins/threat.ts";
import type { Box, Detection, Edit, Facts, Item, Threat } from "../../runtime/plugin.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { itemsAfter } from "./steps.ts";

type Seen = {
  readonly at?: string;
  readonly camera?: string;
  readonly found?: readonly Detection[];
  readonly facts?: Facts;
  readonly edits?: readonly Edit[];
  readonly key?: string;
};

const person: Detection = { label: "person", score: 0.8, box: [100, 100, 40, 100] };

function imageOf(
  { at = "2026-11-21T09:30:00Z", camera = "gate", found = [person], facts, edits = [], key }: Seen,
): Item {
  return sketchedItem({
    key: key ?? `${camera}-${at}.jpg`,
    facts: { camera, taken_unix: Date.parse(at) / 1000, detections: found, ...facts },
    edits,
  });
}

/** The threats of each image, in the order given. */
async function threatsIn(options: Record<string, unknown>, images: readonly Seen[]): Promise<(readonly Threat[])[]> {
  const { items } = await itemsAfter(threat, options, images.map(imageOf));
  return items.map(({ facts }) => {
    const threats = facts.threats as unknown as readonly Threat[]; // as the step declares
    assert.equal(facts.threat_count, threats.length);
    return threats;
  });
}

/** How many rules each image meets. */
async function countsIn(rule: Record<string, unknown>, images: readonly Seen[]): Promise<number[]> {
  const rules = [{ name: "r", labels: ["person"], ...rule }];
  return (await threatsIn({ rules }, images)).map((threats) => threats.length);
}

Deno.test("threat tells rule, users, labels, best score and history of an image", async () => {
  const found = [{ ...person, score: 0.51239 }, { ...person, score: 0.91236 }, { label: "dog", box: person.box }, {
    ...person,
    label: "car",
  }] as const;
  const facts = { owner: "alice; bob" };
  assert.deepEqual(await threatsIn({ labels: ["person"] }, [{ found, facts }]), [[
    {
      rule: "threat",
      users: ["alice", "bob"],
      labels: { person: 2 },
      score: 0.9124,
      frames: 1,
      of: 1,
      scores: [0.9124],
    },
  ]]);
  const [both] = await threatsIn({ labels: ["person", "dog"] }, [{ found }]);
  assert.deepEqual([both?.[0]?.labels, both?.[0]?.score, both?.[0]?.users], [{ person: 2, dog: 1 }, 1, []]);
});

Deno.test("threat gives an empty list to images that meet no rule, and to those in which nothing was found", async () => {
  assert.deepEqual(await threatsIn({ labels: ["dog"] }, [{}, { found: [] }]), [[], []]);
});

Deno.test("threat counts from the least score on, and detections without a score as certain", async () => {
  const scores = [0.49, 0.5, 1].map((score): Seen => ({ found: [{ ...person, score }], key: `${score}` }));
  const bare: Seen = { found: [{ label: "person", box: person.box }], key: "bare" };
  assert.deepEqual(await countsIn({ min_score: 0.5 }, [...scores, bare]), [0, 1, 1, 1]);
});

Deno.test("threat applies rules to cameras, locations and owners by pattern, all of them together", async () => {
  const images = [
    { camera: "gate-1", facts: { location: "Yard/East", owner: "alice; bob" } },
    { camera: "gate-2", facts: { location: "Hall", owner: "carol" } },
    { camera: "dock", facts: {} },
  ];
  assert.deepEqual(await countsIn({ cameras: ["gate-*"] }, images), [1, 1, 0]);
  assert.deepEqual(await countsIn({ cameras: ["dock", "gate-?"] }, images), [1, 1, 1]);
  assert.deepEqual(await countsIn({ locations: ["Yard/*"] }, images), [1, 0, 0]);
  assert.deepEqual(await countsIn({ owners: ["bob", "c*"] }, images), [1, 1, 0]);
  assert.deepEqual(await countsIn({ owners: ["bob", "c*"], cameras: ["gate-2"] }, images), [0, 1, 0]);
});

Deno.test("threat names the users of groups, each once, in place of the owners", async () => {
  const rules = [{ name: "r", labels: ["person"], users: ["guards", "zoe", "dora"] }];
  const groups = { guards: ["dora", "emil"] };
  const [threats] = await threatsIn({ rules, groups }, [{ facts: { owner: "alice" } }]);
  assert.deepEqual(threats?.[0]?.users, ["dora", "emil", "zoe"]);
});

Deno.test("threat gives every rule that is met, in the order of the rules", async () => {
  const rules = ["z", "a", "m"].map((name) => ({ name, labels: [name === "a" ? "dog" : "person"] }));
  assert.deepEqual((await threatsIn({ rules }, [{}]))[0]?.map(({ rule }) => rule), ["z", "m"]);
});

Deno.test("threat holds hours against the clock of the camera's place, over midnight", async () => {
  const night = { hours: "22:00-06:00" };
  const rome = { timezone: "Europe/Rome" };
  const at = ["20:59", "21:00", "23:59"].map((clock): Seen => ({ at: `2026-11-21T${clock}:00Z`, facts: rome }));
  assert.deepEqual(await countsIn(night, at), [0, 1, 1]);
  const morning = ["04:59", "05:00"].map((clock): Seen => ({ at: `2026-11-21T${clock}:00Z`, facts: rome }));
  assert.deepEqual(await countsIn(night, morning), [1, 0]);
  const tokyo: Seen = { at: "2026-11-21T13:30:00Z", facts: { timezone: "Asia/Tokyo" } };
  assert.deepEqual(await countsIn(night, [tokyo, { at: "2026-11-21T13:30:00Z" }]), [1, 0]);
  assert.deepEqual(await countsIn({ hours: ["08:00-09:00", "09:30-09:31"] }, [{}, { at: "2026-11-21T09:31:00Z" }]), [
    1,
    0,
  ]);
});

Deno.test("threat counts both hours that are called two when clocks go back, and none when they go forward", async () => {
  const facts = { timezone: "Europe/Rome" };
  const seen = (at: string): Seen => ({ at, facts });
  const two = { hours: "02:00-03:00" };
  const back = ["2026-10-24T23:59:59Z", "2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"];
  assert.deepEqual(await countsIn(two, back.map(seen)), [0, 1, 1, 0]);
  const forward = ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"];
  assert.deepEqual(await countsIn(two, forward.map(seen)), [0, 0]);
});

Deno.test("threat counts what lies behind midnight to the day on which the night began", async () => {
  const friday = { hours: "22:00-06:00", days: ["fri"] };
  const at = ["2026-11-20T05:00:00Z", "2026-11-20T23:00:00Z", "2026-11-21T05:00:00Z", "2026-11-21T23:00:00Z"];
  assert.deepEqual(await countsIn(friday, at.map((one) => ({ at: one }))), [0, 1, 1, 0]);
  assert.deepEqual(await countsIn({ days: ["sat"] }, at.map((one) => ({ at: one }))), [0, 0, 1, 1]);
});

const zones = { door: [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]], yard: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] };
const nearDoor: Detection = { label: "person", score: 0.6, box: [100, 100, 40, 100] };
const inYard: Detection = { label: "person", score: 0.9, box: [100, 200, 40, 100] };

Deno.test("threat asks for a foot in one of the rule's zones, and names the zone of the best", async () => {
  const seen: Seen = { found: [nearDoor, inYard], facts: { zones } };
  const rule = (given: readonly string[]) => ({ rules: [{ name: "r", labels: ["person"], zones: given }] });
  const [door] = await threatsIn(rule(["door"]), [seen]);
  assert.deepEqual([door?.[0]?.zone, door?.[0]?.score, door?.[0]?.labels], ["door", 0.6, { person: 1 }]);
  const [both] = await threatsIn(rule(["door", "yard"]), [seen]);
  assert.deepEqual([both?.[0]?.zone, both?.[0]?.score, both?.[0]?.labels], ["yard", 0.9, { person: 2 }]);
  assert.deepEqual(await threatsIn(rule(["attic"]), [seen, { found: [inYard] }]), [[], []]);
});

Deno.test("threat asks for a share of the box in the zone where one is given", async () => {
  const seen: Seen = { found: [{ ...inYard, box: [100, 190, 40, 100] }], facts: { zones } };
  assert.deepEqual(await countsIn({ zones: ["door"], overlap: 0.5 }, [seen]), [1]);
  assert.deepEqual(await countsIn({ zones: ["door"], overlap: 0.51 }, [seen]), [0]);
  assert.deepEqual(await countsIn({ zones: ["door"] }, [seen]), [0]);
});

Deno.test("threat finds zones in images that were resized, cut, padded, flipped or turned upright before", async () => {
  const rule = { zones: ["door"] };
  const facts = { zones };
  const seen = (edits: readonly Edit[], box: Box = [50, 50, 20, 50]): Seen => ({
    found: [{ ...nearDoor, box }],
    facts,
    edits,
  });
  const half: Edit = { op: "resize", width: 320, height: 240 };
  const right: Edit = { op: "crop", x: 320, y: 0, width: 320, height: 480 };
  const lower: Edit = { op: "crop", x: 0, y: 40, width: 640, height: 440 };
  const mirrored: Edit = { op: "flip", axis: "horizontal" };
  const framed: Edit = { op: "pad", left: 300, top: 0, right: 0, bottom: 0, color: [0, 0, 0] };
  assert.deepEqual(await countsIn(rule, [seen([half]), seen([right]), seen([lower]), seen([mirrored])]), [1, 0, 1, 0]);
  assert.deepEqual(await countsIn(rule, [seen([mirrored], [500, 50, 20, 50]), seen([framed], [350, 50, 20, 50])]), [
    1,
    1,
  ]);
  const upright: Edit = { op: "orient", value: 6 };
  assert.deepEqual(await countsIn(rule, [seen([upright], [200, 250, 20, 50]), seen([upright], [250, 250, 20, 50])]), [
    1,
    0,
  ]);
});

/** Images of one camera, each so many seconds after nine, with the score of a person or nothing. */
function series(rows: readonly (readonly [seconds: number, score: number])[], camera = "gate"): Seen[] {
  return rows.map(([seconds, score]) => ({
    camera,
    at: new Date(Date.parse("2026-11-21T09:00:00Z") + seconds * 1000).toISOString(),
    found: score === 0 ? [] : [{ ...person, score }],
  }));
}

Deno.test("threat wants a rule met by enough of the last images, and by this one", async () => {
  const frames = { least: 2, of: 3 };
  const rows = [[0, 0.5], [10, 0], [20, 0.7], [30, 0], [40, 0], [50, 0.6], [60, 0.9]] as const;
  assert.deepEqual(await countsIn({ frames }, series(rows)), [0, 0, 1, 0, 0, 0, 1]);
  const threats = await threatsIn({ rules: [{ name: "r", labels: ["person"], frames }] }, series(rows));
  assert.deepEqual(threats[2]?.map(({ frames, of, scores }) => ({ frames, of, scores })), [
    { frames: 2, of: 3, scores: [0.5, 0, 0.7] },
  ]);
});

Deno.test("threat looks back by time, whatever the order of the names, and at the same camera only", async () => {
  const frames = { least: 2, of: 2 };
  const images = [
    ...series([[20, 0.5], [0, 0.5]], "a"),
    ...series([[10, 0.5]], "b"),
    ...series([[30, 0.5]], "a"),
  ].map((seen, index): Seen => ({ ...seen, key: `${9 - index}.jpg` }));
  assert.deepEqual(await countsIn({ frames }, images), [1, 0, 0, 1]);
});

Deno.test("threat does not count images together that lie further apart than the gap", async () => {
  const rows = [[0, 0.5], [600, 0.5], [1201, 0.5]] as const;
  assert.deepEqual(await countsIn({ frames: { least: 2, of: 3 } }, series(rows)), [0, 1, 0]);
  assert.deepEqual(await countsIn({ frames: { least: 2, of: 3, gap: 601 } }, series(rows)), [0, 1, 1]);
  assert.deepEqual(await countsIn({ frames: { least: 2, of: 3, gap: 599 } }, series(rows)), [0, 0, 0]);
});

Deno.test("threat counts only images of the past that met the whole rule, with its hours", async () => {
  const rule = { frames: { least: 2, of: 2 }, hours: "09:00-10:00", min_score: 0.6 };
  assert.deepEqual(await countsIn(rule, series([[-10, 0.9], [0, 0.9], [10, 0.5], [20, 0.9], [30, 0.9]])), [
    0,
    0,
    0,
    0,
    1,
  ]);
});

Deno.test("threat gives the same for earlier images when later ones are added", async () => {
  const options = { rules: [{ name: "r", labels: ["person"], frames: { least: 2, of: 3 } }] };
  const rows = Array.from({ length: 40 }, (_, index) => [index * 10, index % 3 === 0 ? 0 : 0.5] as const);
  const whole = await threatsIn(options, series(rows));
  assert.deepEqual(await threatsIn(options, series(rows.slice(0, 25))), whole.slice(0, 25));
});

Deno.test("threat says when nothing can meet a rule", async () => {
  const rules = [{ name: "r", labels: ["person", "persn"], zones: ["door", "dor"] }];
  const { logs } = await itemsAfter(threat, { rules }, [imageOf({ facts: { zones } })]);
  assert.deepEqual(logs, [
    'rule "r" asks for what no image shows so far: persn',
    'rule "r" asks for zones that no camera has: dor',
  ]);
});

Deno.test("threat refuses options that contradict each other", () => {
  const labels = ["person"];
  const rule = { name: "r", labels };
  for (
    const options of [
      {},
      { labels: [] },
      { labels, rules: [rule] },
      { rules: [rule, rule] },
      { rules: [{ ...rule, hours: "22-6" }] },
      { rules: [{ ...rule, hours: "06:00-06:00" }] },
      { rules: [{ ...rule, days: ["friday"] }] },
      { rules: [{ ...rule, frames: { least: 3, of: 2 } }] },
      { rules: [{ ...rule, frames: { least: 2 } }] },
      { rules: [{ ...rule, overlap: 0 }] },
      { rules: [{ ...rule, zone: ["door"] }] },
    ]
  ) assert.ok(!threat.options.safeParse(options).success, JSON.stringify(options));
});

Deno.test("threat needs the facts that its rules speak of, and no others", () => {
  const needs = (rule: Record<string, unknown>) => {
    const options = threat.options.parse({ rules: [{ name: "r", labels: ["person"], ...rule }] });
    return typeof threat.needs === "function" ? threat.needs(options) : threat.needs;
  };
  assert.deepEqual(needs({}), ["detections"]);
  assert.deepEqual(needs({ hours: "01:00-02:00" }), ["detections", "camera", "taken_unix"]);
  assert.deepEqual(needs({ frames: { of: 2 } }), ["detections", "camera", "taken_unix"]);
  assert.deepEqual(needs({ locations: ["x"], owners: ["y"], zones: ["z"] }), [
    "detections",
    "location",
    "owner",
    "zones",
  ]);
});
