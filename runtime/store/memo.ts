// Finished shards of runs that are still open, so that a killed run goes on where it was.
import { type Digest, digestOf, type Json } from "../contract/json.ts";
import type { ObjectStore } from "../contract/store.ts";
import { jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDigest } from "./keys.ts";

export interface Memo {
  /** What was put; `undefined` when nothing was, or when it cannot be read whole: it can be computed again. */
  get(stageKey: Digest, inputDigest: Digest): Promise<Json | undefined>;
  /** Keeps the value as soon as all that was written before is durable: what it names is there when it is. A value that
   *  cannot be kept is forgotten. */
  put(stageKey: Digest, inputDigest: Digest, value: Json): void;
  /** Resolves when all values that were put are kept. */
  settled(): Promise<void>;
}

/** The memo of a store. An object is the digest of its text, then the text. */
export function createMemo(store: ObjectStore): Memo {
  const waiting = new Map<string, Json>();
  const pause = createPause();
  let working: Promise<void> | undefined;

  const keepAll = async (values: ReadonlyMap<string, Json>) => {
    await store.flush();
    for (const [key, value] of values) await store.put(key, textOf(value));
  };

  const work = async () => {
    while (waiting.size > 0) {
      await pause.take();
      const values = new Map(waiting);
      await keepAll(values).catch(() => {}); // whoever writes next is told
      for (const [key, value] of values) if (waiting.get(key) === value) waiting.delete(key);
    }
    working = undefined;
  };

  return {
    async get(stageKey, inputDigest) {
      const key = keyOf(stageKey, inputDigest);
      return waiting.has(key) ? waiting.get(key) : valueIn(await store.get(key));
    },
    put(stageKey, inputDigest, value) {
      waiting.set(keyOf(stageKey, inputDigest), value);
      working ??= work();
    },
    async settled() {
      pause.end();
      await working;
      await store.flush().catch(() => {}); // files get their names in batches, some time after they were put
    },
  };
}

/** Values are kept so often, in milliseconds: to make everything durable for each of them would cost more than what a
 *  killed run loses. */
const keptEvery = 500;

/** Waits that anybody can end, and all that would follow. */
function createPause() {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  return {
    end,
    async take() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([ended, new Promise<void>((resolve) => timer = setTimeout(resolve, keptEvery))]);
      clearTimeout(timer);
    },
  };
}

const digestLength = 64;

function textOf(value: Json): Uint8Array {
  const text = jsonBytes(value);
  const bytes = new Uint8Array(digestLength + text.length);
  bytes.set(new TextEncoder().encode(digestOf(text)));
  bytes.set(text, digestLength);
  return bytes;
}

function valueIn(bytes: Uint8Array | undefined): Json | undefined {
  if (bytes === undefined) return undefined;
  const text = bytes.subarray(digestLength);
  const digest = new TextDecoder().decode(bytes.subarray(0, digestLength));
  return digestOf(text) === digest ? jsonIn(text) : undefined;
}

/** A folder a stage, spread over 256 folders, since a stage of a large set has very many shards. */
function keyOf(stageKey: Digest, inputDigest: Digest): string {
  return `shards/${checkedDigest(stageKey)}/${checkedDigest(inputDigest).slice(0, 2)}/${inputDigest}`;
}
