import assert from "node:assert/strict";
import { ItemError, PluginError, TransientError } from "../../runtime/contract/errors.ts";
import { createCall, sleep, type Who } from "../../runtime/engine/call.ts";

const who = { plugin: "blur", phase: "process", item: "a.jpg" };
const never = new AbortController().signal;

function callWith(options: { timeoutMs?: number; retries?: number; pauses?: number[]; entered?: Who[] } = {}) {
  return createCall({
    timeoutMs: options.timeoutMs ?? 1000,
    retries: options.retries ?? 3,
    entering: (one) => options.entered?.push(one),
    sleep: (ms) => Promise.resolve(void options.pauses?.push(ms)),
    random: () => 0.5,
  });
}

Deno.test("call() names the plugin, the phase and the item when a plugin throws", async () => {
  const failing = callWith()(who, never, () => {
    throw new Error("boom");
  });
  await assert.rejects(failing, (thrown: unknown) => {
    assert.ok(thrown instanceof PluginError);
    assert.equal(thrown.message, 'Cannot process with "blur" on "a.jpg": the plugin failed with "boom"');
    return true;
  });
});

Deno.test("call() tries a transient failure again, waiting twice as long each time", async () => {
  const pauses: number[] = [];
  let tries = 0;
  const value = await callWith({ pauses })(who, never, () => {
    if (++tries < 4) throw new TransientError("busy");
    return "done";
  });
  assert.equal(value, "done");
  assert.deepEqual(pauses, [200, 400, 800]);
});

Deno.test("call() gives up after the last retry and waits as long as the other side asks", async () => {
  const pauses: number[] = [];
  const failing = callWith({ pauses, retries: 1 })(who, never, () => {
    throw new TransientError("busy", 5000);
  });
  await assert.rejects(failing, TransientError);
  assert.deepEqual(pauses, [5000]);
});

Deno.test("call() ends a plugin that never answers, and tells it so", async () => {
  let told: AbortSignal | undefined;
  const hanging = callWith({ timeoutMs: 20 })(who, never, (signal) => {
    told = signal;
    return new Promise<string>(() => {});
  });
  await assert.rejects(hanging, (thrown: unknown) => thrown instanceof ItemError && thrown.code === "timeout");
  assert.equal(told?.aborted, true);
});

Deno.test("call() ends at once when the run is stopped", async () => {
  const stop = new AbortController();
  const entered: Who[] = [];
  const hanging = callWith({ entered })(who, stop.signal, () => new Promise<string>(() => {}));
  stop.abort(new DOMException("stopped", "AbortError"));
  await assert.rejects(hanging, { name: "AbortError" });
  assert.deepEqual(entered, [who]);
});

Deno.test("sleep() ends when its signal does", async () => {
  const stop = new AbortController();
  const sleeping = sleep(60_000, stop.signal);
  stop.abort(new DOMException("stopped", "AbortError"));
  await assert.rejects(sleeping, { name: "AbortError" });
});
