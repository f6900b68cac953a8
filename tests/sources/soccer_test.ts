import assert from "node:assert/strict";
import { createSourceHost } from "./host.ts";
import type { Facts, SourceRecord } from "../../runtime/plugin.ts";
import soccer from "../../sources/soccer.ts";
import { inFolder, putFile } from "../temp_folder.ts";

type Listed = { readonly records: readonly SourceRecord[]; readonly logs: readonly string[] };

async function listed(path: string): Promise<Listed> {
  const logs: string[] = [];
  const host = createSourceHost({ maxBytes: 100_000, logs });
  const source = await soccer.open(soccer.options.parse({ path }), host);
  return { records: await Array.fromAsync(source.records(new AbortController().signal)), logs };
}

async function factsOf(content: Record<string, string>): Promise<Record<string, Facts | undefined>> {
  return await inFolder(async (path) => {
    for (const [name, text] of Object.entries(content)) putFile(path, name, text);
    const { records } = await listed(path);
    return Object.fromEntries(records.map((record) => [record.key, record.facts]));
  });
}

Deno.test("soccer reads match, teams, half, clock, camera and year from a name", async () => {
  const named = {
    folder: ".",
    year: 2024,
    match: "rovers-athletic",
    home: "rovers",
    away: "athletic",
    half: 1,
    clock: 760,
    camera: "cam2",
  };
  assert.deepEqual(await factsOf({ "2024-rovers-athletic_h1_12m40s_cam2.jpg": "" }), {
    "2024-rovers-athletic_h1_12m40s_cam2.jpg": named,
  });
});

Deno.test("soccer reads names without a year, below folders, in added and in extra time", async () => {
  const facts = await factsOf({ "final/北-南_h2_47m09s_behind-goal.png": "", "a-b_h4_00m00s_cam1.jpg": "" });
  assert.deepEqual(facts, {
    "a-b_h4_00m00s_cam1.jpg": { folder: ".", match: "a-b", home: "a", away: "b", half: 4, clock: 0, camera: "cam1" },
    "final/北-南_h2_47m09s_behind-goal.png": {
      folder: "final",
      match: "北-南",
      home: "北",
      away: "南",
      half: 2,
      clock: 2829,
      camera: "behind-goal",
    },
  });
});

Deno.test("soccer does not guess the teams of a match with more than one hyphen, or with none", async () => {
  const facts = await factsOf({ "st-pauls-rovers_h1_01m00s_cam1.jpg": "", "derby_h1_01m00s_cam1.jpg": "" });
  const shared = { folder: ".", half: 1, clock: 60, camera: "cam1" };
  assert.deepEqual(facts, {
    "derby_h1_01m00s_cam1.jpg": { ...shared, match: "derby" },
    "st-pauls-rovers_h1_01m00s_cam1.jpg": { ...shared, match: "st-pauls-rovers" },
  });
});

Deno.test("soccer gives no facts for names that do not follow the convention, and says how many", async () => {
  await inFolder(async (path) => {
    const wrong = ["a.jpg", "a-b_h5_01m00s_cam1.jpg", "a-b_h1_01m60s_cam1.jpg", "a-b_1_01m00s_cam1.jpg"];
    for (const name of [...wrong, "a-b_h1_01m00s_cam1.jpg"]) putFile(path, name, "");
    const { records, logs } = await listed(path);
    assert.deepEqual(records.filter(({ facts }) => facts?.match !== undefined).map(({ key }) => key), [
      "a-b_h1_01m00s_cam1.jpg",
    ]);
    assert.deepEqual(logs, ["4 of 5 files have no match clock, neither in their name nor in a table"]);
  });
});

Deno.test("soccer takes facts from the table before those of the name, and does not list the table", async () => {
  const table =
    "file,match,home,away,clock,half\nx.jpg,st-pauls-rovers,st-pauls,rovers,61,2\na-b_h1_01m00s_cam1.jpg,,,,5,\n";
  assert.deepEqual(await factsOf({ "frames.csv": table, "x.jpg": "", "a-b_h1_01m00s_cam1.jpg": "" }), {
    "a-b_h1_01m00s_cam1.jpg": { folder: ".", match: "a-b", home: "a", away: "b", half: 1, clock: 5, camera: "cam1" },
    "x.jpg": { folder: ".", match: "st-pauls-rovers", home: "st-pauls", away: "rovers", clock: 61, half: 2 },
  });
});
