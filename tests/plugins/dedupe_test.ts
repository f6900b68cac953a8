import assert from "node:assert/strict";
import dedupe from "../../plugins/dedupe.ts";
import { type DatasetHost, type Facts, InputError, type Item, type Json, type Verdict } from "../../runtime/plugin.ts";
import { copied, createWords, diceOf, flipped, hexOf } from "../kit/hashes.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { viewOf } from "./steps.ts";

type Row = readonly [key: string, phash: Json, facts?: Facts];

/** Items whose bytes all differ. */
function itemsFrom(rows: readonly Row[]): Item[] {
  return rows.map(([key, phash, facts = {}]) => sketchedItem({ key, facts: { ...facts, phash } }));
}

type Judged = {
  readonly verdicts: readonly Verdict[];
  readonly kept: readonly Item[];
  readonly logs: readonly string[];
};

async function judged(
  options: Record<string, unknown>,
  items: readonly Item[],
  history?: readonly Item[],
): Promise<Judged> {
  const logs: string[] = [];
  const host: DatasetHost = {
    random: () => 0,
    log: (text) => void logs.push(text),
    ...(history === undefined ? {} : { history: viewOf(history) }),
  };
  const step = await dedupe.open(dedupe.options.parse(options), host);
  const verdicts = await Array.fromAsync(step.whole(viewOf(items), new AbortController().signal));
  return { verdicts, kept: verdicts.flatMap((verdict) => verdict.kind === "keep" ? [verdict.item] : []), logs };
}

async function keysKept(options: Record<string, unknown>, items: readonly Item[], history?: readonly Item[]) {
  return (await judged(options, items, history)).kept.map(({ key }) => key);
}

/** Hashes that differ from the first in 0, 1, 2, … bits. */
function stairs(count: number): string[] {
  return Array.from({ length: count }, (_, bits) => ((1n << BigInt(bits)) - 1n).toString(16).padStart(16, "0"));
}

Deno.test("dedupe drops what looks like one that stays, and says which and how much", async () => {
  const { verdicts } = await judged(
    { radius: 4 },
    itemsFrom([
      ["a#1.jpg", "00000000000000ff"],
      ["b.jpg", "00000000000000f0"],
      ["c.jpg", "00000000ffffffff"],
    ]),
  );
  assert.equal(verdicts[0]?.kind, "keep");
  assert.deepEqual(verdicts[1], {
    kind: "drop",
    reason: "near_duplicate",
    detail: 'It looks like "a%231.jpg": 4 of 64 bits differ',
  });
  assert.equal(verdicts[2]?.kind, "keep");
});

Deno.test("dedupe compares with those that stay, never along chains", async () => {
  const rows = stairs(20).map((hash, at): Row => [String(at).padStart(2, "0"), hash]);
  assert.deepEqual(await keysKept({ radius: 4 }, itemsFrom(rows)), ["00", "05", "10", "15"]);
  assert.deepEqual(await keysKept({ radius: 0 }, itemsFrom(rows)), rows.map(([key]) => key));
  assert.deepEqual(await keysKept({ radius: 16 }, itemsFrom(rows)), ["00", "17"]);
});

Deno.test("dedupe drops equal bytes with equal edits whatever their hashes, and flat pictures only so", async () => {
  const [one, other, flat, blank] = itemsFrom([["a", "00".repeat(8)], ["b", "ff".repeat(8)], ["c", null], ["d", null]]);
  assert.ok(one && other && flat && blank);
  const copies = [one, { ...other, image: one.image }, flat, blank, { ...blank, key: "e" }];
  const flipped = { ...one, key: "f", image: { ...one.image, edits: [{ op: "flip", axis: "vertical" } as const] } };
  const { verdicts } = await judged({ radius: 0 }, [...copies, { ...flipped, facts: { phash: "f0".repeat(8) } }]);
  assert.deepEqual(verdicts.map((verdict) => verdict.kind === "drop" ? verdict : "keep"), [
    "keep",
    { kind: "drop", reason: "duplicate", detail: 'It is the same picture as "a"' },
    "keep",
    "keep",
    { kind: "drop", reason: "duplicate", detail: 'It is the same picture as "d"' },
    "keep",
  ]);
});

Deno.test("dedupe finds turned copies by the hashes that phash gave for them", async () => {
  const items = itemsFrom([
    ["a", "0123456789abcdef", { phash_turned: ["ffff0000ffff0000"] }],
    ["b", "ffff0000ffff0001", { phash_turned: ["0123456789abcdee"] }],
  ]);
  const { verdicts } = await judged({ radius: 3 }, items);
  assert.deepEqual(verdicts[1], {
    kind: "drop",
    reason: "near_duplicate",
    detail: 'It looks like "a": 1 of 64 bits differ',
  });
});

