// What all formats of tables have in common, and what JSON Lines and Parquet have of their own.
import assert from "node:assert/strict";
import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import { InputError } from "../../runtime/contract/errors.ts";
import { createInputsHost } from "../../runtime/host/inputs.ts";
import { tableColumns, tableFormatOf, tableRows } from "../../runtime/kit/table_rows.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { gzipped, rowsOf, shortOf } from "./tables.ts";

const never = new AbortController().signal;

type Columns = Readonly<Record<string, readonly [BasicType | undefined, readonly unknown[]]>>;

function parquet(columns: Columns, rowGroupSize = 1000): Uint8Array {
  const columnData = Object.entries(columns).map(([name, [type, data]]) => ({
    name,
    data: [...data],
    ...(type === undefined ? {} : { type }),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}

const shirts = [
  { id: "1", name: "Blue shirt", note: 'says "hi", twice' },
  { id: "2", name: "Zürich — 東京", note: "two\nlines" },
  { id: "3", name: "  spaces ", note: "tab\tinside" },
];

const shirtRows = shirts.map((cells, at) => ({ number: at + 1, cells }));

function delimited(delimiter: string): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = shirts.map((row) => Object.values(row).map(quoted).join(delimiter));
  return [["id", "name", "note"].join(delimiter), ...lines].join("\r\n");
}

const jsonl = shirts.map((row) => JSON.stringify(row)).join("\n");

Deno.test("tableRows() gives the same rows of all formats when they hold the same", async () => {
  assert.deepEqual(await rowsOf("a.csv", delimited(",")), shirtRows);
  assert.deepEqual(await rowsOf("a.csv", delimited(";")), shirtRows);
  assert.deepEqual(await rowsOf("a.tsv", delimited("\t")), shirtRows);
  assert.deepEqual(await rowsOf("a.jsonl", jsonl), shirtRows);
  assert.deepEqual(await rowsOf("a.csv.gz", await gzipped(delimited(","))), shirtRows);
  const columns = (["id", "name", "note"] as const).map((name) => [name, ["STRING", shirts.map((row) => row[name])]]);
  for (const size of [1, 2, 1000]) {
    assert.deepEqual(await rowsOf("a.parquet", parquet(Object.fromEntries(columns), size)), shirtRows);
  }
});

Deno.test("tableRows() gives the wanted columns alone when some are named", async () => {
  const expected = shirts.map(({ id, note }, at) => ({ number: at + 1, cells: { id, note } }));
  assert.deepEqual(await rowsOf("a.csv", delimited(","), { only: ["id", "note"] }), expected);
  assert.deepEqual(await rowsOf("a.jsonl", jsonl, { only: ["id", "note"] }), expected);
  const file = parquet({ id: ["STRING", ["1"]], image: ["BYTE_ARRAY", [new Uint8Array([255, 0])]] });
  assert.deepEqual(await rowsOf("a.parquet", file, { only: ["id"] }), [{ number: 1, cells: { id: "1" } }]);
});

Deno.test("tableRows() names the nearest column when a wanted one is not there", async () => {
  const expected = { code: "source", message: /no column "nmae"; Did you mean `name`\?$/ };
  await assert.rejects(rowsOf("a.csv", delimited(","), { only: ["nmae"] }), expected);
  await assert.rejects(rowsOf("a.parquet", parquet({ name: ["STRING", ["x"]] }), { only: ["nmae"] }), expected);
});

Deno.test("tableRows() asks for the format when the name does not tell it", async () => {
  await assert.rejects(rowsOf("a.txt", "id\n1"), { code: "source", message: /say which: csv, tsv, jsonl, parquet$/ });
  assert.deepEqual((await rowsOf("a.txt", "id\n1", { format: "csv" })).map(shortOf), [["1"]]);
});

Deno.test("tableRows() stops when it is told to", async () => {
  await inFolder(async (root) => {
    putFile(root, "a.csv", `id\n${"1\n".repeat(2_000_000)}`);
    await using file = await createInputsHost({ scratch: root }).open(`${root}/a.csv`, never);
    const control = new AbortController();
    const read = async () => {
      for await (const { number } of tableRows(file, {}, control.signal)) if (number === 10) control.abort();
    };
    await assert.rejects(read(), { name: "AbortError" });
  });
});

Deno.test("tableFormatOf() tells the format by the end of a name", () => {
  const names = [
    "a.csv",
    "A.CSV",
    "a.tab",
    "a.tsv.gz",
    "a.ndjson",
    "a.jsonl.gz",
    "a.pq",
    "a.parquet.gz",
    "csv",
    "a.json",
  ];
  assert.deepEqual(names.map(tableFormatOf), [
    ...["csv", "csv", "tsv", "tsv", "jsonl", "jsonl", "parquet", undefined, undefined, undefined],
  ]);
});

Deno.test("tableColumns() reads the names alone", async () => {
  await inFolder(async (root) => {
    const inputs = createInputsHost({ scratch: root });
    const columnsOf = async (name: string, content: string | Uint8Array, columns?: readonly string[]) => {
      putFile(root, name, content);
      await using file = await inputs.open(`${root}/${name}`, never);
      return await tableColumns(file, { columns }, never);
    };
    assert.deepEqual(await columnsOf("a.csv", '\ufeff"id", name ,"a\nb"\n1'), ["id", "name", "a\nb"]);
    assert.deepEqual(await columnsOf("a.csv", "1,2", ["x", "y"]), ["x", "y"]);
    assert.deepEqual(await columnsOf("a.jsonl", "broken"), undefined);
    assert.deepEqual(await columnsOf("a.pq", parquet({ a: ["INT32", [1]], b: ["STRING", ["x"]] })), ["a", "b"]);
  });
});

Deno.test("tableRows() keeps JSON as it is when a line is an object", async () => {
  const rows = await rowsOf("a.jsonl", '\ufeff{"id":1,"tags":["a",{"b":null}],"ok":true,"x":-1.5}\r\n\r\n  \n{}');
  assert.deepEqual(rows, [
    { number: 1, cells: { id: 1, tags: ["a", { b: null }], ok: true, x: -1.5 } },
    { number: 2, cells: {} },
  ]);
});

Deno.test("tableRows() gives a broken row with its line when a line of JSON will not do", async () => {
  const lines = [
    '{"id":',
    "[1]",
    "null",
    "1",
    '{"a":1e999}',
    '{"a":"\\u0000"}',
    '{"a":["\\ud800"]}',
    '{"__proto__":1}',
  ];
  const deep = `{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`;
  const long = `{"a":"${"x".repeat(1 << 20)}"}`;
  const rows = await rowsOf("a.jsonl", [...lines, deep, long, '{"id":1}'].join("\n"));
  assert.deepEqual(rows.at(-1), { number: 11, cells: { id: 1 } });
  assert.match(String(shortOf(rows[0] ?? assert.fail())), /^line 1: it is no JSON: /);
  assert.deepEqual(rows.slice(1, -1).map(shortOf), [
    "line 2: it is no JSON object",
    "line 3: it is no JSON object",
    "line 4: it is no JSON object",
    "line 5: it has a number that is too large",
    "line 6: it has NUL characters",
    "line 7: it has a half character (a lone surrogate)",
    'line 8: nothing may be called "__proto__"',
    "line 9: its values lie more than 32 deep",
    "line 10: it has more than 1048576 characters",
  ]);
});

Deno.test("tableRows() gives no rows of JSON Lines when there are none", async () => {
  assert.deepEqual(await rowsOf("a.jsonl", ""), []);
});

Deno.test("tableRows() turns the types of Parquet to JSON", async () => {
  const rows = await rowsOf(
    "a.parquet",
    parquet({
      whole: ["INT32", [2012, 1]],
      long: ["INT64", [2n ** 40n, 2n ** 60n]],
      real: ["DOUBLE", [1.5, NaN]],
      maybe: ["STRING", ["x", null]],
      moment: ["TIMESTAMP", [new Date("2012-05-01T10:00:00.250Z"), new Date(0)]],
      flag: ["BOOLEAN", [true, false]],
      value: ["JSON", [{ a: [1] }, "text"]],
      plain: ["BYTE_ARRAY", [new TextEncoder().encode("Ünicode"), new Uint8Array()]],
    }),
  );
  assert.deepEqual(rows.map(shortOf), [
    [2012, 2 ** 40, 1.5, "x", "2012-05-01T10:00:00.250Z", true, { a: [1] }, "Ünicode"],
    [1, String(2n ** 60n), null, null, "1970-01-01T00:00:00.000Z", false, "text", ""],
  ]);
});

Deno.test("tableRows() says that a column holds bytes when it does", async () => {
  const file = parquet({ id: ["INT32", [1]], image: ["BYTE_ARRAY", [new Uint8Array([0xff, 0xd8])]] });
  await assert.rejects(rowsOf("a.parquet", file), { code: "source", message: /row 1: the column "image" holds bytes/ });
});

Deno.test("tableRows() gives a broken row of Parquet when a text of it will not do", async () => {
  const rows = await rowsOf("a.parquet", parquet({ id: ["STRING", ["a", "b\0", "c"]] }));
  assert.deepEqual(rows.map(shortOf), [["a"], 'row 2: "id": it has NUL characters', ["c"]]);
});

Deno.test("tableRows() throws nothing but InputError when what a Parquet file says of itself is damaged", async () => {
  const whole = parquet({ id: ["STRING", shirts.map(({ name }) => name)], n: ["INT64", [1n, 2n, 3n]] }, 2);
  const footer = new DataView(whole.buffer).getUint32(whole.length - 8, true);
  const damaged = [new Uint8Array(), new TextEncoder().encode("id\n1"), whole.slice(0, -1), whole.slice(9)];
  for (let at = whole.length - 8 - footer; at < whole.length; at++) {
    damaged.push(whole.with(at, at % 2 === 0 ? 0 : 0xff));
  }
  let refused = 0;
  for (const bytes of damaged) {
    await rowsOf("a.parquet", bytes).catch((thrown) => {
      assert.ok(thrown instanceof InputError, String(thrown));
      refused++;
    });
  }
  assert.ok(refused > damaged.length / 4, `${refused} of ${damaged.length}`);
});
