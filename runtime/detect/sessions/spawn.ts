// Starts the Workers of sessions: in this thread, or through the thread that watches a run.
import type { Backend } from "../../contract/detection.ts";
import { messageOf } from "../../contract/errors.ts";
import type { RunReply } from "../../contract/run_request.ts";
import { permissionsOf } from "../backends/runtime_files.ts";
import type { SessionCommand, SessionReply } from "./session_messages.ts";

export type SessionListener = {
  onReply(reply: SessionReply): void;
  /** The Worker is gone, and what it was doing with it. Called once at most, and never after `end()`. */
  onDeath(message: string): void;
};

export interface SessionLink {
  send(command: SessionCommand, transfer?: readonly Transferable[]): void;
  /** Ends the Worker at once, whatever it is doing. */
  end(): void;
}

export type Spawn = (backend: Backend, listener: SessionListener) => SessionLink;

/** Sessions that somebody starts, to be ended with it. */
export interface Sessions {
  readonly spawn: Spawn;
  /** Ends all that are left. Wait for it before the process exits. */
  endAll(): Promise<void>;
}

/** Starts Workers from this thread. From a Worker that takes a second each; from the main thread 25 ms. */
export function createSessions(): Sessions {
  const workers = createWorkers();
  return {
    spawn(backend, listener) {
      const { port1, port2 } = new MessageChannel();
      const link = linkOf(port1, listener, () => end());
      const end = workers.start(backend, port2, link.died);
      return link;
    },
    endAll: workers.endAll,
  };
}

type SessionRequest = Extract<RunReply, { readonly type: "session" | "end_session" }>;

/** For a Worker: has another thread start sessions. */
export interface RemoteSessions {
  readonly spawn: Spawn;
  /** To be told what the other thread says of a session's end. */
  died(id: number, message: string): void;
}

/** `ask` sends to a thread that has `createRequestedSessions()`. */
export function createRemoteSessions(ask: (request: SessionRequest, transfer: Transferable[]) => void): RemoteSessions {
  const links = new Map<number, OwnLink>();
  let count = 0;
  return {
    spawn(backend, listener) {
      const id = count++;
      const { port1, port2 } = new MessageChannel();
      const link = linkOf(port1, listener, () => {
        links.delete(id);
        ask({ type: "end_session", id }, []);
      });
      links.set(id, link);
      ask({ type: "session", id, backend, port: port2 }, [port2]);
      return link;
    },
    died: (id, message) => links.get(id)?.died(message),
  };
}

/** The other side: starts what is asked for. `tell` says that a session died. */
export function createRequestedSessions(tell: (id: number, message: string) => void) {
  const workers = createWorkers();
  const ends = new Map<number, () => void>();
  return {
    obey(request: SessionRequest): void {
      const { id } = request;
      if (request.type === "session") {
        ends.set(id, workers.start(request.backend, request.port, (message) => tell(id, message)));
      } else {
        ends.get(id)?.();
        ends.delete(id);
      }
    },
    endAll: workers.endAll,
  };
}

/** For how long graphics drivers may be busy unloading after their Worker has ended: a process that exits meanwhile
 *  crashes now and then. Measured: 10 ms are enough on an idle machine. */
const unloadingMs = 250;

function createWorkers() {
  const alive = new Set<() => void>();
  let unloaded = Promise.resolve();
  return {
    start(backend: Backend, port: MessagePort, onDeath: (message: string) => void): () => void {
      const terminate = startWorker(backend, port, onDeath);
      const end = () => {
        if (!alive.delete(end)) return;
        terminate();
        if (backend === "webgpu") unloaded = new Promise((resolve) => setTimeout(resolve, unloadingMs));
      };
      alive.add(end);
      return end;
    },
    async endAll(): Promise<void> {
      for (const end of alive) end();
      await unloaded;
    },
  };
}

/** A Worker with the least permissions; `port` is handed to it. Never throws: a Worker that cannot start dies. */
function startWorker(backend: Backend, port: MessagePort, onDeath: (message: string) => void): () => void {
  try {
    if (backend === "webgpu") keepDriversQuiet();
    if (backend === "native") keepLibraryPrivate();
    const worker = new Worker(new URL("./session_worker.ts", import.meta.url), {
      type: "module",
      name: `session ${backend}`,
      deno: { permissions: permissionsOf(backend) },
    });
    worker.onerror = (event) => {
      event.preventDefault();
      onDeath(event.message);
    };
    worker.postMessage(port, [port]);
    return () => worker.terminate();
  } catch (thrown) {
    queueMicrotask(() => onDeath(messageOf(thrown)));
    return () => {};
  }
}

/** Mesa looks for a screen and complains on stderr when `XDG_RUNTIME_DIR` does not say where; this is where no screen is. */
function keepDriversQuiet(): void {
  if (Deno.build.os !== "linux" || Deno.env.has("XDG_RUNTIME_DIR") || Deno.env.has("WAYLAND_DISPLAY")) return;
  Deno.env.set("WAYLAND_DISPLAY", "/dev/null");
}

/** onnxruntime-node 1.30.0 writes down an id of the machine and reports to its makers, from native code that Deno's
 *  permissions do not reach. It looks for this when it is loaded. */
function keepLibraryPrivate(): void {
  Deno.env.set("ORT_DISABLE_TELEMETRY", "1");
}

type OwnLink = SessionLink & { died(message: string): void };

function linkOf(port: MessagePort, { onReply, onDeath }: SessionListener, endWorker: () => void): OwnLink {
  let alive = true;
  const end = () => {
    if (!alive) return;
    alive = false;
    port.close();
    endWorker();
  };
  port.onmessage = ({ data }: MessageEvent<SessionReply>) => {
    if (alive) onReply(data);
  };
  return {
    send: (command, transfer = []) => port.postMessage(command, [...transfer]),
    end,
    died(message) {
      if (!alive) return;
      end();
      onDeath(message);
    },
  };
}
