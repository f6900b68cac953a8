// Messages for the world outside: written down before they are delivered, so that none is lost and few come twice.
import { StoreError } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Message } from "../contract/plugin.ts";
import type { ObjectStore } from "../contract/store.ts";
import { corrupt } from "./blobs.ts";
import { isObject, jsonBytes, jsonIn } from "./json_text.ts";
import { checkedName } from "./keys.ts";

const mark = ".delivered";

/** Sinks and message ids are names: letters, digits, `.`, `_`, `~`, `-`. */
export interface Outbox {
  /** Writes a message down, durably. False when one with its id is there already, delivered or not. */
  add(sink: string, message: Message): Promise<boolean>;
  /** Messages without a delivery record, in byte order of their ids. */
  pending(sink: string): AsyncIterable<Message>;
  /** Records the delivery, durably; the first record stays. `StoreError` with `missing` for an unknown message. */
  delivered(sink: string, id: string, record: Json): Promise<void>;
  isDelivered(sink: string, id: string): Promise<boolean>;
}

/** The outbox of a store. */
export function createOutbox(store: ObjectStore): Outbox {
  return {
    add: (sink, message) =>
      Promise.try(() => store.put(keyOf(sink, message.id), jsonBytes(message), { ifAbsent: true })),
    async *pending(sink) {
      for (const id of await pendingIds(store, sink)) yield await messageAt(store, keyOf(sink, id));
    },
    async delivered(sink, id, record) {
      const key = keyOf(sink, id);
      if (!await store.has(key)) {
        throw new StoreError("missing", `Cannot record a delivery of "${key}": there is no such message`);
      }
      await store.put(key + mark, jsonBytes(record), { ifAbsent: true });
    },
    isDelivered: (sink, id) => Promise.try(() => store.has(keyOf(sink, id) + mark)),
  };
}

function keyOf(sink: string, id: string): string {
  if (!id.endsWith(mark)) return `outbox/${checkedName(sink)}/${checkedName(id)}`;
  throw new RangeError(`Cannot use "${id}" as a message id: "${mark}" at its end marks deliveries`);
}

async function pendingIds(store: ObjectStore, sink: string): Promise<readonly string[]> {
  const prefix = `outbox/${checkedName(sink)}/`;
  const ids: string[] = [];
  const done = new Set<string>();
  for await (const { key } of store.list(prefix)) {
    const name = key.slice(prefix.length);
    if (name.endsWith(mark)) done.add(name.slice(0, -mark.length));
    else ids.push(name);
  }
  return ids.filter((id) => !done.has(id));
}

async function messageAt(store: ObjectStore, key: string): Promise<Message> {
  const bytes = await store.get(key);
  const message = bytes === undefined ? undefined : jsonIn(bytes);
  if (!isMessage(message)) throw corrupt(store, key);
  return message;
}

function isMessage(value: Json | Message | undefined): value is Message {
  return isObject(value) && typeof value["id"] === "string" && typeof value["dataset"] === "string" &&
    typeof value["number"] === "number" && typeof value["version"] === "string" && isObject(value["counts"]);
}
