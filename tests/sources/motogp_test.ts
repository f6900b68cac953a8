import assert from "node:assert/strict";
import { createSourceHost } from "./host.ts";
import { type Facts, InputError, type SourceRecord } from "../../runtime/plugin.ts";
import motogp from "../../sources/motogp.ts";
import { inFolder, putFile } from "../temp_folder.ts";

function put(root: string, content: Record<string, string>): void {
  for (const [path, text] of Object.entries(content)) putFile(root, path, text);
}

type Listed = { readonly records: readonly SourceRecord[]; readonly logs: readonly string[] };

async function listed(options: Record<string, unknown>): Promise<Listed> {
  const logs: string[] = [];
  const host = createSourceHost({ maxBytes: 100_000, logs });
  const source = await motogp.open(motogp.options.parse(options), host);
  return { records: await Array.fromAsync(source.records(new AbortController().signal)), logs };
}

async function factsOf(content: Record<string, string>, options = {}): Promise<Record<string, Facts | undefined>> {
  return await inFolder(async (path) => {
    put(path, content);
    const { records } = await listed({ path, ...options });
    return Object.fromEntries(records.map((record) => [record.key, record.facts]));
  });
}

async function tableError(table: string): Promise<InputError> {
  const thrown = await factsOf({ "frames.csv": table, "a.jpg": "" }).then(() => undefined, (error: unknown) => error);
  assert.ok(thrown instanceof InputError, "the table was accepted");
  assert.equal(thrown.code, "source");
  return thrown;
}

Deno.test("motogp reads event, session, camera, frame and year from a name", async () => {
  const named = { folder: ".", year: 2024, event: "mugello", session: "race", camera: "cam2", frame: 123 };
  assert.deepEqual(await factsOf({ "2024-mugello_race_cam2_000123.jpg": "" }), {
    "2024-mugello_race_cam2_000123.jpg": named,
  });
});

Deno.test("motogp reads names without a year, below folders, with hyphens and in other scripts", async () => {
  const facts = await factsOf({ "day1/le-mans_q2_cam-3_7.tar.png": "", "鈴鹿_race_cam1_0.jpg": "" });
  assert.deepEqual(facts, {
    "day1/le-mans_q2_cam-3_7.tar.png": { folder: "day1" },
    "鈴鹿_race_cam1_0.jpg": { folder: ".", event: "鈴鹿", session: "race", camera: "cam1", frame: 0 },
  });
});

Deno.test("motogp gives no facts for names that do not follow the convention, and says how many", async () => {
  await inFolder(async (path) => {
    put(path, { "a.jpg": "", "a_b_c.jpg": "", "a_b_c_x.jpg": "", "__c_1.jpg": "", "a_b_c_1.jpg": "" });
    const { records, logs } = await listed({ path });
    assert.deepEqual(records.filter(({ facts }) => facts?.event !== undefined).map(({ key }) => key), ["a_b_c_1.jpg"]);
    assert.deepEqual(logs, ["4 of 5 files have no frame number, neither in their name nor in a table"]);
  });
});

Deno.test("motogp takes facts from the table before those of the name, and does not list the table", async () => {
  const table = 'camera,file,frame\r\n"pit, ""wall""",./x_race_cam1_1.jpg,\r\n,sub/b.jpg,12\r\n\r\n';
  assert.deepEqual(await factsOf({ "frames.csv": `\uFEFF${table}`, "x_race_cam1_1.jpg": "", "sub/b.jpg": "" }), {
    "sub/b.jpg": { folder: "sub", frame: 12 },
    "x_race_cam1_1.jpg": { folder: ".", event: "x", session: "race", camera: 'pit, "wall"', frame: 1 },
  });
});

Deno.test("motogp reads a file name with a newline from a quoted cell", async () => {
  const facts = await factsOf({ "frames.csv": 'file,event\n"a\nb.jpg",x\n', "a\nb.jpg": "" });
  assert.deepEqual(facts["a\nb.jpg"], { folder: ".", event: "x" });
});

Deno.test("motogp changes the revision of just the files whose line in the table changed", async () => {
  await inFolder(async (path) => {
    const revisions = async (table: string) => {
      put(path, { "frames.csv": table, "a.jpg": "", "b.jpg": "", "c.jpg": "" });
      return (await listed({ path })).records.map(({ revision }) => revision);
    };
    const before = await revisions("file,event\na.jpg,one\nb.jpg,one\n");
    const after = await revisions("event,file\none,a.jpg\ntwo,b.jpg\n");
    assert.deepEqual(after.map((revision, index) => revision === before[index]), [true, false, true]);
  });
});

Deno.test("motogp says which columns it does not use and how many files are not there", async () => {
  await inFolder(async (path) => {
    put(path, { "frames.csv": "file,frame,weather\na.jpg,1,sun\ngone.jpg,2,rain\n", "a.jpg": "" });
    assert.deepEqual((await listed({ path })).logs, [
      "frames.csv names files that are not there: 1",
      "frames.csv has columns that are not used: weather",
    ]);
  });
});

Deno.test("motogp throws InputError with the line of everything wrong in the table", async () => {
  const { message, problems } = await tableError("file,frame\na.jpg,x\nb.jpg\na.jpg,1\na.jpg,2\n,3\n");
  assert.deepEqual(problems, [
    { file: "frames.csv", line: 2, message: 'frame "x" is not a whole number' },
    { file: "frames.csv", line: 3, message: "1 cells, but the first line has 2" },
    { file: "frames.csv", line: 5, message: '"a.jpg" has a line already' },
    { file: "frames.csv", line: 6, message: 'the column "file" is empty' },
  ]);
  assert.equal(
    message,
    'Cannot read the table "frames.csv": line 2: frame "x" is not a whole number (and 3 more lines)',
  );
});

Deno.test("motogp throws InputError for quotes that do not close, an absent header and an empty table", async () => {
  assert.equal((await tableError('file,event\na.jpg,"x\n')).problems[0]?.line, 2);
  assert.equal((await tableError('file,event\nb.jpg,y\n"a"b.jpg,x\n')).problems[0]?.line, 3);
  assert.match((await tableError("name,event\na.jpg,x\n")).message, /there is no column "file"/);
  assert.match((await tableError("")).message, /there is no column "file"/);
});

Deno.test("motogp does without a table when it is told to, and then lists that file", async () => {
  const facts = await factsOf({ "frames.csv": "nonsense", "a.jpg": "" }, { sidecar: null });
  assert.deepEqual(Object.keys(facts), ["a.jpg", "frames.csv"]);
});

Deno.test("motogp does not read a table outside the folder", async () => {
  await assert.rejects(factsOf({ "a.jpg": "" }, { sidecar: "../../../../etc/passwd" }), InputError);
});
