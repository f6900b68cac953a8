import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { fw, summaryOf } from "./command.ts";

type Line = { readonly file_name: string; readonly edits: string; readonly gender: string; readonly year: string };

async function run(store: string, ...more: string[]) {
  return summaryOf(await fw("run", "pipelines/catalogue.yaml", "--store", store, "--json", ...more));
}

/** The lines of a published table, each with a picture at its path, and no picture beside them. */
async function linesOf(files: string): Promise<Line[]> {
  const lines: Line[] = parse(await Deno.readTextFile(`${files}/csv/metadata.csv`), { columns: true });
  for (const { file_name, edits } of lines) {
    const jpeg = await Deno.readFile(`${files}/csv/${file_name}`);
    assert.deepEqual([...jpeg.slice(-2)], [0xff, 0xd9]);
    assert.match(edits, /^crop 256x320\+\d+\+\d+; resize 256x256$/);
  }
  assert.equal([...Deno.readDirSync(`${files}/csv/images`)].length, lines.length);
  return lines;
}

Deno.test("`catalogue.yaml` makes pictures and a table of them, counts broken rows, and does nothing the second time", async () => {
  const store = await Deno.makeTempDir();
  try {
    const first = await run(store);
    const { counts, files = "" } = first;
    assert.deepEqual([counts?.records, counts?.kept, counts?.rejected, counts?.items], [43, 40, 3, 40]);
    const lines = await linesOf(files);
    assert.equal(lines.length, 40);
    assert.ok(new Set(lines.map(({ edits }) => edits)).size > 30, "crops lie at random");
    const second = await run(store);
    assert.deepEqual([second.outcome, second.version], ["unchanged", first.version]);
    assert.deepEqual(second.counts, counts);
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("`catalogue.yaml` makes a dataset of its own of the rows that a filter holds for", async () => {
  const store = await Deno.makeTempDir();
  try {
    const where = 'where=gender = "Men" and year >= 2012';
    const { dataset = "", counts, files = "" } = await run(store, "--set", where);
    assert.match(dataset, /^catalogue~[0-9a-f]{8}$/);
    assert.deepEqual([counts?.kept, counts?.rejected], [15, 2]);
    const lines = await linesOf(files);
    assert.equal(lines.length, 15);
    assert.ok(lines.every(({ gender, year }) => gender === "Men" && Number(year) >= 2012));
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});

Deno.test("`catalogue.yaml` says what is wrong with a filter and publishes nothing", async () => {
  const store = await Deno.makeTempDir();
  try {
    const cases = [
      ["gender = Men", /a text or a number is missing, at `Men`; text stands in quotes: "Men"/],
      ['gendr = "Men"', /there is no column "gendr"(?:.|\n)*Did you mean `gender`\?/],
      ['gender = "men"', /of 43, none fits gender = "men"/],
    ] as const;
    for (const [where, message] of cases) {
      const { code, stderr } = await fw("run", "pipelines/catalogue.yaml", "--store", store, "--set", `where=${where}`);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
    }
    await assert.rejects(Deno.stat(`${store}/published`), { name: "NotFound" });
  } finally {
    await Deno.remove(store, { recursive: true });
  }
});
