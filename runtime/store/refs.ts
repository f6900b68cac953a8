// The numbered pointers that make versions public. None is ever overwritten, but by a purge; the highest is the head.
// Numbers below it that lead nowhere have expired.
import type { ObjectStore } from "../contract/store.ts";
import type { Ref } from "../contract/version.ts";
import { corrupt } from "./blobs.ts";
import { isObject, jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDataset } from "./keys.ts";

const digits = 8;
const highest = 10 ** digits - 1;

/** A ref and which version of its dataset it is, counted from 1. */
export type NumberedRef = { readonly number: number; readonly ref: Ref };

/** Dataset names that are none are `InputError`, broken refs `StoreError` with `corrupt`. */
export interface Refs {
  /** The newest; `undefined` when nothing was published yet. */
  head(dataset: string): Promise<NumberedRef | undefined>;
  get(dataset: string, number: number): Promise<Ref | undefined>;
  /** Makes all that was written before durable, then the ref. False when somebody else has this number. */
  publish(dataset: string, number: number, ref: Ref): Promise<boolean>;
  /** Takes numbers away, for ever: the newest must stay, since numbers are not given out again. */
  expire(dataset: string, numbers: readonly number[]): Promise<void>;
  /** Lets a number lead to the version that a purge made of the one before, durably. */
  rewrite(dataset: string, number: number, ref: Ref): Promise<void>;
  /** From the first to the newest; expired ones are left out. */
  history(dataset: string): AsyncIterable<NumberedRef>;
  /** All that have a version, in byte order. */
  datasets(): AsyncIterable<string>;
}

/** The refs of a store. */
export function createRefs(store: ObjectStore): Refs {
  const get = async (dataset: string, number: number) => {
    const key = keyOf(dataset, number);
    const bytes = await store.get(key);
    return bytes === undefined ? undefined : parsed(store, key, bytes);
  };

  const numbered = async (dataset: string, number: number): Promise<NumberedRef | undefined> => {
    const ref = await get(dataset, number);
    return ref === undefined ? undefined : { number, ref };
  };

  return {
    get,
    async head(dataset) {
      let head: number | undefined;
      for await (const number of numbersOf(store, dataset)) head = number;
      return head === undefined ? undefined : await numbered(dataset, head);
    },
    async publish(dataset, number, ref) {
      const key = keyOf(dataset, number);
      await store.flush();
      return await store.put(key, jsonBytes(ref), { ifAbsent: true });
    },
    expire: (dataset, numbers) => Promise.try(() => store.remove(numbers.map((number) => keyOf(dataset, number)))),
    async rewrite(dataset, number, ref) {
      await store.flush();
      await store.put(keyOf(dataset, number), jsonBytes(ref));
      await store.flush();
    },
    async *history(dataset) {
      for await (const number of numbersOf(store, dataset)) {
        const found = await numbered(dataset, number);
        if (found !== undefined) yield found;
      }
    },
    async *datasets() {
      let last: string | undefined;
      for await (const { key } of store.list("refs/")) {
        const dataset = /^refs\/([^/]+)\/\d{8}$/.exec(key)?.[1];
        if (dataset !== undefined && dataset !== last) yield last = dataset;
      }
    },
  };
}

function keyOf(dataset: string, number: number): string {
  if (!Number.isInteger(number) || number < 1 || number > highest) {
    throw new RangeError(`Cannot number a version ${number}: it is no whole number from 1 to ${highest}`);
  }
  return `refs/${checkedDataset(dataset)}/${String(number).padStart(digits, "0")}`;
}

async function* numbersOf(store: ObjectStore, dataset: string): AsyncIterable<number> {
  const prefix = `refs/${checkedDataset(dataset)}/`;
  for await (const { key } of store.list(prefix)) {
    const name = key.slice(prefix.length);
    if (/^\d{8}$/.test(name)) yield Number(name);
  }
}

function parsed(store: ObjectStore, key: string, bytes: Uint8Array): Ref {
  const value = jsonIn(bytes);
  if (!isObject(value)) throw corrupt(store, key);
  const { version, run, publishedAt, rolledBackTo } = value;
  if (typeof version !== "string" || typeof run !== "string" || typeof publishedAt !== "string") {
    throw corrupt(store, key);
  }
  return { version, run, publishedAt, ...(typeof rolledBackTo === "number" ? { rolledBackTo } : {}) };
}
