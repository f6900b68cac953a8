// Work on a stream, some of it at once.

/** What `work` gives for each input, in the order in which it is done; at most `most` are at work at once. After a failure
 *  nothing new is begun, what is under way is waited for, and the failure is thrown. */
export async function* inAnyOrder<T, R>(
  inputs: AsyncIterable<T>,
  most: number,
  work: (input: T) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = inputs[Symbol.asyncIterator]();
  const done: R[] = [];
  const failures: unknown[] = [];
  let running = 0;
  let wake = () => {};
  const begin = async (input: T) => {
    running++;
    try {
      done.push(await work(input));
    } catch (thrown) {
      failures.push(thrown);
    }
    running--;
    wake();
  };
  const change = () => new Promise<void>((resolve) => wake = resolve);
  try {
    for (let ended = false; !ended && failures.length === 0;) {
      if (running >= most) await change();
      else {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else begin(next.value);
      }
      yield* done.splice(0);
    }
    while (running > 0 && failures.length === 0) {
      await change();
      yield* done.splice(0);
    }
    yield* done.splice(0);
  } finally {
    while (running > 0) await change();
    await iterator.return?.();
  }
  if (failures.length > 0) throw failures[0];
}
