// What sinks say to the world: messages about a version, and deliveries of them, which are neither lost nor repeated
// without need.
import type { Image } from "./image.ts";
import type { Item } from "./item.ts";
import type { Json, JsonObject } from "./json.ts";
import type { QuietHours } from "./quiet_hours.ts";
import type { Counts } from "./version.ts";
import type { WebHost } from "./world.ts";

/** An item of a version. `isNew`: the version before has none of its key and child. */
export type ChangedItem = Item & { readonly isNew: boolean };

/** A version as a sink sees it that looks for what to tell. */
export interface VersionChange {
  readonly dataset: string;
  readonly number: number;
  readonly version: string;
  readonly counts: Counts;
  /** Every item, in the order of `compareItems`. Reads the whole version. */
  items(): AsyncIterable<ChangedItem>;
  /** The new ones only. Reads only what differs from the version before. */
  added(): AsyncIterable<Item>;
}

/** Something to be told. Plain data, which is kept in the store until it is told and for as long as the version is. */
export type NewMessage = {
  /** What it is about, such as a rule and an item: messages of one sink that have the same key are the same one. */
  readonly key: string;
  /** Messages of one group that are due at the same time are delivered together. */
  readonly group: string;
  /** It waits until then: ISO 8601 in UTC. */
  readonly notBefore?: string;
  /** It waits while these last, by the clock of that place. */
  readonly quiet?: QuietHours;
  /** No secrets. An image in it keeps its bytes in the store. */
  readonly body: Json;
};

/** `id` is the same for the same dataset, sink and key. `number` and `version` are those that it is about. */
export type Message = NewMessage & {
  readonly id: string;
  readonly number: number;
  readonly version: string;
};

/** Messages that go out together. What is in it never changes: a further try sends the same with the same `id`. */
export interface Delivery {
  /** 32 hexadecimal digits, for receivers that look whether they have had it. */
  readonly id: string;
  readonly dataset: string;
  readonly group: string;
  /** When it was put together: ISO 8601 in UTC. */
  readonly at: string;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly count: number;
  /** As often as wanted, in the order in which the sink made them. */
  messages(): AsyncIterable<Message>;
}

/** What became of a try. Nothing at all is a delivery about which there is nothing to say. */
export type DeliveryOutcome =
  | { readonly outcome: "delivered"; readonly reply?: JsonObject }
  /** Not now. Tried again by later runs, until the sink's patience ends. `isDown`: no other delivery of this sink is worth
   *  a try now. `maybeSent`: the receiver may have it all the same. */
  | {
    readonly outcome: "again";
    readonly why: string;
    readonly reply?: JsonObject;
    readonly afterMs?: number;
    readonly isDown?: true;
    readonly maybeSent?: true;
  }
  /** Never: trying again cannot help. */
  | { readonly outcome: "failed"; readonly why: string; readonly reply?: JsonObject };

export interface Sink {
  /** What there is to tell of a new version. One message that there is one when absent, whose body is a `VersionNews`. */
  messages?(change: VersionChange, signal: AbortSignal): AsyncIterable<NewMessage>;
  /** Tells. What it throws counts as `again`, a `TransientError` also as `isDown`. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome | void>;
  /** Milliseconds after which a delivery that goes on failing is given up; seven days when absent. */
  readonly patienceMs?: number;
  close?(): Promise<void> | void;
}

/** The body of the message that there is a new version. */
export type VersionNews = {
  readonly dataset: string;
  readonly number: number;
  readonly version: string;
  readonly counts: Counts;
};

export interface SinkHost {
  readonly web: WebHost;
  /** A small JPEG of an image, as people should see it, that fits into a box of `edge` pixels. `ItemError` when it
   *  cannot be had, such as when it was erased. */
  picture(image: Image, edge: number): Promise<Uint8Array>;
  /** Milliseconds since 1970. */
  now(): number;
  log(text: string): void;
}
