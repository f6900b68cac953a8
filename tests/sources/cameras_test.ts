import assert from "node:assert/strict";
import { type Facts, InputError, type SourceRecord } from "../../runtime/plugin.ts";
import cameras from "../../sources/cameras.ts";
import { withBucket } from "../s3/raw_bucket.ts";
import { s3Test } from "../s3/server.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { createSourceHost, textOf } from "./host.ts";

const never = new AbortController().signal;

type Listed = { readonly records: readonly SourceRecord[]; readonly logs: readonly string[] };

async function listed(path: string, options: Record<string, unknown> = {}): Promise<Listed> {
  const logs: string[] = [];
  const source = await cameras.open(cameras.options.parse({ path, ...options }), createSourceHost({ logs }));
  return { records: await Array.fromAsync(source.records(never)), logs };
}

async function listing(
  files: Readonly<Record<string, string>>,
  options: Record<string, unknown> = {},
): Promise<Listed> {
  return await inFolder(async (path) => {
    for (const [name, text] of Object.entries(files)) putFile(path, name, text);
    return await listed(path, options);
  });
}

function flawsOf({ records }: Listed): Record<string, string | undefined> {
  return Object.fromEntries(records.map(({ key, unfit }) => [key, unfit?.reason]));
}

async function factsWith(table: string, options: Record<string, unknown> = {}): Promise<Facts | undefined> {
  const { records } = await listing({ "cameras.csv": table, "gate-north-1795253400.jpg": "" }, options);
  return records[0]?.facts;
}

async function refusal(table: string): Promise<InputError> {
  const thrown = await factsWith(table).then(() => assert.fail("it was read"), (thrown: unknown) => thrown);
  assert.ok(thrown instanceof InputError, String(thrown));
  assert.equal(thrown.code, "source");
  return thrown;
}

Deno.test("cameras gives camera and time of a name, in UTC and local time", async () => {
  const { records, logs } = await listing({ "2026/gate-north-1795253400.jpg": "x" }, { timezone: "Asia/Kolkata" });
  assert.deepEqual(records, [{
    key: "2026/gate-north-1795253400.jpg",
    revision: "1-1700000000000",
    facts: {
      folder: "2026",
      camera: "gate-north",
      taken_at: "2026-11-21T09:30:00Z",
      taken_unix: 1_795_253_400,
      taken_local: "2026-11-21T15:00:00+05:30",
      timezone: "Asia/Kolkata",
    },
  }]);
  assert.deepEqual(logs, []);
});

Deno.test("cameras keeps milliseconds where the names have them", async () => {
  const { records } = await listing({ "a-1795253400007.png": "" }, { time: "milliseconds" });
  const { taken_at, taken_unix, taken_local } = records[0]?.facts ?? {};
  assert.deepEqual([taken_at, taken_unix, taken_local], [
    "2026-11-21T09:30:00.007Z",
    1_795_253_400.007,
    "2026-11-21T09:30:00.007+00:00",
  ]);
});

Deno.test("cameras keeps files that break the rules as invalid, with the reason, and counts them", async () => {
  const files = { "a-1795253400.jpg": "", "a-1795253400000.jpg": "", "a1795253401.jpg": "", "notes.txt": "" };
  const found = await listing(files);
  assert.deepEqual(flawsOf(found), {
    "a-1795253400.jpg": undefined,
    "a-1795253400000.jpg": "bad_time",
    "a1795253401.jpg": "bad_name",
    "notes.txt": "bad_name",
  });
  assert.deepEqual(found.logs, ["files that break the rules for names are kept as invalid: bad_name 2, bad_time 1"]);
});

Deno.test("cameras takes the first of several images of a camera and a moment, whatever else is listed between", async () => {
  const found = await listing({
    "a-1795253400.jpeg": "",
    "a-1795253400.jpg": "",
    "b-1795253400.jpg": "",
    "x/a-1795253400.png": "",
    "x/a-1795253401.png": "",
  });
  assert.deepEqual(flawsOf(found), {
    "a-1795253400.jpeg": undefined,
    "a-1795253400.jpg": "duplicate",
    "b-1795253400.jpg": undefined,
    "x/a-1795253400.png": "duplicate",
    "x/a-1795253401.png": undefined,
  });
});

Deno.test("cameras gives what the table says of a camera, and does not list the table", async () => {
  const facts = await factsWith(
    "zones,owner,camera,location,timezone,note\n" +
      '"door: 0,0 1,0 1,1", bob;alice ; ,gate-north,"Gate, ""north""",America/New_York,x\n',
  );
  assert.deepEqual(facts, {
    folder: ".",
    camera: "gate-north",
    taken_at: "2026-11-21T09:30:00Z",
    taken_unix: 1_795_253_400,
    taken_local: "2026-11-21T04:30:00-05:00",
    timezone: "America/New_York",
    location: 'Gate, "north"',
    owner: "bob; alice",
    zones: { door: [[0, 0], [1, 0], [1, 1]] },
  });
});

Deno.test("cameras reads tables with a byte order mark, other line ends, empty cells and empty lines", async () => {
  const facts = await factsWith("\ufeffcamera,location,zones\r\n\r\ngate-north,,\r\n", { timezone: "Europe/Rome" });
  assert.deepEqual([facts?.location, facts?.zones, facts?.timezone], [undefined, undefined, "Europe/Rome"]);
});

