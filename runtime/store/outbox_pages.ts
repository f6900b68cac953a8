// What clean-ups do to the outbox: pages go with their versions, and messages about erased images go at once.
import type { Digest } from "../contract/json.ts";
import type { ObjectEntry } from "../contract/store.ts";
import type { DatasetStorage } from "./open.ts";
import { type OutboxName, type Page, pageKey, prefixOf } from "./outbox.ts";

/** The objects of each page that is done, whose version is kept no more, and that is not the newest of its journal; and
 *  what is left of such. The page itself goes first: without the record of a try, it would be tried again. */
export async function* expiredPages(
  { outbox, store }: DatasetStorage,
  dataset: string,
  isKept: (number: number) => boolean,
): AsyncGenerator<readonly ObjectEntry[]> {
  for (const name of await Array.fromAsync(outbox.names(dataset))) {
    const needed = new Set<number>();
    let newest = 0;
    for await (const { number, page, done } of outbox.pages(name, "all")) {
      if (!done || isKept(page.taken)) needed.add(number);
      newest = number;
    }
    for (const [number, entries] of await objectsOf(store, name)) {
      if (number < newest && !needed.has(number)) yield entries;
    }
  }
}

async function objectsOf(store: DatasetStorage["store"], name: OutboxName): Promise<Map<number, ObjectEntry[]>> {
  const prefix = prefixOf(name);
  const found = new Map<number, ObjectEntry[]>();
  for await (const entry of store.list(prefix)) {
    const number = parseInt(entry.key.slice(prefix.length), 10);
    const others = found.get(number) ?? [];
    found.set(number, entry.key === pageKey(name, number) ? [entry, ...others] : [...others, entry]);
  }
  return found;
}

/** Takes messages that name one of these digests out of all journals; deliveries keep their ids. To be called while
 *  nobody else works in the store. */
export async function eraseMessages(storage: DatasetStorage, digests: ReadonlySet<Digest>): Promise<void> {
  const { outbox } = storage;
  for (const name of await Array.fromAsync(outbox.names())) {
    for (const { number, page } of await Array.fromAsync(outbox.pages(name, "all"))) {
      const without = await pageWithout(storage, page, digests);
      if (without === undefined) continue;
      await storage.store.flush();
      await outbox.rewrite(name, number, without);
    }
  }
}

async function pageWithout(
  storage: DatasetStorage,
  page: Page,
  digests: ReadonlySet<Digest>,
): Promise<Page | undefined> {
  let changed = false;
  const erased = async (list: { readonly messages: Digest; readonly count: number }) => {
    const left = await listWithout(storage, list.messages, digests);
    changed ||= left.messages !== list.messages;
    return left;
  };
  const waiting = page.waiting === undefined ? undefined : { ...page.waiting, ...await erased(page.waiting) };
  const formed = [];
  for (const one of page.formed) formed.push({ ...one, ...await erased(one) });
  const { waiting: _, ...rest } = page;
  return changed ? { ...rest, ...(waiting === undefined ? {} : { waiting }), formed } : undefined;
}

async function listWithout({ chunks }: DatasetStorage, messages: Digest, digests: ReadonlySet<Digest>) {
  let count = 0;
  const left = async function* () {
    for await (const line of chunks.readList(messages)) {
      if ([...digests].some((digest) => line.includes(digest))) continue;
      count++;
      yield line;
    }
  };
  return { messages: await chunks.putList(left()), count };
}
