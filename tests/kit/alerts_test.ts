import assert from "node:assert/strict";
import {
  alertMessages,
  type AlertOptions,
  alertOptions,
  type ChangedItem,
  type Delivery,
  digestOfDelivery,
  endOfQuiet,
  filled,
  gapsIn,
  isQuiet,
  type Item,
  type Message,
  type NewMessage,
  readLength,
  type Threat,
  timesOf,
  type VersionChange,
  z,
} from "../../runtime/plugin.ts";
import { toldAt } from "../../runtime/kit/cooldown.ts";
import { item } from "../engine/fixtures.ts";

const noon = Date.parse("2026-11-21T12:00:00Z") / 1000;

Deno.test("toldAt() tells the first at once and the rest when the window ends, never more than one in a window", () => {
  assert.deepEqual(toldAt([0, 1, 9, 10, 11, 20, 45, 46], 10), [0, 10, 10, 20, 20, 30, 45, 55]);
  assert.deepEqual(toldAt([0, 10, 20], 10), [0, 10, 20]);
  assert.deepEqual(toldAt([], 10), []);
});

Deno.test("toldAt() says of earlier hits what it said before later ones came", () => {
  for (let round = 0; round < 200; round++) {
    const times = Array.from({ length: 40 }, () => Math.floor(Math.random() * 500)).sort((left, right) => left - right);
    const all = toldAt(times, 17);
    for (let count = 0; count <= times.length; count++) {
      assert.deepEqual(toldAt(times.slice(0, count), 17), all.slice(0, count), times.join());
    }
    const moments = [...new Set(all)];
    assert.ok(moments.every((time, index) => index === 0 || time - (moments[index - 1] ?? 0) >= 17), times.join());
  }
});

Deno.test("alertMessages() tells of new hits of the rules and users asked for, each with a key of its own", async () => {
  const items = [
    hit("gate-1", noon, { rule: "loitering" }, { isNew: false }),
    hit("gate-1", noon + 60, { rule: "loitering" }),
    hit("gate-1", noon + 120, { rule: "vehicle", users: ["bob"] }),
    changed(item("plain", "", { camera: "gate-1" })),
  ];
  const told = await messages(items);
  assert.deepEqual(told.map(({ key, group, notBefore }) => [key, group, notBefore]), [
    ['["loitering","gate-1-1795262460.jpg",null]', '["loitering",null]', "2026-11-21T12:01:00.000Z"],
    ['["vehicle","gate-1-1795262520.jpg",null]', '["vehicle",null]', "2026-11-21T12:02:00.000Z"],
  ]);
  assert.equal((await messages(items, { rules: ["vehicle"] })).length, 1);
  assert.equal((await messages(items, { users: ["anna"] })).length, 1);
  assert.equal((await messages(items, { users: ["nobody"] })).length, 0);
});

Deno.test("alertMessages() keeps a cooldown for each rule and camera, and goes on where an earlier version was", async () => {
  const items = [
    hit("gate-1", noon, {}, { isNew: false }),
    hit("gate-1", noon + 60),
    hit("gate-1", noon + 120, { rule: "vehicle" }),
    hit("gate-2", noon + 60),
    hit("gate-1", noon + 3600),
  ];
  const told = await messages(items, { cooldown: "10m" });
  assert.deepEqual(told.map(({ notBefore }) => notBefore?.slice(11, 19)), [
    "12:10:00",
    "12:02:00",
    "12:01:00",
    "13:00:00",
  ]);
});

Deno.test("alertMessages() reads all items only where a cooldown has to know of earlier hits", async () => {
  let scans = 0;
  const items = [hit("gate-1", noon), changed(item("plain"))];
  const change = changeOf(items, () => void scans++);
  await Array.fromAsync(alertMessages(change, parsed({})));
  assert.equal(scans, 0);
  await Array.fromAsync(alertMessages(change, parsed({ cooldown: "1m" })));
  assert.equal(scans, 1);
  await Array.fromAsync(
    alertMessages(changeOf([changed(item("plain"))], () => void scans++), parsed({ cooldown: "1m" })),
  );
  assert.equal(scans, 1, "nothing new that was hit");
});

