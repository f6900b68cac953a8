// A storage whose new objects nobody cleans away while somebody works on it.
import type { DatasetStorage } from "../store/open.ts";
import type { AtWork } from "../store/presence.ts";

export type LeasedStorage = AsyncDisposable & {
  readonly storage: DatasetStorage;
  /** The key of the lease, by which others can ask whether it still stands. */
  readonly lease?: string;
};

export type LeasingOptions = {
  readonly signal: AbortSignal;
  /** Tells people why they wait. */
  readonly say: (text: string) => void;
};

/** Opens a lease, which lasts until the result is disposed of. Publishing a ref fails once the lease was taken for dead:
 *  what the ref leads to may be gone. */
export async function openLeased(
  storage: DatasetStorage,
  what: string,
  { signal, say }: LeasingOptions,
): Promise<LeasedStorage> {
  const lease = await storage.leases.open(what, { signal, onWait: (who) => say(waitingFor(who)) });
  const refs: DatasetStorage["refs"] = {
    ...storage.refs,
    async publish(dataset, number, ref) {
      await lease.check();
      return await storage.refs.publish(dataset, number, ref);
    },
  };
  return {
    storage: { ...storage, refs },
    ...(lease.key === undefined ? {} : { lease: lease.key }),
    [Symbol.asyncDispose]: () => lease.close(),
  };
}

/** A sentence about somebody who has to end first. */
export function waitingFor(who: AtWork | undefined): string {
  if (who === undefined) return "Waiting for somebody else who is at work in this store";
  const where = who.host === undefined ? `process ${who.pid}` : `process ${who.pid} on ${who.host}`;
  return `Waiting for "${who.what}" (${where}, since ${who.startedAt.slice(0, 16).replace("T", " ")} UTC)`;
}
