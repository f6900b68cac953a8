// Sweeps in slices of a few seconds, so that nobody who wants to work waits longer.
import type { Leases, OpenOptions, Sweep } from "./leases.ts";

export type SliceOptions = OpenOptions & {
  readonly leases: Leases;
  readonly what: string;
  /** Milliseconds of a slice, which its last step may pass. */
  readonly sliceMs: number;
  /** Called when a slice begins: takes note of what others have made meanwhile. `surely`: somebody has been there, though
   *  they may have left no trace. */
  readonly refresh: (surely: boolean) => Promise<void>;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
};

export interface Slices {
  /** Resolves when objects may be removed, for the moment. Between two calls others may have worked. */
  turn(): Promise<void>;
  close(): Promise<void>;
}

export function createSlices({ leases, what, sliceMs, refresh, now, ...waiting }: SliceOptions): Slices {
  let sweep: Sweep | undefined;
  let begunMs = 0;
  const close = async () => {
    const open = sweep;
    sweep = undefined;
    await open?.close();
  };
  return {
    close,
    async turn() {
      waiting.signal?.throwIfAborted();
      if (sweep !== undefined && now() - begunMs < sliceMs && sweep.isFresh()) return;
      await close();
      sweep = await leases.sweep(what, waiting);
      await refresh(sweep.foundDead);
      begunMs = now();
    },
  };
}
