// The web, put together from its parts.
import type { WebHost } from "../contract/world.ts";
import { createGuard, type Lookup } from "./guard.ts";
import { createHostGate } from "./host_gate.ts";
import { pause } from "./pause.ts";
import { send } from "./send.ts";
import { openWire } from "./wire.ts";

export type WebOptions = {
  /** How hosts are looked up; by the system when absent. */
  readonly lookup?: Lookup;
  /** Certificates to trust instead of those that the system trusts. */
  readonly ca?: string;
  /** How to wait between tries. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The time of day in milliseconds. */
  readonly today?: () => number;
};

/** Connections are kept until it is closed. */
export function openWeb(options: WebOptions = {}): WebHost & Disposable {
  const now = () => performance.now();
  const { lookup, ca } = options;
  const wire = openWire(ca === undefined ? {} : { ca });
  const deps = {
    guard: createGuard(lookup === undefined ? { now } : { lookup, now }),
    gate: createHostGate(),
    exchange: wire.exchange,
    pause: options.pause ?? pause,
    random: Math.random,
    now,
    today: options.today ?? Date.now,
  };
  return {
    send: (request, signal) => send(deps, request, signal),
    [Symbol.dispose]: () => wire[Symbol.dispose](),
  };
}
