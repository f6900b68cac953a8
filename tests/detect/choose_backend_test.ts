import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { chooseBackend, type Machine } from "../../runtime/detect/choose_backend.ts";
import { createSessions } from "../../runtime/detect/sessions/spawn.ts";
import { createMachine } from "../../runtime/detect/this_machine.ts";

const never = new AbortController().signal;
const card = { name: "Fast 9000", software: false };
const software = { name: "llvmpipe", software: true };

/** A machine with these parts. */
function machineOf(parts: { readonly adapter?: typeof card; readonly nativeTrouble?: string }): Machine {
  return {
    nativeTrouble: () => parts.nativeTrouble,
    mayHaveGraphics: () => parts.adapter !== undefined,
    adapter: () => Promise.resolve(parts.adapter),
  };
}

Deno.test("chooseBackend() takes a real graphics adapter, else native, else wasm, and says why", async () => {
  const choices = [
    [machineOf({ adapter: card }), "webgpu", 'backend webgpu: this machine has the graphics adapter "Fast 9000"'],
    [machineOf({ adapter: software }), "native", 'backend native: the graphics adapter "llvmpipe" is only software'],
    [machineOf({}), "native", "backend native: no graphics adapter was found"],
    [
      machineOf({ nativeTrouble: "it is not made for haiku on vax" }),
      "wasm",
      "backend wasm: no graphics adapter was found, and the native library cannot be used: it is not made for haiku on vax",
    ],
  ] as const;
  for (const [machine, backend, note] of choices) {
    assert.deepEqual(await chooseBackend("auto", machine, never), { backend, note });
  }
});

Deno.test("chooseBackend() does not ask for an adapter where there surely is none", async () => {
  const machine = { ...machineOf({}), adapter: () => assert.fail("asked") };
  assert.equal((await chooseBackend("auto", machine, never)).backend, "native");
});

Deno.test("chooseBackend() gives what is asked for, or says why it cannot", async () => {
  const machine = machineOf({ adapter: software, nativeTrouble: "it is broken" });
  assert.equal((await chooseBackend("wasm", machine, never)).backend, "wasm");
  const { backend, note } = await chooseBackend("webgpu", machine, never);
  assert.equal(backend, "webgpu");
  assert.match(note, /only software: expect it to be slower/);
  await assert.rejects(chooseBackend("native", machine, never), InputError);
  await assert.rejects(chooseBackend("webgpu", machineOf({}), never), /this machine shows no graphics adapter/);
});

Deno.test("createMachine() finds the native library where the tests run", async () => {
  const sessions = createSessions();
  const { backend } = await chooseBackend("native", createMachine(sessions.spawn), never);
  assert.equal(backend, "native");
  await sessions.endAll();
});

Deno.test("createMachine() stops asking for an adapter when it is told to", async () => {
  const sessions = createSessions();
  const stop = new AbortController();
  const asked = assert.rejects(createMachine(sessions.spawn).adapter(stop.signal), { message: "stopped" });
  stop.abort(new TypeError("stopped"));
  await asked;
  await sessions.endAll();
});
