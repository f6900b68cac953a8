// Writes down what sinks have to tell of new versions, and puts together what is due: one page of a sink's journal.
import { digestOf } from "../contract/json.ts";
import { StoreError } from "../contract/errors.ts";
import type { Message, NewMessage, Sink, VersionNews } from "../contract/delivery.ts";
import type { Bound } from "../contract/manifest.ts";
import type { SinkDefinition } from "../contract/plugin.ts";
import { endOfQuiet, isQuiet } from "../contract/quiet_hours.ts";
import type { Ref } from "../contract/version.ts";
import type { DatasetStorage } from "../store/open.ts";
import type { Formed, NumberedPage, OutboxName, Page } from "../store/outbox.ts";
import { createSorter } from "./external_sort.ts";
import type { RunDeps } from "./run.ts";
import { versionChange } from "./version_change.ts";

export type BoundSink = Bound<SinkDefinition>;

/** Begins the journals of sinks that are new, before a version gets its number: if this run is killed then, the next
 *  knows that they have to tell of it. */
export async function openJournals({ pipeline, storage, run, today }: RunDeps, taken: number): Promise<void> {
  for (const { id } of pipeline.sinks) {
    const name = { dataset: pipeline.dataset, sink: id };
    if (await storage.outbox.newest(name) !== undefined) continue;
    await storage.outbox.add(name, 1, { format: 1, at: today(), run, taken, formed: [] });
  }
}

/** Writes pages until nothing is left that is not written down or put together. Gives what still waits. */
export async function takeIn(
  deps: RunDeps,
  bound: BoundSink,
  openSink: () => Promise<Sink>,
  head: number,
  signal: AbortSignal,
): Promise<Page["waiting"]> {
  const { outbox, store } = deps.storage;
  const name = { dataset: deps.pipeline.dataset, sink: bound.id };
  for (;;) {
    signal.throwIfAborted();
    const newest = await outbox.newest(name);
    const taken = newest?.page.taken ?? head - 1;
    const versions = await untold(deps.storage, name.dataset, taken, head);
    const waiting = newest?.page.waiting;
    const isDue = waiting !== undefined && waiting.from <= deps.today();
    if (versions.length === 0 && !isDue) return waiting;
    const lines = versions.length === 0 ? undefined : linesOf(deps, name, await openSink(), versions, signal);
    const page = await pageOf(deps, newest, lines, versions.at(-1)?.number ?? taken);
    if (versions.length === 0 && page.formed.length === 0) return waiting; // all of it is in quiet hours
    await store.flush();
    // Where another process was faster, its page is read in the next round.
    if (await outbox.add(name, (newest?.number ?? 0) + 1, page)) return page.waiting;
  }
}

type Told = { readonly number: number; readonly ref: Ref; readonly before?: Ref };

/** Versions that nobody wrote down, each with the one before it that is still there. */
async function untold({ refs }: DatasetStorage, dataset: string, taken: number, head: number): Promise<Told[]> {
  if (taken >= head) return [];
  const told: Told[] = [];
  let before: Ref | undefined;
  for await (const { number, ref } of refs.history(dataset)) {
    if (number > taken && number <= head) told.push({ number, ref, ...(before === undefined ? {} : { before }) });
    before = ref;
  }
  return told;
}

async function* linesOf(
  deps: RunDeps,
  name: OutboxName,
  sink: Sink,
  versions: readonly Told[],
  signal: AbortSignal,
): AsyncGenerator<Message> {
  for (const { number, ref, before } of versions) {
    // Whoever goes back to an older version knows of it, and was told of it when it was new.
    if (ref.rolledBackTo !== undefined) continue;
    for await (const message of newMessages(deps, name, sink, { number, ref, ...(before && { before }) }, signal)) {
      const id = digestOf(`${name.dataset}\n${name.sink}\n${message.key}`).slice(0, 32);
      yield { ...message, id, number, version: ref.version };
    }
  }
}

