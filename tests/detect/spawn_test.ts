import assert from "node:assert/strict";
import { askSession } from "../../runtime/detect/sessions/ask_session.ts";
import type { SessionReply } from "../../runtime/detect/sessions/session_messages.ts";
import {
  createRemoteSessions,
  createRequestedSessions,
  createSessions,
  type RemoteSessions,
} from "../../runtime/detect/sessions/spawn.ts";
import { brightnessModel } from "./pools.ts";

const never = new AbortController().signal;
const open = { type: "open", backend: "native", model: brightnessModel(), wasm: undefined } as const;

/** Sessions that are asked for in this thread and started in it, too, as a run and the thread that watches it do. */
function connected() {
  const asked: string[] = [];
  const remote: RemoteSessions = createRemoteSessions((request) => {
    asked.push(request.type);
    requested.obey(request);
  });
  const requested = createRequestedSessions((id, message) => remote.died(id, message));
  return { remote, requested, asked };
}

Deno.test("createRemoteSessions() has sessions started and ended elsewhere", async () => {
  const { remote, requested, asked } = connected();
  const reply = await askSession(remote.spawn, "native", never, (ask) => ask(open));
  assert.equal(reply.type, "open");
  assert.deepEqual(asked, ["session", "end_session"]);
  await requested.endAll();
});

Deno.test("createRemoteSessions() hears that a session died, once", async () => {
  const { remote, requested, asked } = connected();
  const deaths: string[] = [];
  remote.spawn("native", { onReply: () => {}, onDeath: (message) => void deaths.push(message) });
  remote.died(0, "of a test");
  remote.died(0, "again");
  assert.deepEqual(deaths, ["of a test"]);
  assert.deepEqual(asked, ["session", "end_session"]);
  await requested.endAll();
});

Deno.test("createSessions() ends what is left in the middle of its work", async () => {
  const sessions = createSessions();
  const replies: SessionReply[] = [];
  const link = sessions.spawn("native", { onReply: (reply) => void replies.push(reply), onDeath: () => {} });
  link.send(open);
  await sessions.endAll();
  assert.deepEqual(replies, []);
});

Deno.test("askSession() answers `failed` for commands that come too early", async () => {
  const sessions = createSessions();
  const raster = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) } as const;
  const at = { width: 1, height: 1, left: 0, top: 0 };
  const reply = await askSession(sessions.spawn, "native", never, (ask) => {
    return ask({ type: "find", raster, at, image: { width: 1, height: 1 } });
  });
  assert.deepEqual(reply, { type: "failed", message: "Cannot find anything: no model was named" });
  await sessions.endAll();
});

for (const backend of ["wasm", "webgpu"] as const) {
  Deno.test(`permissionsOf() lets sessions of ${backend} do nothing but compute`, async () => {
    const sessions = createSessions();
    const refused = await askSession(sessions.spawn, backend, never, (ask) => ask({ ...open, backend: "native" }));
    assert.equal(refused.type, "failed");
    assert.match(refused.message, /Requires ffi access/);
    await sessions.endAll();
  });
}
