// Bounded concurrency in the order of asking.

/** Runs a body when fewer than `most` others are running; waiting bodies start in the order they came. */
export type Limiter = <T>(body: () => Promise<T>) => Promise<T>;

export function createLimiter(most: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async function limited<T>(body: () => Promise<T>): Promise<T> {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await body();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

/** Maps with at most `most` bodies at once; results in input order. After a failure no new body starts, those that
 *  run are waited for, and the first failure is thrown. */
export async function mapPool<T, R>(
  inputs: readonly T[],
  most: number,
  body: (input: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < inputs.length && failures.length === 0) {
      const index = next++;
      const input = inputs[index];
      if (input === undefined) continue;
      try {
        results[index] = await body(input, index);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, inputs.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
