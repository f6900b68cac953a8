// Writes that go on after their callers were answered: a batch at a time is made durable while the next one grows.

/** A file that is written under a temporary name and is to get its own. */
export type Written = { readonly path: string; readonly temporary: string };

export type Placing<W extends Written> = {
  /** Resolves when the bytes of all of them are on the disk. */
  readonly sync: (batch: readonly W[]) => Promise<void>;
  /** Gives a file its name, at once. */
  readonly place: (write: W) => void;
  /** Takes the temporary file away; never throws. */
  readonly discard: (write: W) => void;
};

/** Batches end in the order in which they began, writes of one path in the order in which they came. */
export interface WriteBehind<W extends Written> {
  /** Resolves when there is room for one write more. Throws what `check` throws. */
  room(): Promise<void>;
  /** Takes over a file whose bytes are all written. */
  add(write: W): void;
  /** Where the bytes of this path are while they have no name yet: true until anything is awaited. */
  temporaryOf(path: string): string | undefined;
  /** Resolves when the writes of this path, or of all paths, that are under way now have ended. Never rejects. */
  settled(path?: string): Promise<void>;
  /** Throws what the first write that failed behind its caller threw, for ever: what it left out is gone. */
  check(): void;
}

type Batch<W> = {
  readonly writes: W[];
  /** Resolves when it has grown for long enough, or `hurry` was called. */
  readonly due: Promise<void>;
  growFor(ms: number): void;
  hurry(): void;
  readonly ended: Promise<void>;
  end(): void;
};

/** A batch grows for so many milliseconds for each write of the one before, when nobody waits for it: a lone write gets
 *  its name at once, and of very many few batches are made. */
const growsForEach = 2;
const growsAtMost = 500;

/** At most `most` writes wait for the batch that is under way. */
export function createWriteBehind<W extends Written>(most: () => number, placing: Placing<W>): WriteBehind<W> {
  const pending = new Map<string, { readonly write: W; readonly batch: Batch<W> }>();
  const failed: unknown[] = [];
  let growing = newBatch<W>();
  let underWay: Batch<W> | undefined;
  let working = false;
  let lastSize = 0;

  const last = () => growing.writes.length > 0 ? growing : underWay;
  const check = () => {
    if (failed.length > 0) throw failed[0];
  };

  const forget = (write: W) => {
    if (pending.get(write.path)?.write === write) pending.delete(write.path);
  };

  const finish = async ({ writes, end }: Batch<W>) => {
    failed.push(...await placeAll(writes, placing, forget));
    end();
  };

  // Never rejects: nobody awaits it, and that would end the process.
  const work = async () => {
    working = true;
    for (; growing.writes.length > 0; underWay = undefined) {
      await growing.due;
      underWay = growing;
      lastSize = underWay.writes.length;
      growing = newBatch();
      await finish(underWay);
    }
    working = false;
  };

  return {
    check,
    async room() {
      check();
      while (growing.writes.length >= most()) {
        await (underWay ?? growing).ended;
        check();
      }
    },
    add(write) {
      growing.writes.push(write);
      pending.set(write.path, { write, batch: growing });
      if (growing.writes.length >= most()) growing.hurry();
      else growing.growFor(Math.min(growsAtMost, growsForEach * lastSize));
      if (!working) void work();
    },
    temporaryOf: (path) => pending.get(path)?.write.temporary,
    async settled(path) {
      const batch = path === undefined ? last() : pending.get(path)?.batch;
      batch?.hurry();
      await batch?.ended;
    },
  };
}

/** Gives all of them their names, or none; tells of each as soon as it has its name or will never have it. */
async function placeAll<W extends Written>(
  writes: readonly W[],
  { sync, place, discard }: Placing<W>,
  ended: (write: W) => void,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  await sync(writes).catch((thrown) => failures.push(thrown));
  const act = failures.length > 0 ? discard : place;
  for (const write of writes) {
    try {
      act(write);
    } catch (thrown) {
      failures.push(thrown);
      discard(write);
    }
    ended(write);
  }
  return failures;
}

function newBatch<W>(): Batch<W> {
  const { promise: due, resolve } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hurry = () => {
    clearTimeout(timer);
    resolve();
  };
  return { writes: [], due, hurry, growFor: (ms) => void (timer ??= setTimeout(hurry, ms)), ended, end };
}
