// Near-duplicates: how long it takes to find them among very many hashes, and how well they are found, next to a plain
// 64-bit hash at radius 10 written in Python.
//   deno task bench-dedupe [--count 100000,1000000] [--images <folder>,<folder>] [--json <file>]
// The first part drives the step `dedupe` itself, items made while it scans and no store; the second the step `phash`,
// on photographs that are not part of this repository.
import { parseArgs } from "node:util";
import dedupe from "../../plugins/dedupe.ts";
import type { HashBits } from "../../runtime/image/phash.ts";
import type { Item, ItemsView } from "../../runtime/plugin.ts";
import { copied, createWords, type Dice, diceOf, flipped, hexOf } from "../../tests/kit/hashes.ts";
import { assetPath } from "../../tests/assets.ts";
import { plainHeader } from "../../tests/suites/memory_dataset.ts";
import { compareHashes, type Found } from "./dedupe_accuracy.ts";

type Timed = {
  readonly count: number;
  readonly bits: HashBits;
  readonly seconds: number;
  readonly kept: number;
  readonly peakMB: number;
};

/** Random hashes, three of ten of which are copies of an earlier one with up to six bits turned. */
function hashesFor(dice: Dice, count: number, width: number): Uint32Array {
  const words = createWords(dice, count, width);
  for (let at = 1; at < count; at++) {
    if (dice(10) >= 3) continue;
    copied(words, width, dice(at), at);
    flipped(words, width, at, dice(7), dice);
  }
  return words;
}

function viewOf(words: Uint32Array, width: number): ItemsView {
  const count = words.length / width;
  return {
    count,
    async *scan(): AsyncGenerator<Item> {
      for (let at = 0; at < count; at++) {
        const digest = hexOf(words, width, at).padStart(56, "0") + at.toString(16).padStart(8, "0");
        const image = {
          blob: { digest: digest.split("").reverse().join(""), size: 1 },
          header: plainHeader,
          edits: [],
        };
        yield {
          key: `${String(at).padStart(8, "0")}.jpg`,
          child: "",
          image,
          facts: { phash: hexOf(words, width, at) },
        };
      }
    },
  };
}

async function timed(count: number, bits: HashBits): Promise<Timed> {
  const view = viewOf(hashesFor(diceOf(1), count, bits / 32), bits / 32);
  const step = await dedupe.open(dedupe.options.parse({}), {
    random: () => 0,
    log: (text) => console.log(`  ${text}`),
  });
  const started = performance.now();
  let kept = 0;
  let peak = 0;
  let seen = 0;
  for await (const { kind } of step.whole(view, new AbortController().signal)) {
    if (kind === "keep") kept++;
    if (seen++ % 10_000 === 0) peak = Math.max(peak, Deno.memoryUsage().rss);
  }
  return { count, bits, seconds: (performance.now() - started) / 1000, kept, peakMB: Math.round(peak / 1e6) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "100000" },
      bits: { type: "string", default: "64,256" },
      images: { type: "string", default: ["photos/images", "racing", "traps"].map(assetPath).join(",") },
      json: { type: "string" },
    },
  });
  const times: Timed[] = [];
  for (const bits of values.bits.split(",").map(Number)) {
    if (bits !== 64 && bits !== 256) continue;
    for (const count of values.count.split(",").map(Number)) times.push(await timed(count, bits));
  }
  for (const { count, bits, seconds, kept, peakMB } of times) {
    console.log(`${count} hashes of ${bits} bits: ${seconds.toFixed(1)} s, ${kept} stay, ${peakMB} MB`);
  }
  const found = values.images === "" ? undefined : await compareHashes(values.images.split(","));
  if (found !== undefined) console.log(`\n${tableOf(found)}`);
  if (values.json !== undefined) await Deno.writeTextFile(values.json, JSON.stringify({ times, found }, null, 2));
}

function tableOf({ hashes, rows, originals, pairs }: Found): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `${originals} pictures, their copies, and ${pairs} pairs of pictures that are not copies`,
    "",
    line(["recall", ...hashes.map(({ name }) => name)]),
    line(["---", ...hashes.map(() => "---:")]),
    ...rows.map(({ copy, recall }) => line([copy, ...recall.map(percent)])),
    line(["all", ...hashes.map(({ recall }) => percent(recall))]),
    line(["pairs wrongly taken for copies", ...hashes.map(({ wrong }) => String(wrong))]),
    line(["precision", ...hashes.map(({ precision }) => percent(precision))]),
    line(["least distance of such a pair", ...hashes.map(({ nearest }) => String(nearest))]),
  ].join("\n");
}

if (import.meta.main) await main();
