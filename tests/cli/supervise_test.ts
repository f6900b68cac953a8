import assert from "node:assert/strict";
import type { RunEvent } from "../../runtime/contract/events.ts";
import { createPulse } from "../../runtime/contract/pulse.ts";
import { supervise } from "../../runtime/cli/supervise.ts";

const pulseModule = new URL("../../runtime/contract/pulse.ts", import.meta.url).href;

/** A Worker that runs `onRun` when it is told to run and `onStop` when it is told to stop. */
function workerOf(onRun: string, onStop = ""): Worker {
  const code = `import { openPulse } from ${JSON.stringify(pulseModule)};
    let pulse;
    const event = (event) => self.postMessage({ type: "event", event });
    const done = (exit) => self.postMessage({ type: "done", exit });
    self.onmessage = ({ data }) => {
      if (data.type === "stop") { ${onStop} }
      else { pulse = openPulse(data.request.pulse); ${onRun} }
    };`;
  return new Worker(`data:application/javascript,${encodeURIComponent(code)}`, { type: "module" });
}

type Watched = { readonly exit: number; readonly events: readonly RunEvent[]; readonly notices: readonly string[] };

async function supervised(
  worker: Worker,
  stops: (stop: () => void, seen: Seen) => void = () => {},
  silentMs = 60_000,
): Promise<Watched> {
  const events: RunEvent[] = [];
  const notices: string[] = [];
  const released: string[] = [];
  const pulse = createPulse();
  const exit = await supervise({
    worker,
    request: {
      task: { type: "replay", dataset: "m", number: 1 },
      store: "s",
      scratch: "s/tmp",
      root: ".",
      env: {},
      pulse,
    },
    onEvent: (event) => void events.push(event),
    onTick: () => {},
    notice: (text) => void notices.push(text),
    onStop(stop) {
      stops(stop, { events });
      return () => void released.push("once");
    },
    timing: { everyMs: 10, graceSeconds: 0, silentMs },
  });
  assert.deepEqual(released, ["once"]);
  return { exit, events, notices };
}

type Seen = { readonly events: readonly RunEvent[] };

/** Calls `then` once the Worker has said something. */
function whenHeard({ events }: Seen, then: () => void): void {
  const looking = setInterval(() => {
    if (events.length === 0) return;
    clearInterval(looking);
    then();
  }, 5);
}

const alive = `event({ event: "listing", records: 1 });`;

Deno.test("supervise() passes events on and gives the Worker's exit code", async () => {
  const { exit, events, notices } = await supervised(workerOf(`${alive} done(4);`));
  assert.equal(exit, 4);
  assert.deepEqual(events, [{ event: "listing", records: 1 }]);
  assert.deepEqual(notices, []);
});

Deno.test("supervise() asks the Worker to stop at the first stop and waits for it", async () => {
  const worker = workerOf(alive, `event({ event: "listing", records: 2 }); done(130);`);
  const { exit, events, notices } = await supervised(worker, (stop, seen) => whenHeard(seen, stop));
  assert.equal(exit, 130);
  assert.equal(events.length, 2);
  assert.match(notices[0] ?? "", /^Stopping/);
});

Deno.test("supervise() ends a Worker that does not listen at the second stop", async () => {
  const worker = workerOf(`${alive} while (true);`);
  const { exit } = await supervised(worker, (stop, seen) =>
    whenHeard(seen, () => {
      stop();
      stop();
    }));
  assert.equal(exit, 130);
});

Deno.test("supervise() ends a plugin that does not give control back, and names it", async () => {
  const worker = workerOf(`
    pulse.beat();
    pulse.limit(0.1);
    pulse.note({ plugin: "endless", phase: "process", item: "a.jpg" });
    ${alive}
    while (true);`);
  const { exit, events } = await supervised(worker);
  assert.equal(exit, 8);
  assert.deepEqual(events.at(-1), {
    event: "failed",
    code: "plugin",
    message: 'Cannot process with "endless" on "a.jpg": it has not given control back for 0.1 s. Nothing was published',
    exit: 8,
  });
});

Deno.test("supervise() leaves a Worker alone that is slow but turns", async () => {
  const worker = workerOf(`
    pulse.limit(0.2);
    pulse.beat();
    const beating = setInterval(() => pulse.beat(), 10);
    setTimeout(() => { clearInterval(beating); done(0); }, 400);`);
  assert.equal((await supervised(worker)).exit, 0);
});

Deno.test("supervise() says that plugins load when nothing is heard", async () => {
  const { notices } = await supervised(workerOf(`setTimeout(() => done(0), 40);`), () => {}, 1);
  assert.deepEqual(notices, ["Loading plugins (the first time, their packages are downloaded) …"]);
});

Deno.test("supervise() reports an error that nobody caught as a bug", async () => {
  const { exit, events } = await supervised(workerOf(`setTimeout(() => { throw new TypeError("lost"); }, 0);`));
  assert.equal(exit, 1);
  const last = events.at(-1);
  assert.equal(last?.event, "failed");
  assert.match(last.message, /lost/);
});

Deno.test("supervise() starts the sessions that the Worker asks for, and ends them with the run", async () => {
  const { exit, events } = await supervised(workerOf(`
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      event({ event: "log", level: "info", text: data.type + ": " + data.message });
      done(0);
    };
    self.postMessage({ type: "session", id: 7, backend: "wasm", port: port2 }, [port2]);
    port1.postMessage({ type: "find", raster: {}, at: {}, image: {} });`));
  assert.equal(exit, 0);
  const text = "failed: Cannot find anything: no model was named";
  assert.deepEqual(events, [{ event: "log", level: "info", text }]);
});
