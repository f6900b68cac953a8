// Running one sink on hits without an engine: what it has to tell, as a delivery.
import {
  type Delivery,
  type DeliveryOutcome,
  digestOf,
  type Item,
  ItemError,
  type Message,
  type Sink,
  type SinkDefinition,
  type SinkHost,
  type Threat,
  type VersionChange,
  type WebHost,
  withFacts,
} from "../../runtime/plugin.ts";
import { itemFrom, paintedJpeg, sharedRenderer } from "../suites/painted.ts";

export const never = new AbortController().signal;
/** 2026-11-21 12:00 UTC, in seconds. */
export const noon = 1795262400;

export type SinkBench = {
  readonly sink: Sink;
  readonly logs: readonly string[];
  /** What the sink tells of these items, group by group. */
  deliveries(items: readonly Item[]): Promise<Delivery[]>;
  deliver(delivery: Delivery, signal?: AbortSignal): Promise<DeliveryOutcome>;
};

export type SinkDoors = { readonly web?: WebHost; readonly now?: () => number; readonly erased?: boolean };

const jpeg = await paintedJpeg(320, 240);

/** A sink with a real renderer behind its pictures. */
export async function openSink(
  definition: SinkDefinition,
  options: Record<string, unknown>,
  { web, now = () => noon * 1000, erased = false }: SinkDoors = {},
): Promise<SinkBench> {
  const logs: string[] = [];
  const host: SinkHost = {
    web: web ?? { send: () => Promise.reject(new TypeError("Cannot send: this sink should not need the web")) },
    async picture(image, edge) {
      if (erased) throw new ItemError("erased", "Cannot show an image: it was erased");
      return await (await sharedRenderer()).thumbnail(jpeg, image, edge);
    },
    now,
    log: (text) => void logs.push(text),
  };
  const sink = await definition.open(definition.options.parse(options), host);
  return {
    sink,
    logs,
    async deliveries(items) {
      const messages = await Array.fromAsync(sink.messages?.(changeOf(items), never) ?? []);
      const groups = Map.groupBy(messages, ({ group }) => group);
      return [...groups].map(([group, told]) =>
        deliveryOf(
          group,
          told.map((message, index) => (
            { ...message, id: `m${index}`, number: 3, version: digestOf("v3") }
          )),
        )
      );
    },
    deliver: async (delivery, signal = never) => await sink.deliver(delivery, signal) ?? { outcome: "delivered" },
  };
}

function deliveryOf(group: string, messages: readonly Message[]): Delivery {
  return {
    id: digestOf(group).slice(0, 32),
    dataset: "cameras",
    group,
    at: "2026-11-21T12:00:00.000Z",
    attempt: 1,
    count: messages.length,
    async *messages() {
      yield* JSON.parse(JSON.stringify(messages));
    },
  };
}

/** A version in which all items are new. */
function changeOf(items: readonly Item[]): VersionChange {
  const counts = { records: 3, kept: 2, dropped: 1, rejected: 0, items: items.length, losses: {}, notes: {} };
  return {
    dataset: "cameras",
    number: 3,
    version: digestOf("v3"),
    counts,
    async *items() {
      for (const item of items) yield { ...item, isNew: true };
    },
    async *added() {
      yield* items;
    },
  };
}

/** An image of a camera with a threat in it. */
export function hit(camera: string, seconds = 0, threat: Partial<Threat> = {}, location = "North gate"): Item {
  const whole: Threat = {
    rule: "loitering",
    users: ["anna"],
    labels: { person: 1 },
    score: 0.91,
    frames: 1,
    of: 1,
    scores: [0.91],
    ...threat,
  };
  const item = withFacts(itemFrom(jpeg), {
    camera,
    location,
    owner: "anna",
    timezone: "Europe/Rome",
    taken_unix: noon + seconds,
    detections: [
      { label: "person", score: 0.91, box: [20, 30, 60, 120] },
      { label: "car", score: 0.8, box: [150, 100, 80, 60] },
    ],
    threats: [whole],
  });
  return { ...item, key: `${camera}-${noon + seconds}.jpg` };
}
