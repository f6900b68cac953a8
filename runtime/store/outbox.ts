// Messages for the world outside: written down before they are delivered, so that none is lost and few come twice.
//
// Each sink of a dataset has a journal of numbered pages, `outbox/<dataset>/<sink>/00000001.json`. A page says up to which
// version everything has been written down, which messages wait, and which deliveries were put together. Only one of any
// number of writers gets a number, so no message is taken twice and none into two deliveries. Beside the pages stands
// what became of the deliveries: `00000001/<delivery>/0001.claim` before a try, `0001.result` after it, and
// `00000001.done` once all of a page have ended.
import { StoreError } from "../contract/errors.ts";
import type { Digest, Json, JsonObject } from "../contract/json.ts";
import type { QuietHours } from "../contract/quiet_hours.ts";
import type { ObjectStore } from "../contract/store.ts";
import { corrupt } from "./blobs.ts";
import { isObject, jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDataset, checkedName } from "./keys.ts";

export type OutboxName = { readonly dataset: string; readonly sink: string };

export type Page = {
  readonly format: 1;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly run: string;
  /** The messages of all versions up to this number are written down. */
  readonly taken: number;
  /** Messages that were not due: a chunk list, with the earliest time at which one of them may be. */
  readonly waiting?: { readonly messages: Digest; readonly count: number; readonly from: string };
  readonly formed: readonly Formed[];
};

/** Messages that go out together: a chunk list of them. */
export type Formed = {
  readonly id: string;
  readonly group: string;
  readonly count: number;
  readonly messages: Digest;
  readonly quiet?: QuietHours;
};

/** Who tries. `lease` is the key of their lease, by which others see whether they are still there. */
export type Claim = { readonly at: string; readonly run: string; readonly lease?: string };

export type Result = {
  readonly outcome: "delivered" | "again" | "failed";
  readonly at: string;
  readonly run: string;
  readonly why?: string;
  /** What the sink says of it: a status, an answer. */
  readonly reply?: JsonObject;
  /** Not to be tried before: ISO 8601 in UTC. */
  readonly after?: string;
  /** The receiver may have had it, although this try failed. */
  readonly maybe_sent?: true;
  /** The receiver may have had it already by an earlier try, which was cut short or may have been more than it seemed. */
  readonly maybe_repeated?: true;
};

/** One try. Without a result it goes on, or was cut short. `asked`: somebody wants it to be tried again. */
export type Attempt = { readonly claim: Claim; readonly result?: Result; readonly asked?: true };

export type Posted = { readonly page: number; readonly formed: Formed; readonly attempts: readonly Attempt[] };

export type NumberedPage = { readonly number: number; readonly page: Page };

export type PageState = NumberedPage & { readonly done: boolean; readonly posted: readonly Posted[] };

export type Where = OutboxName & { readonly page: number; readonly id: string; readonly attempt: number };

export interface Outbox {
  /** The outboxes that there are, in byte order of dataset and sink. */
  names(dataset?: string): AsyncIterable<OutboxName>;
  newest(name: OutboxName): Promise<NumberedPage | undefined>;
  /** Adds a page, durably. False when somebody else has its number. What it names is to be flushed before. */
  add(name: OutboxName, number: number, page: Page): Promise<boolean>;
  /** Pages in order, with what became of their deliveries: all, those that are not done, or these and so many of the
   *  newest. */
  pages(name: OutboxName, which: "all" | "open" | { readonly newest: number }): AsyncIterable<PageState>;
  /** Says that a try begins. False when somebody else does the same. */
  claim(where: Where, claim: Claim): Promise<boolean>;
  /** Says how a try ended; the first to say so stays. */
  settle(where: Where, result: Result): Promise<void>;
  /** Says that all deliveries of a page have ended. */
  close(name: OutboxName, page: number): Promise<void>;
  /** Has a delivery tried again that was given up or waits. */
  askAgain(where: Where): Promise<void>;
  /** Puts a page in place of another: for erasing only. */
  rewrite(name: OutboxName, number: number, page: Page): Promise<void>;
}

/** The outbox of a store. */
export function createOutbox(store: ObjectStore): Outbox {
  const put = (key: string, value: Json) => store.put(key, jsonBytes(value), { ifAbsent: true });
  return {
    names: (dataset) => namesIn(store, dataset),
    async newest(name) {
      const [last] = [...(await filesOf(store, name)).keys()].slice(-1);
      return last === undefined ? undefined : { number: last, page: await pageAt(store, pageKey(name, last)) };
    },
    add: (name, number, page) => Promise.try(() => put(pageKey(name, number), page)),
    async *pages(name, which) {
      const all = [...await filesOf(store, name)];
      const first = which === "all" ? 0 : which === "open" ? all.length : all.length - which.newest;
      for (const [index, [number, files]] of all.entries()) {
        if (files.done && index < first) continue;
        const page = await pageAt(store, pageKey(name, number));
        const posted = await Promise.all(page.formed.map(async (formed) => (
          { page: number, formed, attempts: await attemptsOf(store, { ...name, page: number, id: formed.id }, files) }
        )));
        yield { number, page, done: files.done, posted };
      }
    },
    claim: (where, claim) => Promise.try(() => put(`${attemptKey(where)}.claim`, claim)),
    settle: async (where, result) => void await put(`${attemptKey(where)}.result`, result),
    close: async (name, page) => void await put(doneKey(name, page), {}),
    async askAgain(where) {
      await put(`${attemptKey(where)}.asked`, {});
      await store.remove([doneKey(where, where.page)]);
    },
    async rewrite(name, number, page) {
      await store.put(pageKey(name, number), jsonBytes(page));
      await store.flush();
    },
  };
}

