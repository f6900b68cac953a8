// A stream that is taken from in portions, and given back what was taken too early.

export interface Taker<T> {
  hasMore(): Promise<boolean>;
  /** The next ones, fewer at the end. */
  take(count: number): Promise<readonly T[]>;
  /** They come next again, in this order. */
  putBack(taken: readonly T[]): void;
}

export function createTaker<T>(source: AsyncIterable<T>): Taker<T> {
  const iterator = source[Symbol.asyncIterator]();
  let ahead: T[] = [];
  const fill = async (count: number) => {
    while (ahead.length < count) {
      const next = await iterator.next();
      if (next.done) return;
      ahead.push(next.value);
    }
  };
  return {
    async hasMore() {
      await fill(1);
      return ahead.length > 0;
    },
    async take(count) {
      await fill(count);
      return ahead.splice(0, count);
    },
    putBack: (taken) => void (ahead = [...taken, ...ahead]),
  };
}