Deno.test("dedupe keeps the sharpest, and those without a measure last", async () => {
  const hash = "0123456789abcdef";
  const sharp = [["a", 3], ["b", 9], ["c", 9], ["d", null]] as const;
  const items = itemsFrom(sharp.map(([key, sharpness]) => [key, hash, { sharpness }]));
  assert.deepEqual(await keysKept({ keep: "sharpest" }, items), ["b"]);
  assert.deepEqual(await keysKept({ keep: "first" }, items), ["a"]);
});

Deno.test("dedupe compares only within a group", async () => {
  const hash = "0123456789abcdef";
  const items = itemsFrom([["a", hash, { camera: "1" }], ["b", hash, { camera: 1 }], ["c", hash], ["d", hash], [
    "e",
    hash,
    { camera: "1" },
  ]]);
  const same = items.map((item, at) => at === 1 ? { ...item, image: items[0]?.image ?? item.image } : item);
  assert.deepEqual(await keysKept({ group_by: "camera" }, same), ["a", "b", "c"]);
});

Deno.test("dedupe compares looks only within seconds, by numbers or dates, with the bound itself allowed", async () => {
  const hash = "0123456789abcdef";
  const at = (times: readonly Json[]) => itemsFrom(times.map((time, place) => [String(place), hash, { time }]));
  assert.deepEqual(await keysKept({ window_seconds: 10 }, at([0, 10, 10.1, 20, 31])), ["0", "2", "4"]);
  assert.deepEqual(await keysKept({ window_seconds: 0.1 }, at([1e9, 1e9 + 0.1, 1e9 + 0.3])), ["0", "2"]);
  const dates = ["2026-11-21T09:30:00Z", "2026-11-21 09:30:05", "2026-11-21T10:30:08+01:00", "2026-11-21T09:31:00Z"];
  assert.deepEqual(await keysKept({ window_seconds: 10 }, at(dates)), ["0", "3"]);
  assert.deepEqual(await keysKept({ window_seconds: 10 }, at([null, "never", 5, 6])), ["0", "1", "2"]);
});

Deno.test("dedupe compares looks only within so many frames of a group", async () => {
  const hash = "0123456789abcdef";
  const items = itemsFrom(
    Array.from({ length: 12 }, (_, at) => [String(at).padStart(2, "0"), hash, { camera: at % 2 }]),
  );
  assert.deepEqual(await keysKept({ window_frames: 2, group_by: "camera" }, items), ["00", "01", "06", "07"]);
});

Deno.test("dedupe decides as comparing each with each would, in windows and groups, whatever the order", async () => {
  const dice = diceOf(4);
  const words = createWords(dice, 400, 2);
  for (let at = 1; at < 400; at++) {
    copied(words, 2, dice(at), at);
    flipped(words, 2, at, dice(14), dice);
  }
  const items = itemsFrom(Array.from({ length: 400 }, (_, at) => [
    String(at).padStart(3, "0"),
    hexOf(words, 2, at),
    { camera: dice(3), time: dice(3000) / 10, sharpness: dice(50) },
  ]));
  for (const keep of ["first", "sharpest"]) {
    for (const window of [{}, { window_seconds: 20 }, { window_seconds: 0.1 }, { window_seconds: 1000 }]) {
      const options = { radius: 7, group_by: "camera", keep, ...window };
      assert.deepEqual(await keysKept(options, items), plainly(items, keep, window.window_seconds ?? Infinity));
    }
  }
});

function plainly(items: readonly Item[], keep: string, window: number): string[] {
  const order = keep === "first"
    ? items
    : [...items].sort((left, right) => Number(right.facts.sharpness) - Number(left.facts.sharpness));
  const kept: Item[] = [];
  for (const item of order) {
    if (!kept.some((other) => isLike(item, other, window))) kept.push(item);
  }
  return kept.map(({ key }) => key).sort();
}

function isLike({ facts: left }: Item, { facts: right }: Item, window: number): boolean {
  const differing = (BigInt(`0x${left.phash}`) ^ BigInt(`0x${right.phash}`)).toString(2).replaceAll("0", "").length;
  return differing <= 7 && left.camera === right.camera && Math.abs(Number(left.time) - Number(right.time)) <= window;
}

