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

/** A Worker for a session, with the least permissions; `port` is handed to it. Returns how to end it. Never throws: a
 *  Worker that cannot start dies. */
export function startSessionWorker(
  backend: Backend,
  port: MessagePort,
  onDeath: (message: string) => void,
): () => void {
  try {
    if (backend === "webgpu") keepDriversQuiet();
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

/** Starts Workers from this thread. From a Worker that takes a second each; from the main thread 25 ms. */
export function spawnHere(backend: Backend, listener: SessionListener): SessionLink {
  const { port1, port2 } = new MessageChannel();
  const link = linkOf(port1, listener, () => endWorker());
  const endWorker = startSessionWorker(backend, port2, link.died);
  return link;
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

/** Sessions that another thread starts when it is asked to. */
export interface RemoteSessions {
  readonly spawn: Spawn;
  /** To be told what the other thread says of a session's end. */
  died(id: number, message: string): void;
}

export type SessionRequest = Extract<RunReply, { readonly type: "session" | "end_session" }>;

/** `ask` sends to the thread that answers with `died`. */
export function createRemoteSessions(
  ask: (request: SessionRequest, transfer: Transferable[]) => void,
): RemoteSessions {
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

/** The other side: the Workers that were asked for, ended with `endAll()`. `tell` says that one died. */
export function createSessionWorkers(tell: (id: number, message: string) => void) {
  const ends = new Map<number, () => void>();
  const end = (id: number) => {
    ends.get(id)?.();
    ends.delete(id);
  };
  return {
    obey(request: SessionRequest): void {
      if (request.type === "end_session") return end(request.id);
      const { id, backend, port } = request;
      ends.set(id, startSessionWorker(backend, port, (message) => tell(id, message)));
    },
    endAll: () => [...ends.keys()].forEach(end),
  };
}
