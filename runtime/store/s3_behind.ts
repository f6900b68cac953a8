// Requests that go on after their caller was answered.

/** Paths are whole keys. Requests of one path go one after the other. */
export interface Behind {
  /** Begins a request. Resolves when it has ended, however it did, or was given up because another failed. */
  start(path: string, body: Body, send: () => Promise<void>): Promise<void>;
  isPending(path: string): boolean;
  /** The bytes that the last request under way writes. */
  pending(path: string): Body | undefined;
  /** Resolves when the requests of this path, or of all, that are under way now have ended. Never rejects. */
  settled(path?: string): Promise<void>;
  /** Throws what the first request that failed threw, for ever: what it left out is gone. */
  check(): void;
}

export type Body = Uint8Array<ArrayBuffer>;

type Job = { readonly body: Body; readonly done: Promise<void> };

export function createBehind(): Behind {
  const jobs = new Map<string, Job>();
  const failed: unknown[] = [];

  // Never rejects: nobody awaits it, and that would end the process.
  const follow = async (send: () => Promise<void>, previous?: Promise<void>) => {
    await previous;
    if (failed.length === 0) await send().catch((thrown) => void failed.push(thrown));
  };

  return {
    start(path, body, send) {
      const done = follow(send, jobs.get(path)?.done).then(() => {
        if (jobs.get(path) === job) jobs.delete(path);
      });
      const job: Job = { body, done };
      jobs.set(path, job);
      return done;
    },
    isPending: (path) => jobs.has(path),
    pending: (path) => jobs.get(path)?.body,
    async settled(path) {
      await (path === undefined ? Promise.all([...jobs.values()].map(({ done }) => done)) : jobs.get(path)?.done);
    },
    check() {
      if (failed.length > 0) throw failed[0];
    },
  };
}
