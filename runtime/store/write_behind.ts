// Work that goes on after its caller was answered: many disk waits at once instead of one after the other.
import { createGate } from "./gate.ts";

/** The part of a write that is left for later. */
export type Finish = () => Promise<void>;

export interface WriteBehind {
  /** Waits for room, does the first part of a write, and resolves; the rest follows behind. Writes of one path finish
   *  in the order in which their first parts ended. */
  start(path: string, begin: () => Promise<Finish>): Promise<void>;
  /** True while a write of this path is under way. */
  isPending(path: string): boolean;
  /** Resolves when the writes of this path, or of all paths, that are under way now have ended. Never rejects. */
  settled(path?: string): Promise<void>;
  /** Throws what the first write that failed behind its caller threw, for ever: what it left out is gone. */
  check(): void;
}

/** At most `limit` writes are under way at once. */
export function createWriteBehind(limit: number): WriteBehind {
  const gate = createGate(limit);
  const pending = new Map<string, Promise<void>>();
  const failed: unknown[] = [];

  const check = () => {
    if (failed.length > 0) throw failed[0];
  };

  // Never rejects: nobody awaits it, and that would end the process.
  const follow = async (finish: Finish, previous?: Promise<void>) => {
    await previous;
    await finish().catch((thrown) => failed.push(thrown));
    gate.leave();
  };

  const track = (path: string, finish: Finish) => {
    const job = follow(finish, pending.get(path)).then(() => {
      if (pending.get(path) === job) pending.delete(path);
    });
    pending.set(path, job);
  };

  return {
    check,
    isPending: (path) => pending.has(path),
    async settled(path) {
      await (path === undefined ? Promise.all(pending.values()) : pending.get(path));
    },
    async start(path, begin) {
      await gate.enter();
      try {
        check();
        track(path, await begin());
      } catch (thrown) {
        gate.leave();
        throw thrown;
      }
    },
  };
}
