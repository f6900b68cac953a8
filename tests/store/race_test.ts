import assert from "node:assert/strict";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createRefs } from "../../runtime/store/refs.ts";
import { inFolder } from "../temp_folder.ts";
import { start } from "./process.ts";

const racers = 100;
const rounds = 50;
/** Enough for all to have woken up, so that no round begins before the one before it has ended for most. */
const millisecondsEach = 120;

type Said = {
  readonly won: readonly number[];
  readonly seen: readonly string[];
  readonly torn: readonly string[];
  readonly sizes: readonly number[];
};

Deno.test("publish() lets one of a hundred processes have each of fifty numbers, and nobody reads half a ref", () =>
  inFolder(async (root) => {
    const place = `${root}/store`;
    const names = Array.from({ length: racers }, (_, at) => `r${String(at).padStart(3, "0")}`);
    const running = names.map((name) => start("contender.ts", place, name, `${rounds}`));
    const outputs = running.map(({ stdout }) => linesOf(stdout));
    for (const output of outputs) assert.equal((await output.next()).value, "ready");
    await Deno.writeTextFile(`${root}/go`, `${Date.now() + 200} ${millisecondsEach}`);
    await Deno.rename(`${root}/go`, `${place}.go`);
    const said: Said[] = [];
    for (const output of outputs) said.push(JSON.parse((await output.next()).value ?? ""));
    for (const { status } of running) assert.equal((await status).success, true);
    assert.deepEqual(said.flatMap(({ torn }) => torn), []);
    assert.equal(new Set(said.flatMap(({ sizes }) => sizes)).size, 1, "every listing shows whole refs");
    await agree(place, names, said);
  }));

async function agree(place: string, names: readonly string[], said: readonly Said[]): Promise<void> {
  const refs = createRefs(await openFolderStore(place));
  const winners = new Set<string>();
  for (let round = 1; round <= rounds; round++) {
    const won = names.filter((_, at) => said[at]?.won.includes(round));
    assert.equal(won.length, 1, `round ${round} was won by ${won.join(", ") || "nobody"}`);
    assert.equal((await refs.get("race", round))?.version, won[0]);
    assert.deepEqual(new Set(said.map(({ seen }) => seen[round - 1])), new Set(won));
    for (const name of won) winners.add(name);
  }
  assert.ok(winners.size > 3, `it was no race: ${[...winners].join(", ")} won it all`);
  assert.deepEqual([...Deno.readDirSync(`${place}/tmp`)], []);
}

async function* linesOf(output: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of output.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
