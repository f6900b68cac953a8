import assert from "node:assert/strict";
import { cutByContent } from "../../runtime/store/cut.ts";

Deno.test("cutByContent() makes chunks of about a thousand lines and loses none", async () => {
  const lines = Array.from({ length: 200_000 }, (_, at) => `line ${at}`);
  const chunks = await Array.fromAsync(cutByContent(lines));
  assert.deepEqual(chunks.flat(), lines);
  const mean = lines.length / chunks.length;
  assert.ok(mean > 850 && mean < 1_200, `${mean} lines a chunk`);
  assert.ok(chunks.every(({ length }, at) => length <= 4096 && (length >= 256 || at === chunks.length - 1)));
});

Deno.test("cutByContent() ends a chunk of lines that never say so", async () => {
  const sizes = (await Array.fromAsync(cutByContent(Array(20_000).fill("the same")))).map(({ length }) => length);
  assert.ok(Math.max(...sizes) <= 4096, sizes.join(" "));
});

Deno.test("cutByContent() ends a chunk of very long lines early", async () => {
  const long = Array.from({ length: 40 }, (_, at) => `${at}`.padEnd(1 << 20, "x"));
  const sizes = (await Array.fromAsync(cutByContent(long))).map(({ length }) => length);
  assert.ok(Math.max(...sizes) <= 4, sizes.join(" "));
});

Deno.test("cutByContent() gives nothing for no lines", async () => {
  assert.deepEqual(await Array.fromAsync(cutByContent([])), []);
});

Deno.test("cutByContent() cuts where it cut before, soon after a change", async () => {
  const lines = Array.from({ length: 50_000 }, (_, at) => `line ${at}`);
  const ends = async (values: readonly string[]) =>
    new Set((await Array.fromAsync(cutByContent(values))).map((chunk) => chunk.at(-1)));
  const before = await ends(lines);
  for (const changed of [lines.slice(1), lines.toSpliced(20_000, 3), ["new", ...lines], [...lines, "new"]]) {
    const after = await ends(changed);
    assert.ok([...before].filter((end) => !after.has(end)).length <= 4);
  }
});
