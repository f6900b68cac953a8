// Shared memory in which a Worker shows that it lives and what it is doing, so that another thread can tell a plugin
// that never gives control back from one that is slow.

/** What a Worker is doing. `item` is the id of an item or the key of a record. */
export type PluginCall = { readonly plugin: string; readonly phase: string; readonly item?: string };

export type PulseReading = {
  /** Changes while the Worker's event loop turns; 0 until it has started. */
  readonly beats: number;
  /** Seconds that one call of a plugin may take; 0 until the Worker knows. */
  readonly itemTimeout: number;
  readonly call?: PluginCall;
};

/** One side of the pulse. The Worker calls `beat` every 250 ms and `note` before each call of a plugin. */
export interface Pulse {
  beat(): void;
  /** Shows the call that is about to be made. An id of thousands of characters is shown in part. */
  note(call: PluginCall): void;
  /** Sets how many seconds a call may take. */
  limit(itemTimeout: number): void;
  /** What the Worker showed last. Exact once the Worker has stopped turning; before that a call may be missing. */
  read(): PulseReading;
}

// Three counters (the timeout in milliseconds), then the call as UTF-8 JSON.
const beatsAt = 0;
const lengthAt = 1;
const timeoutAt = 2;
const head = 3 * Int32Array.BYTES_PER_ELEMENT;
const noteBytes = 20_480;
const shownCharacters = 1_000;

export function createPulse(): SharedArrayBuffer {
  return new SharedArrayBuffer(head + noteBytes);
}

export function openPulse(memory: SharedArrayBuffer): Pulse {
  const counters = new Int32Array(memory, 0, 3);
  const shown = new Uint8Array(memory, head);
  // Text is neither encoded into nor decoded from shared memory: it could change meanwhile.
  const copy = new Uint8Array(noteBytes);
  const encoder = new TextEncoder();
  return {
    beat: () => void Atomics.add(counters, beatsAt, 1),
    limit: (itemTimeout) => void Atomics.store(counters, timeoutAt, Math.ceil(itemTimeout * 1000)),
    note(call) {
      const { written } = encoder.encodeInto(textOf(call), copy);
      Atomics.store(counters, lengthAt, 0);
      shown.set(copy.subarray(0, written));
      Atomics.store(counters, lengthAt, written);
    },
    read: () => reading(counters, shown),
  };
}

// A character takes at most six bytes of JSON ("\\u0000"), so three shortened texts fit.
function textOf(call: PluginCall): string {
  const { plugin, phase, item } = call;
  return JSON.stringify({ plugin: shortened(plugin), phase: shortened(phase), item: item && shortened(item) });
}

function shortened(text: string): string {
  if (text.length <= shownCharacters) return text;
  return `${text.slice(0, shownCharacters / 2)}…${text.slice(-shownCharacters / 2)}`;
}

function reading(counters: Int32Array, shown: Uint8Array): PulseReading {
  const beats = Atomics.load(counters, beatsAt);
  const itemTimeout = Atomics.load(counters, timeoutAt) / 1000;
  const call = parsedCall(shown.slice(0, Atomics.load(counters, lengthAt)));
  return call === undefined ? { beats, itemTimeout } : { beats, itemTimeout, call };
}

function parsedCall(bytes: Uint8Array): PluginCall | undefined {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined; // caught while it was being written
  }
}