/** Where the journal of a sink is kept. */
export function prefixOf({ dataset, sink }: OutboxName): string {
  return `outbox/${checkedDataset(dataset)}/${checkedName(sink)}/`;
}

function numbered(number: number): string {
  return String(number).padStart(8, "0");
}

/** Where a page of it is kept. */
export function pageKey(name: OutboxName, number: number): string {
  return `${prefixOf(name)}${numbered(number)}.json`;
}

function doneKey(name: OutboxName, number: number): string {
  return `${prefixOf(name)}${numbered(number)}.done`;
}

function attemptKey({ page, id, attempt, ...name }: Where): string {
  return `${prefixOf(name)}${numbered(page)}/${checkedName(id)}/${String(attempt).padStart(4, "0")}`;
}

/** What there is of a page: whether it is done, and the names of files below it. */
type PageFiles = { done: boolean; page: boolean; readonly below: Set<string> };

async function filesOf(store: ObjectStore, name: OutboxName): Promise<Map<number, PageFiles>> {
  const prefix = prefixOf(name);
  const found = new Map<number, PageFiles>();
  for await (const { key } of store.list(prefix)) {
    const [, digits, rest = ""] = /^([0-9]{8})(.*)$/.exec(key.slice(prefix.length)) ?? [];
    if (digits === undefined) continue;
    const files = found.get(Number(digits)) ?? { done: false, page: false, below: new Set() };
    found.set(Number(digits), files);
    if (rest === ".json") files.page = true;
    else if (rest === ".done") files.done = true;
    else files.below.add(rest.slice(1));
  }
  const whole = [...found].filter(([, { page }]) => page).sort(([left], [right]) => left - right);
  return new Map(whole);
}

async function attemptsOf(
  store: ObjectStore,
  where: OutboxName & { readonly page: number; readonly id: string },
  { below }: PageFiles,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (let attempt = 1;; attempt++) {
    const name = `${where.id}/${String(attempt).padStart(4, "0")}`;
    if (!below.has(`${name}.claim`)) return attempts;
    const key = attemptKey({ ...where, attempt });
    const claim = await valueAt(store, `${key}.claim`, isClaim);
    const result = below.has(`${name}.result`) ? await valueAt(store, `${key}.result`, isResult) : undefined;
    attempts.push({
      claim,
      ...(result === undefined ? {} : { result }),
      ...(below.has(`${name}.asked`) ? { asked: true } : {}),
    });
  }
}

async function* namesIn(store: ObjectStore, dataset: string | undefined): AsyncGenerator<OutboxName> {
  const prefix = dataset === undefined ? "outbox/" : `outbox/${checkedDataset(dataset)}/`;
  let last = "";
  for await (const { key } of store.list(prefix)) {
    const [, of = "", sink = "", file] = key.split("/");
    if (file === undefined || `${of}/${sink}` === last) continue;
    last = `${of}/${sink}`;
    yield { dataset: of, sink };
  }
}

async function pageAt(store: ObjectStore, key: string): Promise<Page> {
  return await valueAt(store, key, isPage);
}

async function valueAt<T extends Json>(
  store: ObjectStore,
  key: string,
  isOne: (value: Json | undefined) => value is T,
): Promise<T> {
  const bytes = await store.get(key);
  if (bytes === undefined) throw new StoreError("missing", `Cannot read "${key}" in ${store.place}: it is not there`);
  const value = jsonIn(bytes);
  if (!isOne(value)) throw corrupt(store, key);
  return value;
}

/** What has these members was written by `add` or `rewrite`. */
function isPage(value: Json | undefined): value is Page {
  return isObject(value) && typeof value["taken"] === "number" && typeof value["at"] === "string" &&
    Array.isArray(value["formed"]) && value["formed"].every((one) => isObject(one) && typeof one["id"] === "string");
}

function isClaim(value: Json | undefined): value is Claim {
  return isObject(value) && typeof value["at"] === "string" && typeof value["run"] === "string";
}

function isResult(value: Json | undefined): value is Result {
  return isClaim(value) && ["delivered", "again", "failed"].includes(String((value as JsonObject)["outcome"]));
}
