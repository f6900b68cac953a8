// Finished shards of runs that are still open, so that a killed run goes on where it was.
import { type Digest, digestOf, type Json } from "../contract/json.ts";
import type { ObjectStore } from "../contract/store.ts";
import { jsonBytes, jsonIn } from "./json_text.ts";
import { checkedDigest } from "./keys.ts";

const digestLength = 64;

export interface Memo {
  /** What was put; `undefined` when nothing was, or when it cannot be read whole: it can be computed again. */
  get(stageKey: Digest, inputDigest: Digest): Promise<Json | undefined>;
  /** Makes all that was written before durable, then keeps the value: what it names is there when it is. */
  put(stageKey: Digest, inputDigest: Digest, value: Json): Promise<void>;
}

/** The memo of a store. An object is the digest of its text, then the text. */
export function createMemo(store: ObjectStore): Memo {
  return {
    async get(stageKey, inputDigest) {
      const bytes = await store.get(keyOf(stageKey, inputDigest));
      if (bytes === undefined) return undefined;
      const text = bytes.subarray(digestLength);
      const digest = new TextDecoder().decode(bytes.subarray(0, digestLength));
      return digestOf(text) === digest ? jsonIn(text) : undefined;
    },
    async put(stageKey, inputDigest, value) {
      const text = jsonBytes(value);
      const bytes = new Uint8Array(digestLength + text.length);
      bytes.set(new TextEncoder().encode(digestOf(text)));
      bytes.set(text, digestLength);
      await store.flush();
      await store.put(keyOf(stageKey, inputDigest), bytes);
    },
  };
}

/** A folder a stage, spread over 256 folders, since a stage of a large set has very many shards. */
function keyOf(stageKey: Digest, inputDigest: Digest): string {
  return `shards/${checkedDigest(stageKey)}/${checkedDigest(inputDigest).slice(0, 2)}/${inputDigest}`;
}
