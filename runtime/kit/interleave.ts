// Several streams read at the same time.

/** What streams give, in the order in which it comes; `atOnce` streams are open at a time. Streams that were begun are
 *  closed when the reader leaves or one of them fails. */
export async function* interleaved<T>(
  streams: AsyncIterable<AsyncIterable<T>> | Iterable<AsyncIterable<T>>,
  atOnce: number,
): AsyncGenerator<T> {
  type Step = { readonly open: AsyncIterator<T>; readonly result: IteratorResult<T> };
  const waiting = new Map<AsyncIterator<T>, Promise<Step>>();
  const next = (open: AsyncIterator<T>) => {
    const step = open.next().then((result) => ({ open, result }));
    step.catch(() => {}); // seen by whoever waits, or by nobody when another one failed first
    waiting.set(open, step);
  };
  try {
    for await (const stream of streams) {
      next(stream[Symbol.asyncIterator]());
      while (waiting.size >= atOnce) yield* one();
    }
    while (waiting.size > 0) yield* one();
  } finally {
    await Promise.allSettled([...waiting.keys()].map((open) => open.return?.()));
  }

  async function* one(): AsyncGenerator<T> {
    const { open, result } = await Promise.race(waiting.values());
    waiting.delete(open);
    if (result.done === true) return;
    next(open);
    yield result.value;
  }
}
