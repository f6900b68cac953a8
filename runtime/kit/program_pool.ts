// A few processes of one program, each with one question at a time. Pure but for the programs it is given.
import type { LineProgram } from "./line_program.ts";

export interface ProgramPool {
  /** Gives `body` a program that nobody else uses meanwhile. One that it leaves, or throws with, is not used again. */
  use<T>(signal: AbortSignal, body: (seat: Seat) => Promise<T>): Promise<T>;
  /** Ends all programs by `end`; nobody may use the pool any more. */
  close(end: (program: LineProgram) => Promise<void>): Promise<void>;
}

/** A place for one program. */
export interface Seat {
  readonly program: LineProgram;
  /** Ends the program that sits here; the next one that is asked for is a fresh one. */
  leave(): Promise<void>;
}

/** Starts up to `most` programs, each when it is first needed. */
export function createProgramPool(start: () => LineProgram, most: number): ProgramPool {
  const idle: LineProgram[] = [];
  const turns = createTurns(most);
  return {
    async use(signal, body) {
      await turns.take(signal);
      let program = idle.pop();
      const leave = async () => {
        const old = program;
        program = undefined;
        await old?.kill();
      };
      try {
        return await body({
          get program() {
            return program ??= start();
          },
          leave,
        });
      } catch (thrown) {
        // Its question may be open still: the next line would be taken for the answer to another one.
        await leave();
        throw thrown;
      } finally {
        if (program !== undefined) idle.push(program);
        turns.give();
      }
    },
    async close(end) {
      await Promise.all(idle.splice(0).map(end));
    },
  };
}

function createTurns(most: number) {
  const waiting: (() => void)[] = [];
  let free = most;
  return {
    async take(signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      if (free > 0) return void free--;
      await new Promise<void>((resolve, reject) => {
        const go = () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
        const onAbort = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal.reason);
        };
        waiting.push(go);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    },
    /** Whoever waits gets the turn at once, so nobody can come in between. */
    give(): void {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
