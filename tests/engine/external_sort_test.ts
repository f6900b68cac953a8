import assert from "node:assert/strict";
import { compareUtf8 } from "../../runtime/contract/json.ts";
import { numbersOf } from "../../runtime/contract/random.ts";
import { createSorter } from "../../runtime/engine/external_sort.ts";
import { createScratch } from "../../runtime/host/scratch.ts";

Deno.test("createSorter() sorts more lines than it holds, by UTF-8 bytes", async () => {
  const folder = await Deno.makeTempDir();
  const scratch = createScratch(`${folder}/scratch`);
  const random = numbersOf("lines");
  const starts = [..."é~z\u{1F600}\uE000"];
  const lines = Array.from({ length: 5000 }, () => `${starts[Math.floor(random() * 5)]}${random()}`);
  const sorter = createSorter(scratch.spill, 700);
  await Promise.all(lines.map((line) => sorter.add(line)));
  const sorted: string[] = [];
  for await (const line of sorter.sorted()) sorted.push(line);
  assert.deepEqual(sorted, [...lines].sort(compareUtf8));
  scratch.close();
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("createSorter() sets aside before very long lines fill the memory, and gives equal lines as often as they came", async () => {
  let runs = 0;
  const spill = (lines: readonly string[]) => {
    runs++;
    return Promise.resolve(async function* () {
      yield* lines;
    });
  };
  const sorter = createSorter(spill);
  const lines = Array.from({ length: 100 }, (_, at) => `${at * 37 % 50}${"x".repeat(1_000_000)}`);
  for (const line of lines) await sorter.add(line);
  assert.ok(runs > 9, `${runs} runs`);
  const sorted: string[] = [];
  for await (const line of sorter.sorted()) sorted.push(line.slice(0, 2));
  assert.deepEqual(sorted, lines.sort(compareUtf8).map((line) => line.slice(0, 2)));
});
