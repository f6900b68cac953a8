// Lets a limited number through at a time.

export interface Gate {
  /** Resolves when there is room, in the order of the calls. Who enters leaves. */
  enter(): Promise<void>;
  leave(): void;
}

/** A gate for at most `limit` at once. */
export function createGate(limit: number): Gate {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    enter() {
      if (inside < limit) {
        inside++;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) inside--;
      else next();
    },
  };
}