async function* newMessages(
  { storage: { versions, chunks } }: RunDeps,
  { dataset }: OutboxName,
  sink: Sink,
  { number, ref, before }: Told,
  signal: AbortSignal,
): AsyncGenerator<NewMessage> {
  const version = await versions.get(dataset, ref.version);
  if (sink.messages === undefined) {
    const news: VersionNews = { dataset, number, version: ref.version, counts: version.counts };
    return yield { key: `version ${ref.version}`, group: `v${number}`, body: news };
  }
  const earlier = before === undefined ? undefined : await versions.get(dataset, before.version);
  yield* sink.messages(versionChange(chunks, { number, id: ref.version, version }, earlier), signal);
}

/** The next page: what waited and what is new, either due and put together by groups, or waiting on. */
async function pageOf(
  { storage, spill, run, today }: RunDeps,
  newest: NumberedPage | undefined,
  lines: AsyncIterable<Message> | undefined,
  taken: number,
): Promise<Page> {
  const { chunks } = storage;
  const at = today();
  const due = createSorter(spill);
  const later = createLater(at);
  let place = 0;
  const messages = async function* () {
    const before = newest?.page.waiting;
    if (before !== undefined) { for await (const line of chunks.readList(before.messages)) yield messageIn(line); }
    if (lines !== undefined) yield* lines;
  };
  const waitingOn = async function* () {
    for await (const message of messages()) {
      if (later.waits(message)) yield JSON.stringify(message);
      else await due.add(`${groupKey(message)}\t${String(place++).padStart(12, "0")}\t${JSON.stringify(message)}`);
    }
  };
  const list = await chunks.putList(waitingOn());
  const formed = await formedOf(storage, due.sorted());
  const waiting = later.count === 0 ? undefined : { messages: list, count: later.count, from: later.from };
  return { format: 1, at, run, taken, ...(waiting === undefined ? {} : { waiting }), formed };
}

/** Tells what waits from what is due, and knows when the first of what waits may be due. */
function createLater(at: string) {
  const nowMs = Date.parse(at);
  const ends = new Map<string, number>();
  let [count, fromMs] = [0, Infinity];
  const endOf = ({ quiet }: Message): number => {
    if (quiet === undefined || !isQuiet(quiet, nowMs)) return nowMs;
    const key = JSON.stringify(quiet);
    const end = ends.get(key) ?? endOfQuiet(quiet, nowMs);
    ends.set(key, end);
    return end;
  };
  return {
    waits(message: Message): boolean {
      const notBefore = message.notBefore === undefined ? nowMs : Date.parse(message.notBefore);
      const atMs = Math.max(notBefore, endOf(message));
      if (atMs <= nowMs) return false;
      count++;
      fromMs = Math.min(fromMs, atMs);
      return true;
    },
    get count() {
      return count;
    },
    get from() {
      return new Date(fromMs).toISOString();
    },
  };
}

/** Holds no tab. Messages with different quiet hours go out apart, since a further try has to keep to them too. */
function groupKey({ group, quiet }: Message): string {
  return JSON.stringify([group, quiet ?? null]);
}

async function formedOf({ chunks }: DatasetStorage, sorted: AsyncIterable<string>): Promise<Formed[]> {
  const formed: Formed[] = [];
  const rest = sorted[Symbol.asyncIterator]();
  let next = await rest.next();
  while (!next.done) {
    const key = next.value.split("\t", 1)[0] ?? "";
    let count = 0;
    const ofGroup = async function* () {
      for (; !next.done && next.value.startsWith(`${key}\t`); next = await rest.next()) {
        count++;
        yield next.value.slice(key.length + placeWidth);
      }
    };
    const messages = await chunks.putList(ofGroup());
    const [group, quiet] = JSON.parse(key);
    const id = digestOf(`${key}\n${messages}`).slice(0, 32);
    formed.push({ id, group, count, messages, ...(quiet === null ? {} : { quiet }) });
  }
  return formed;
}

/** A place in twelve digits between two tabs. */
const placeWidth = 14;

/** What stands in a list was written by `pageOf`. */
export function messageIn(line: string): Message {
  const message: Message = JSON.parse(line);
  if (typeof message.id === "string" && typeof message.group === "string") return message;
  throw new StoreError("corrupt", "Cannot read a message of the outbox: it is none");
}