Deno.test("alertMessages() groups as asked, and a year of hits comes to a few deliveries", async () => {
  const items = Array.from({ length: 5000 }, (_, index) => (
    hit(`gate-${index % 7}`, noon + index * 6307, { rule: `rule-${index % 3}`, users: index % 2 ? ["anna"] : ["bob"] })
  ));
  const groups = async (digest: AlertOptions["digest"], cooldown?: string) => (
    new Set(
      (await messages(items, { digest, ...(cooldown === undefined ? {} : { cooldown }) })).map(({ group }) => group),
    ).size
  );
  assert.deepEqual(
    await Promise.all([groups("all"), groups("user"), groups("rule"), groups("camera")]),
    [1, 2, 3, 7],
  );
  assert.equal(
    await groups("none", "7d"),
    new Set((await messages(items, { digest: "none", cooldown: "7d" }))
      .map(({ group, notBefore }) => `${group} ${notBefore}`)).size,
    "one for each rule, camera and window",
  );
  assert.ok(await groups("none", "7d") < 21 * 55);
});

Deno.test("alertMessages() gives each recipient a message, also of a version", async () => {
  const to = (users: readonly string[] | undefined) => users ?? ["anna", "bob"];
  const change = changeOf([hit("gate-1", noon, { users: ["bob"] })]);
  const hits = await Array.fromAsync(alertMessages(change, parsed({}), to));
  assert.deepEqual(hits.map(({ group }) => group), ['["loitering","bob"]']);
  const news = await Array.fromAsync(alertMessages(change, parsed({ of: "version" }), to));
  assert.deepEqual(news.map(({ key, group }) => [key, group]), [
    ['["version","v-id","anna"]', '["v3","anna"]'],
    ['["version","v-id","bob"]', '["v3","bob"]'],
  ]);
});

Deno.test("alertMessages() names quiet hours by the camera's clock or the one asked for, but not for urgent rules", async () => {
  const items = [hit("gate-1", noon), hit("gate-1", noon, { rule: "fire" })];
  const quiet = async (options: Partial<AlertOptions>) => (
    (await messages(items, { quiet_hours: "22:00-07:00", ...options })).map((message) => message.quiet?.timezone)
  );
  assert.deepEqual(await quiet({ quiet_except: ["fire"] }), ["Europe/Rome", undefined]);
  assert.deepEqual(await quiet({ quiet_timezone: "UTC" }), ["UTC", "UTC"]);
});

Deno.test("isQuiet() and endOfQuiet() follow the clock on the wall, over midnight and through both changes of it", () => {
  const night = { from: "22:00", to: "07:00", timezone: "Europe/Rome" };
  const ends = (at: string, quiet = night) => new Date(endOfQuiet(quiet, Date.parse(at))).toISOString();
  assert.equal(isQuiet(night, Date.parse("2026-11-21T20:59:59Z")), false);
  assert.equal(isQuiet(night, Date.parse("2026-11-21T21:00:00Z")), true);
  assert.equal(isQuiet(night, Date.parse("2026-11-22T05:59:59Z")), true);
  assert.equal(ends("2026-11-21T21:00:00Z"), "2026-11-22T06:00:00.000Z");
  assert.equal(ends("2026-11-21T12:34:56Z"), "2026-11-21T12:34:56.000Z");
  assert.equal(ends("2026-03-28T22:30:00Z"), "2026-03-29T05:00:00.000Z", "the night is an hour shorter");
  assert.equal(ends("2026-10-24T22:30:00Z"), "2026-10-25T06:00:00.000Z", "the night is an hour longer");
  const early = { ...night, from: "02:00", to: "03:00" };
  assert.equal(isQuiet(early, Date.parse("2026-03-29T01:00:00Z")), false, "this hour does not exist: it is 03:00");
  assert.equal(ends("2026-10-25T00:30:00Z", early), "2026-10-25T02:00:00.000Z", "this hour comes twice");
  assert.equal(
    ends("2026-11-21T23:59:00Z", { from: "22:00", to: "24:00", timezone: "UTC" }),
    "2026-11-22T00:00:00.000Z",
  );
});

Deno.test("digestOfDelivery() shows the first, counts the rest, and leaves out what is too old", async () => {
  const all = Array.from({ length: 30 }, (_, index) => hit(index < 20 ? "gate-1" : "gate-2", noon + index * 60));
  const told = await digest(await messages(all), { max_per_delivery: 3, older_than: "1h" }, (noon + 3600 + 300) * 1000);
  assert.equal(told.title, "loitering: 25 hits at 2 cameras");
  assert.deepEqual([told.alerts.length, told.count, told.more, told.skipped], [3, 25, 22, 5]);
  assert.deepEqual(told.cameras, [{ name: "gate-1", count: 15 }, { name: "gate-2", count: 10 }]);
  assert.deepEqual(told.lines, [
    "2026-11-21 13:05:00 Europe/Rome, gate-1 (North gate): loitering, 2 person 0.91",
    "2026-11-21 13:06:00 Europe/Rome, gate-1 (North gate): loitering, 2 person 0.91",
    "2026-11-21 13:07:00 Europe/Rome, gate-1 (North gate): loitering, 2 person 0.91",
    "and 22 more",
  ]);
});

