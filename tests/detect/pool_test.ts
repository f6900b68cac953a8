import assert from "node:assert/strict";
import { InputError, ItemError, PluginError } from "../../runtime/contract/errors.ts";
import type { Spawn } from "../../runtime/detect/sessions/spawn.ts";
import { onnxFile } from "./onnx_writer.ts";
import { brightness, brightnessModel, grey, isGrey, mortal, squaring, withPool } from "./pools.ts";

const never = new AbortController().signal;
const levels = Array.from({ length: 20 }, (_, at) => 10 + at * 12);

function counting(spawned: string[]): (spawn: Spawn) => Spawn {
  return (spawn) => (backend, listener) => {
    spawned.push(backend);
    return spawn(backend, listener);
  };
}

for (const backend of ["native", "wasm"] as const) {
  Deno.test(`createPool() gives each image its own answer on ${backend}`, async () => {
    await withPool(brightnessModel(), { backend }, async (pool) => {
      const found = await Promise.all(levels.map((level) => pool.find(grey(level), never)));
      assert.deepEqual(found, levels.map(brightness));
    });
  });
}

Deno.test("createPool() starts no more sessions than there are images, and none before", async () => {
  const spawned: string[] = [];
  await withPool(brightnessModel(), { sessions: 8, wrap: counting(spawned) }, async (pool) => {
    assert.equal(spawned.length, 0);
    await pool.find(grey(7), never);
    assert.equal(spawned.length, 1);
  });
});

Deno.test("find() gives the same answers when sessions are killed in the middle", async () => {
  const deadly = new Set([levels[3], levels[11]]);
  const wrap = mortal((command) => command.type === "find" && deadly.delete(command.raster.data[0]));
  await withPool(brightnessModel(), { wrap }, async (pool) => {
    const found = await Promise.all(levels.map((level) => pool.find(grey(level), never)));
    assert.deepEqual(found, levels.map(brightness));
    assert.equal(deadly.size, 0);
  });
});

Deno.test("find() rejects an image that kills its session twice, and only that", async () => {
  const wrap = mortal((command) => isGrey(command, 99));
  await withPool(brightnessModel(), { sessions: 1, wrap }, async (pool) => {
    await assert.rejects(pool.find(grey(99), never), (thrown) => {
      assert.ok(thrown instanceof ItemError);
      assert.equal(thrown.code, "model_failed");
      const last = "it failed twice on this image, last with: killed by the test";
      assert.equal(thrown.message, `Cannot find objects with "test": ${last}`);
      return true;
    });
    assert.deepEqual(await pool.find(grey(50), never), brightness(50));
  });
});

Deno.test("find() ends the run when three sessions die in a row", async () => {
  await withPool(brightnessModel(), { wrap: mortal(({ type }) => type === "find") }, async (pool) => {
    const settled = await Promise.allSettled(levels.map((level) => pool.find(grey(level), never)));
    const reasons = settled.map((it) => it.status === "rejected" ? it.reason : undefined);
    assert.ok(reasons.every((reason) => reason instanceof PluginError || reason instanceof ItemError));
    assert.ok(reasons.filter((reason) => reason instanceof ItemError).length <= 1);
    await assert.rejects(pool.find(grey(1), never), PluginError);
  });
});

Deno.test("find() ends the run when sessions die before they are open", async () => {
  await withPool(brightnessModel(), { wrap: mortal(({ type }) => type === "open") }, async (pool) => {
    await assert.rejects(pool.find(grey(1), never), (thrown) => {
      assert.ok(thrown instanceof PluginError);
      assert.match(
        thrown.message,
        /^Cannot find objects with "test": its sessions die one after the other, last with:/,
      );
      return true;
    });
  });
});

Deno.test("find() ends the session of an image that is given up at work, and goes on with another", async () => {
  const spawned: string[] = [];
  await withPool(brightnessModel(squaring(1200)), { sessions: 1, wrap: counting(spawned) }, async (pool) => {
    assert.deepEqual(await pool.find(grey(1), never), brightness(1));
    const limit = new AbortController();
    const givenUp = pool.find(grey(2), limit.signal);
    const next = pool.find(grey(3), never);
    limit.abort(new ItemError("timeout", "Cannot wait"));
    await assert.rejects(givenUp, { code: "timeout" });
    assert.equal(spawned.length, 2);
    assert.deepEqual(await next, brightness(3));
  });
});

Deno.test("find() ends the session when the turn comes of an image that was given up beside it", async () => {
  const spawned: string[] = [];
  await withPool(brightnessModel(squaring(1200)), { sessions: 1, wrap: counting(spawned) }, async (pool) => {
    await pool.find(grey(9), never);
    const limit = new AbortController();
    const all = [1, 2, 3].map((level) => pool.find(grey(level), level === 2 ? limit.signal : never));
    limit.abort(new ItemError("timeout", "Cannot wait"));
    const [first, second, third] = await Promise.allSettled(all);
    assert.deepEqual(first, { status: "fulfilled", value: brightness(1) });
    assert.equal(second?.status, "rejected");
    assert.deepEqual(third, { status: "fulfilled", value: brightness(3) });
    assert.equal(spawned.length, 2);
  });
});

Deno.test("find() leaves the session alone while an image is given up that waits", async () => {
  const spawned: string[] = [];
  await withPool(brightnessModel(), { sessions: 1, wrap: counting(spawned) }, async (pool) => {
    const limit = new AbortController();
    const all = [1, 2, 3, 4].map((level) => pool.find(grey(level), level === 4 ? limit.signal : never));
    limit.abort(new ItemError("timeout", "Cannot wait"));
    const settled = await Promise.allSettled(all);
    assert.deepEqual(settled.map(({ status }) => status), ["fulfilled", "fulfilled", "fulfilled", "rejected"]);
    assert.equal(spawned.length, 1);
    await assert.rejects(pool.find(grey(5), limit.signal), { code: "timeout" });
  });
});

Deno.test("find() refuses a model that the runtime does not take", async () => {
  const model = onnxFile({
    inputs: [{ name: "images", type: "float32", shape: [1, 3, 8, 8] }],
    outputs: [{ name: "found", type: "float32", shape: [1, 3, 8, 8] }],
    nodes: [{ operator: "Warp", domain: "com.example", inputs: ["images"], outputs: ["found"] }],
    domains: ["com.example"],
  });
  for (const backend of ["native", "wasm"] as const) {
    await withPool(model, { backend }, async (pool) => {
      await assert.rejects(pool.find(grey(1), never), (thrown) => {
        assert.ok(thrown instanceof InputError);
        assert.match(thrown.message, /^Cannot open the model "test": onnxruntime-(node|web) 1\.30\.0 says: .*Warp/);
        return true;
      });
    });
  }
});

Deno.test("close() ends what is at work", async () => {
  await withPool(brightnessModel(), {}, async (pool) => {
    const found = assert.rejects(pool.find(grey(1), never), { name: "AbortError" });
    pool.close();
    await found;
    await assert.rejects(pool.find(grey(1), never), { name: "AbortError" });
  });
});
