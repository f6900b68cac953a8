// Models that mean harm or do not know better, in real sessions: a clear error each time, and the pool alive.
import assert from "node:assert/strict";
import { ItemError, PluginError } from "../../runtime/contract/errors.ts";
import type { Pool } from "../../runtime/detect/sessions/pool.ts";
import { constantModel, floats, onnxFile } from "./onnx_writer.ts";
import { brightnessModel, grey, squaring, withPool } from "./pools.ts";

const never = new AbortController().signal;
const images = { name: "images", type: "float32", shape: [1, 3, 8, 8] } as const;

/** Dark images get a corner that is no number. */
const dark = brightnessModel({
  nodes: [
    { operator: "Sub", inputs: ["mean", "half"], outputs: ["above"] },
    { operator: "Sqrt", inputs: ["above"], outputs: ["corner"] },
  ],
  initializers: { half: floats([1, 1, 1], [0.5]) },
});

async function failureOf(pool: Pool, level: number): Promise<Error> {
  try {
    await pool.find(grey(level), never);
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new assert.AssertionError({ message: "it found something" });
}

for (const backend of ["native", "wasm"] as const) {
  Deno.test(`find() rejects an image on which the model gives numbers that are none, on ${backend}`, async () => {
    await withPool(dark, { backend, sessions: 1 }, async (pool) => {
      for (let time = 0; time < 8; time++) {
        const failure = await failureOf(pool, 20);
        assert.ok(failure instanceof ItemError);
        assert.equal(failure.code, "bad_output");
      }
      assert.equal((await pool.find(grey(200), never)).classes.length, 1);
    });
  });

  Deno.test(`find() rejects images for which there is not enough memory, then gives the model up, on ${backend}`, async () => {
    await withPool(brightnessModel(squaring(2 ** 21)), { backend, sessions: 1 }, async (pool) => {
      const failures = [await failureOf(pool, 1), await failureOf(pool, 2), await failureOf(pool, 3)];
      assert.deepEqual(failures.map(({ name }) => name), ["ItemError", "ItemError", "PluginError"]);
      assert.match(failures[0]?.message ?? "", /^Cannot find objects with "test": it failed twice on this image/);
      assert.ok(await failureOf(pool, 4) instanceof PluginError);
    });
  });
}

Deno.test("find() refuses a model that wants more memory than there is before it sees an image", async () => {
  const model = onnxFile({
    inputs: [images],
    outputs: [{ name: "found", type: "float32", shape: ["rows", "columns"] }],
    nodes: [{ operator: "ConstantOfShape", inputs: ["shape"], outputs: ["found"] }],
    initializers: { shape: { type: "int64", shape: [2], data: BigInt64Array.of(2n ** 24n, 2n ** 24n) } },
  });
  await withPool(model, { sessions: 1 }, async (pool) => {
    assert.match((await failureOf(pool, 1)).message, /^Cannot (open the model|find objects with) "test"/);
  });
});

Deno.test("find() keeps the best three thousand of a million boxes", async () => {
  const row = [1, 1, 7, 7, 0, 3];
  const rows = new Float32Array(6_000_000);
  for (let at = 0; at < rows.length; at++) rows[at] = at % 6 === 4 ? at / rows.length : row[at % 6] ?? 0;
  await withPool(constantModel([images], { found: floats([1, 1_000_000, 6], rows) }), { sessions: 1 }, async (pool) => {
    const { scores, classes } = await pool.find(grey(1), never);
    assert.equal(scores.length, 3000);
    assert.ok((scores.at(-1) ?? 0) >= 9969);
    assert.equal(classes[0], 3);
  });
});

Deno.test("find() rejects images when a model gives other outputs than it says, and lives on", async () => {
  const lying = constantModel([images], { found: floats([1, 2, 6], new Array(12).fill(0.5)), other: floats([1], [1]) });
  const spoiled = constantModel([images], { other: floats([1], [1]) });
  await withPool(spoiled, { sessions: 1 }, async (pool) => {
    assert.ok(await failureOf(pool, 1) instanceof ItemError);
  });
  await withPool(lying, { sessions: 1 }, async (pool) => {
    assert.equal((await pool.find(grey(1), never)).classes.length, 0); // corners of 0.5, 0.5 leave no box
  });
});

Deno.test("find() answers the others when one image in three is bad", async () => {
  await withPool(dark, {}, async (pool) => {
    const settled = await Promise.allSettled([20, 255, 20, 255, 20, 255].map((level) => pool.find(grey(level), never)));
    assert.deepEqual(
      settled.map((it) => it.status === "fulfilled" ? it.value.scores : it.reason.code),
      ["bad_output", [10_000], "bad_output", [10_000], "bad_output", [10_000]],
    );
  });
});