Deno.test("dedupe keeps what stayed before as the set grows, in front and behind, and takes others against it", async () => {
  const hashes = stairs(30);
  const before = itemsFrom([["m", hashes[10] ?? ""], ["n", hashes[25] ?? ""]]);
  const first = await judged({ radius: 5 }, before);
  const grown = itemsFrom([["a", hashes[8] ?? ""], ["b", hashes[0] ?? ""], ["z", hashes[20] ?? ""]]);
  const all = [...grown.slice(0, 2), ...before, ...grown.slice(2)];
  assert.deepEqual(await keysKept({ radius: 5 }, all, first.kept), ["b", "m", "n"]);
  assert.deepEqual(await keysKept({ radius: 5 }, all), ["a", "b", "n"]);
});

Deno.test("dedupe asks anew about what has changed or lost the one it was dropped for", async () => {
  const [a, b] = itemsFrom([["a", "00".repeat(8)], ["b", "00".repeat(7) + "01"]]);
  assert.ok(a && b);
  const first = await judged({}, [a, b]);
  assert.deepEqual(first.kept, [a]);
  assert.deepEqual(await keysKept({}, [b], first.kept), ["b"]);
  const other = { ...a, image: { ...a.image, blob: b.image.blob } };
  assert.deepEqual(await keysKept({}, [other, { ...b, key: "0" }].toReversed(), [a]), ["0"]);
});

Deno.test("dedupe counts what went for each when asked to", async () => {
  const rows: Row[] = [["a", "00".repeat(8)], ["b", "ff".repeat(8)], ["c", "00".repeat(7) + "01"]];
  const { kept } = await judged({ count: true }, itemsFrom(rows));
  assert.deepEqual(kept.map(({ facts }) => facts.duplicates), [1, 0]);
  assert.ok((await judged({}, itemsFrom(rows))).kept.every(({ facts }) => !("duplicates" in facts)));
});

Deno.test("dedupe is quick when all hashes are equal, or all within the radius of each other", async () => {
  const dice = diceOf(8);
  for (const spread of [0, 3]) {
    const words = new Uint32Array(60_000 * 2);
    for (let at = 0; at < 60_000; at++) flipped(words, 2, at, spread, dice);
    const items = Array.from(
      { length: 60_000 },
      (_, at) => sketchedItem({ key: "k", facts: { phash: hexOf(words, 2, at) } }),
    );
    const numbered = items.map((item, at) => ({
      ...item,
      key: String(at).padStart(6, "0"),
      image: { ...item.image, blob: { ...item.image.blob, digest: at.toString(16).padStart(64, "0") } },
    }));
    const started = performance.now();
    assert.equal((await keysKept({}, numbered)).length, 1);
    assert.ok(performance.now() - started < 20_000, "comparing each with each takes minutes");
  }
});

Deno.test("dedupe says when a large set has so many pairs that chance makes copies", async () => {
  const dice = diceOf(2);
  const words = createWords(dice, 3000, 2);
  const items = itemsFrom(Array.from({ length: 3000 }, (_, at) => [String(at).padStart(4, "0"), hexOf(words, 2, at)]));
  const { logs } = await judged({ radius: 16 }, items);
  assert.match(logs.join(), /^among \d+ pictures with hashes of 64 bits and the radius 16, about \d+ % of unrelated/);
  assert.deepEqual((await judged({}, items)).logs, []);
});

Deno.test("dedupe refuses hashes of several lengths, what is no hash, and a radius beyond a quarter", async () => {
  const refused = async (rows: readonly Row[], options = {}) =>
    await assert.rejects(async () => await judged(options, itemsFrom(rows)), InputError);
  await refused([["a", "00".repeat(8)], ["b", "00".repeat(32)]]);
  await refused([["a", "00".repeat(8), { phash_turned: ["00".repeat(8)] }], ["b", "00".repeat(8)]]);
  await refused([["a", "zz".repeat(8)]]);
  await refused([["a", 12]]);
  await refused([["a", "00".repeat(8)]], { radius: 17 });
  assert.equal(dedupe.options.safeParse({ window_seconds: 3, window_frames: 3 }).success, false);
});

Deno.test("dedupe judges an empty set, and one of flat pictures only", async () => {
  assert.deepEqual((await judged({}, [])).verdicts, []);
  assert.deepEqual(await keysKept({ window_frames: 3 }, itemsFrom([["a", null], ["b", null]])), ["a", "b"]);
});

Deno.test("dedupe needs the facts that its options name", () => {
  const { needs } = dedupe;
  assert.ok(typeof needs === "function");
  assert.deepEqual(needs(dedupe.options.parse({})), ["phash"]);
  const all = { group_by: "camera", window_seconds: 3, time: "taken_unix", keep: "sharpest" };
  assert.deepEqual(needs(dedupe.options.parse(all)), ["phash", "camera", "taken_unix", "sharpness"]);
});