Deno.test("cameras tells every line of the table that is wrong", async () => {
  const { message, problems } = await refusal(
    'camera,timezone,zones\na,Rome,\nb,+01:00,\n,,\nc,,"door: 0,0 1,0"\nc,UTC\nd,,\nd,,\n',
  );
  assert.match(
    message,
    /^Cannot read the table "cameras.csv": line 2: "Rome" is no time zone, such as .* \(and 5 more/,
  );
  assert.deepEqual(problems.map(({ line, message }) => `${line} ${message}`), [
    '2 "Rome" is no time zone, such as "Europe/Rome"',
    '3 "+01:00" is no time zone, such as "Europe/Rome"',
    '4 the column "camera" is empty',
    '5 zone "door" has 2 corners; three are the least',
    "6 2 cells, but the first line has 3",
    '8 camera "d" has a line already',
  ]);
});

Deno.test("cameras refuses what is no such table", async () => {
  assert.match((await refusal("")).message, /line 1: there is no column "camera"$/);
  assert.match((await refusal("id,location\n")).message, /there is no column "camera"$/);
  assert.match((await refusal("camera;location\na;b\n")).message, /"camera"; cells must be separated by commas$/);
  assert.match((await refusal("camera,owner,owner\n")).message, /there are two columns "owner"$/);
  assert.match(
    (await refusal('camera\n"a\n')).message,
    /^Cannot read the table "cameras.csv": line 2: Quote Not Closed/,
  );
});

Deno.test("cameras accepts cameras that the table does not have, or keeps their images as invalid, and says which", async () => {
  const files = { "cameras.csv": "camera,x\na,1\nb,2\n", "a-1795253400.jpg": "", "c-1795253400.jpg": "" };
  const logs = [
    "cameras.csv has columns that are not used: x",
    "cameras.csv has no line for cameras of which there are images: c",
    "cameras.csv has cameras of which there is no image: b",
  ];
  const accepted = await listing(files);
  assert.deepEqual(flawsOf(accepted), { "a-1795253400.jpg": undefined, "c-1795253400.jpg": undefined });
  assert.deepEqual(accepted.logs, logs);
  const refused = await listing(files, { unknown: "invalid" });
  assert.deepEqual(flawsOf(refused), { "a-1795253400.jpg": undefined, "c-1795253400.jpg": "unknown_camera" });
  assert.equal(refused.records[1]?.unfit?.detail, 'There is no camera "c" in cameras.csv');
  const without = await listing({ "c-1795253400.jpg": "" }, { unknown: "invalid" });
  assert.deepEqual(flawsOf(without), { "c-1795253400.jpg": undefined });
});

Deno.test("cameras takes a table of another name, or none", async () => {
  const files = {
    "t/my.csv": "camera,location\na,Yard\n",
    "cameras.csv": "camera,location\na,Gate\n",
    "a-1795253400.jpg": "",
  };
  const other = await listing(files, { table: "./t/my.csv" });
  assert.equal(other.records.find(({ key }) => key.startsWith("a-"))?.facts?.location, "Yard");
  assert.deepEqual(flawsOf(other), { "a-1795253400.jpg": undefined, "cameras.csv": "bad_name" });
  const none = await listing(files, { table: null, include: ["*.jpg"] });
  assert.equal(none.records[0]?.facts?.location, undefined);
});

Deno.test("cameras changes the revision of a camera's images, and of no others, when its line changes", async () => {
  const images = { "a-1795253400.jpg": "", "b-1795253400.jpg": "" };
  const before = await listing({ ...images, "cameras.csv": "camera,location\na,Yard\nb,Gate\n" });
  const after = await listing({ ...images, "cameras.csv": "camera,location,owner\nb,Gate,\na,Yard,bob\n" });
  const [a, b] = [0, 1].map((at) => [before.records[at]?.revision, after.records[at]?.revision]);
  assert.notEqual(a?.[0], a?.[1]);
  assert.equal(b?.[0], b?.[1]);
});

Deno.test("cameras refuses a default time zone that is none", () => {
  assert.ok(!cameras.options.safeParse({ path: "x", timezone: "Rome" }).success);
});

Deno.test("cameras wants the network for a bucket alone", () => {
  const wants = (path: string) =>
    typeof cameras.network === "function" ? cameras.network(cameras.options.parse({ path })) : cameras.network;
  assert.deepEqual(["s3://bucket/x", "S3://bucket", "examples/cameras", "./s3:"].map(wants), [
    true,
    true,
    false,
    false,
  ]);
});

s3Test(
  "cameras lists and reads a bucket as it does a folder, with the table in it",
  () =>
    withBucket(async ({ put, address }) => {
      await put("cameras.csv", "camera,location\na,Yard\n");
      await put("2026/a-1795253400.jpg", "123");
      await put("b.jpg", "1");
      const path = address();
      const { records, logs } = await listed(path);
      assert.deepEqual(records.map(({ key, unfit, facts }) => [key, unfit?.reason, facts?.location]), [
        ["2026/a-1795253400.jpg", undefined, "Yard"],
        ["b.jpg", "bad_name", undefined],
      ]);
      assert.deepEqual(logs, ["files that break the rules for names are kept as invalid: bad_name 1"]);
      const source = await cameras.open(cameras.options.parse({ path }), createSourceHost());
      const [record] = records;
      assert.ok(record !== undefined && record.revision.startsWith("202cb962ac59075b964b07152d234b70 "));
      assert.equal(textOf(await source.read(record, never)), "123");
      assert.equal(
        (await listed(path, { table: "none.csv", include: ["**/a-*"] })).records[0]?.facts?.location,
        undefined,
      );
    }),
);
