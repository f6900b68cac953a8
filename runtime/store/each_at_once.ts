// Work on many values, a few at a time.

/** Resolves when all values are done. The first failure ends it, once those at work have ended. */
export async function eachAtOnce<T>(
  values: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const rest = (async function* () {
    yield* values;
  })();
  const failed: unknown[] = [];
  const worker = async () => {
    try {
      // A generator answers one call after the other, so that each value goes to one worker.
      for (;;) {
        const next = failed.length > 0 ? undefined : await rest.next();
        if (next === undefined || next.done === true) return;
        await work(next.value);
      }
    } catch (thrown) {
      failed.push(thrown);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failed.length > 0) throw failed[0];
}
