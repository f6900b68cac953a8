// Every way in which CSV misbehaves.
import assert from "node:assert/strict";
import { gzipped, rowsOf, shortOf } from "./tables.ts";

async function rows(content: string | Uint8Array): Promise<unknown[]> {
  return (await rowsOf("a.csv", content)).map(shortOf);
}

function refused(content: string | Uint8Array, message: RegExp): Promise<void> {
  return assert.rejects(rowsOf("a.csv", content), { name: "InputError", code: "source", message });
}

Deno.test("tableRows() passes over marks, kinds of line ends and empty lines when it reads CSV", async () => {
  assert.deepEqual(await rows("\ufeffid,n\r\n\r\n1,a\r\n2,b\n\n3,\r\n\r\n"), [["1", "a"], ["2", "b"], ["3", ""]]);
  assert.deepEqual(await rows("\ufeffid\n"), []);
  assert.deepEqual(await rows("i\n1"), [["1"]]);
  assert.deepEqual(await rows("i"), []);
});

Deno.test("tableRows() reads quotes as RFC 4180 has them, and others as they stand", async () => {
  const quoted = '"a,b","say ""hi""","two\r\nlines",""';
  assert.deepEqual(await rows(`id,n,m,o\n${quoted}\n5" pipe,a"b"c, "x",'y'\n`), [
    ["a,b", 'say "hi"', "two\nlines", ""],
    ['5" pipe', 'a"b"c', ' "x"', "'y'"],
  ]);
});

Deno.test("tableRows() gives a broken row when it has too many or too few cells", async () => {
  assert.deepEqual(await rows("id,n\n1,a\n2\n3,b,c\n,\n4,d"), [
    ["1", "a"],
    "line 3: it has 1 cells, not 2",
    "line 4: it has 3 cells, not 2",
    ["", ""],
    ["4", "d"],
  ]);
});

Deno.test("tableRows() loses one line when a quote is never closed", async () => {
  const tail = Array.from({ length: 3000 }, (_, at) => `${at},x`);
  const all = await rows(["id,n", '1,"open', ...tail].join("\n"));
  assert.equal(all.length, 3001);
  assert.equal(all[0], "line 2: a quote is not closed before line 1002");
  assert.deepEqual(all.slice(1), tail.map((line) => line.split(",")));
  assert.deepEqual(await rows('id,n\n1,"open\n2,b\n3,"open\n4,c'), [
    "line 2: behind a quote that closes a cell there is more",
    ["2", "b"],
    "line 4: a quote is never closed",
    ["4", "c"],
  ]);
});

Deno.test("tableRows() loses one line when two stray quotes would make one row of many", async () => {
  assert.deepEqual(await rows('id,n\n1,"open\n2,b\n3,c\n4,d",x\n5,e'), [
    "line 2: its quotes join it with the lines up to 5; it has 3 cells, not 2",
    ["2", "b"],
    ["3", "c"],
    "line 5: it has 3 cells, not 2",
    ["5", "e"],
  ]);
});

Deno.test("tableRows() keeps a row of many lines when its quotes are right", async () => {
  const cell = Array.from({ length: 900 }, (_, at) => `line, ${at}`).join("\n");
  assert.deepEqual(await rows(`id,n\n1,"${cell}"\n2,b`), [["1", cell], ["2", "b"]]);
});

Deno.test("tableRows() gives a broken row when there are NUL bytes or too many characters in it", async () => {
  const long = "x".repeat(1 << 20);
  assert.deepEqual(await rows(`id,n\n1,a\0\n2,${long}\n3,"${long}"\n4,"a\nb\0"\n5,ok`), [
    "line 2: it has NUL characters",
    "line 3: it has more than 1048576 characters",
    "line 4: it has more than 1048576 characters",
    "line 5: a quote is not closed before line 6",
    "line 6: it has NUL characters",
    ["5", "ok"],
  ]);
});

Deno.test("tableRows() does not keep a line in memory when it is endless", async () => {
  const piece = "x".repeat(1 << 20);
  const packed = await gzipped(["id\n1\n", ...Array(400).fill(piece), "\n2\n"]);
  let most = 0;
  // Of this test's own thread: others run beside it.
  const looking = setInterval(() => most = Math.max(most, Deno.memoryUsage().heapUsed), 2);
  const found = (await rowsOf("a.csv.gz", packed)).map(shortOf);
  clearInterval(looking);
  assert.deepEqual(found, [["1"], "line 3: it has more than 1048576 characters", ["2"]]);
  assert.ok(most > 0 && most < 200 << 20, `${most} bytes`);
});

Deno.test("tableRows() says what to do when the header will not do", async () => {
  await refused("", /it is empty; its first line names the columns$/);
  await refused("\n\r\n\n", /it is empty/);
  await refused("id,,n\n1,2,3", /column 2 has no name; its first line names the columns$/);
  await refused(" ,n\n1,2", /column 1 has no name/);
  await refused("id,n, id \n1,2,3", /columns 1 and 3 are both called "id"; rename one$/);
  await refused("id,__proto__\n1,2", /the name of column 2 will not do: nothing may be called "__proto__"$/);
  await refused('id,"n\n1,2', /its header cannot be read: line 1: a quote is never closed$/);
  await refused("id\0,n\n1,2", /its header cannot be read: line 1: it has NUL characters$/);
  await refused("id,n\r1,2\r3,4\r", /its lines end in CR alone; save it with LF or CRLF$/);
});

Deno.test("tableRows() says which line is not UTF-8 when one is not", async () => {
  const latin = Uint8Array.from("id,n\n1,a\n2,M\xfcller\n", (letter) => letter.charCodeAt(0));
  await refused(latin, /line 3 is not UTF-8; save it as UTF-8$/);
  await refused(new Uint8Array([0xff, 0xfe, 0x69, 0, 0x64, 0]), /it is UTF-16; save it as UTF-8$/);
  await refused(new Uint8Array([0xfe, 0xff, 0, 0x69]), /it is UTF-16/);
  const far = `id,n\n${"1,a\n".repeat(600_000)}`;
  const mixed = new Uint8Array([...new TextEncoder().encode(far), 0xff]);
  await refused(mixed, /line 600002 is not UTF-8/);
});

Deno.test("tableRows() says that gzip data is damaged when it is", async () => {
  const packed = await gzipped("id,n\n1,a\n");
  const message = { code: "source", message: /it is no gzip file, or a damaged one$/ };
  await assert.rejects(rowsOf("a.csv.gz", "id,n\n1,a\n"), message);
  await assert.rejects(rowsOf("a.csv.gz", packed.slice(0, -6)), message);
});

Deno.test("tableRows() takes names from the options when the file has no header", async () => {
  const found = await rowsOf("a.tsv", "1\ta\n2\n", { columns: ["id", "n"] });
  assert.deepEqual(found, [
    { number: 1, cells: { id: "1", n: "a" } },
    { number: 2, broken: { reason: "broken_row", detail: "line 2: it has 1 cells, not 2" } },
  ]);
  await assert.rejects(rowsOf("a.tsv", "1\n", { columns: ["a", "a"] }), { code: "source", message: /both called "a"/ });
});

Deno.test("tableRows() cuts a line right wherever a piece of the file ends", async () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => `${at},"Zürich ${at % 7} 東京"`);
  const found = await rowsOf("a.csv", ["id,n", ...lines].join("\r\n"));
  assert.equal(found.length, lines.length);
  assert.ok(found.every(({ number }, at) => number === at + 1));
  assert.deepEqual(shortOf(found.at(-1) ?? assert.fail()), ["199999", "Zürich 2 東京"]);
});
