// Keeps a clean-up away from what a command works on, and says why it waits.
import { openLeased, waitingFor } from "../engine/leased.ts";
import type { DatasetStorage } from "../store/open.ts";
import { type Context, writeLines } from "./context.ts";
import { plain } from "./text.ts";

/** What a command is doing, such as `checkout motogp`. */
export type Leasing = { readonly what: string; readonly signal: AbortSignal; readonly context: Context };

/** Runs `body` while nothing is cleaned away. */
export async function whileReading<T>(
  { leases }: DatasetStorage,
  { what, signal, context }: Leasing,
  body: () => Promise<T>,
): Promise<T> {
  const lease = await leases.openForReading(what, { signal, onWait: (who) => say(waitingFor(who), context) });
  try {
    return await body();
  } finally {
    await lease.close();
  }
}

/** The same with a storage that publishes nothing once that cannot be relied on. */
export async function whileWriting<T>(
  storage: DatasetStorage,
  { what, signal, context }: Leasing,
  body: (leased: DatasetStorage) => Promise<T>,
): Promise<T> {
  await using leased = await openLeased(storage, what, { signal, say: (text) => say(text, context) });
  return await body(leased.storage);
}

function say(text: string, { terminal }: Context): void {
  writeLines(terminal.err, [`${plain(text)} …`]);
}