Deno.test("digestOfDelivery() says of a single hit what, where, when and how often", async () => {
  const one = await digest(
    await messages([hit("gate-1", noon, { frames: 2, of: 3, zone: "door", labels: { person: 1, car: 2 } })]),
  );
  assert.equal(one.title, "loitering: 1 person, 2 car at gate-1 (North gate)");
  assert.deepEqual(one.lines, [
    "2026-11-21 13:00:00 Europe/Rome, gate-1 (North gate): loitering, 1 person, 2 car 0.91, zone door, in 2 of 3 images",
  ]);
  const [alert] = one.alerts;
  assert.deepEqual(alert && timesOf(alert), {
    utc: "2026-11-21T12:00:00Z",
    local: "2026-11-21T13:00:00+01:00",
    timezone: "Europe/Rome",
    shown: "2026-11-21 13:00:00",
  });
});

Deno.test("filled() puts values into values, so that nothing in them is more than text", () => {
  const values = { camera: '"}, {"x": "{{ count }}', count: 3, list: ["a"] };
  assert.deepEqual(
    filled({ text: "at {{camera}} {{ count }}x", n: "{{count}}", all: ["{{ list }}", "l: {{list}}"] }, values),
    {
      text: 'at "}, {"x": "{{ count }} 3x',
      n: 3,
      all: [["a"], 'l: ["a"]'],
    },
  );
  assert.deepEqual(filled("{{camera}}", values, (text) => text.replaceAll('"', "'")), "'}, {'x': '{{ count }}");
  assert.deepEqual(gapsIn({ a: "{{ camera }} {{x y}}", b: ["{{camera}}", 1, null], c: "{ { no } }" }), [
    "camera",
    "x y",
  ]);
});

Deno.test("readLength() reads lengths with their unit and nothing else", () => {
  assert.deepEqual(["90s", "10m", "2h", "7d", "0s"].map(readLength), [90_000, 600_000, 7_200_000, 604_800_000, 0]);
  for (const text of ["", "10", "m", "1.5h", "-1m", "1 h", "10m "]) assert.equal(readLength(text), undefined, text);
});

const schema = z.strictObject(alertOptions);

function parsed(options: Partial<AlertOptions>): AlertOptions {
  return schema.parse({ of: "threats", ...options });
}

function changed(one: Item, isNew = true): ChangedItem {
  return { ...one, isNew };
}

function hit(camera: string, unix: number, threat: Partial<Threat> = {}, { isNew = true } = {}): ChangedItem {
  const whole: Threat = {
    rule: "loitering",
    users: ["anna"],
    labels: { person: 2 },
    score: 0.91,
    frames: 1,
    of: 1,
    scores: [0.91],
    ...threat,
  };
  const facts = { camera, taken_unix: unix, location: "North gate", timezone: "Europe/Rome", threats: [whole] };
  return changed(item(`${camera}-${unix}.jpg`, "", facts), isNew);
}

function changeOf(items: readonly ChangedItem[], scanned: () => void = () => {}): VersionChange {
  const counts = { records: 0, kept: 0, dropped: 0, rejected: 0, items: items.length, losses: {}, notes: {} };
  return {
    dataset: "cameras",
    number: 3,
    version: "v-id",
    counts,
    async *items() {
      scanned();
      yield* items;
    },
    async *added() {
      yield* items.filter(({ isNew }) => isNew);
    },
  };
}

async function messages(items: readonly ChangedItem[], options: Partial<AlertOptions> = {}): Promise<NewMessage[]> {
  return await Array.fromAsync(alertMessages(changeOf(items), parsed(options)));
}

async function digest(told: readonly NewMessage[], options: Partial<AlertOptions> = {}, nowMs = noon * 1000) {
  const delivery: Delivery = {
    id: "d",
    dataset: "cameras",
    group: "g",
    at: "2026-11-21T12:00:00Z",
    attempt: 1,
    count: told.length,
    async *messages() {
      for (const [index, message] of told.entries()) {
        const whole: Message = { ...message, id: `m${index}`, number: 3, version: "v-id" };
        yield JSON.parse(JSON.stringify(whole));
      }
    },
  };
  return await digestOfDelivery(delivery, parsed(options), nowMs);
}
