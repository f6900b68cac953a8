// Alerts: which hits of rules a sink tells of, when, and together with which others.
import type { NewMessage, VersionChange, VersionNews } from "../contract/delivery.ts";
import type { Detection } from "../contract/detection.ts";
import type { Image } from "../contract/image.ts";
import { idOf, type Item } from "../contract/item.ts";
import { canonicalJson, type Json } from "../contract/json.ts";
import type { QuietHours } from "../contract/quiet_hours.ts";
import type { Threat } from "../contract/threat.ts";
import { detectionsOf, threatsOf } from "../report/items.ts";
import { type AlertOptions, readLength } from "./alert_options.ts";
import { toldAt } from "./cooldown.ts";

/** The body of a message about a hit: all that alerts say of it. */
export type Alert = Omit<Threat, "scores"> & {
  readonly kind: "threat";
  /** The item, as reports name it. */
  readonly item: string;
  readonly camera?: string;
  readonly location?: string;
  readonly owner?: Json;
  readonly timezone?: string;
  /** Seconds since 1970. */
  readonly taken_unix?: number;
  readonly image: Image;
  /** What the rule is about, for the picture. */
  readonly detections: readonly Detection[];
  /** Whom this message is for, where each has their own. */
  readonly recipient?: string;
};

/** The body of a message about a version. */
export type News = VersionNews & { readonly kind: "version"; readonly recipient?: string };

/** Boxes that are kept of one hit. */
const mostBoxes = 50;

/** Who gets a hit of these users: a message each. `undefined` for a sink that tells everybody at once. */
export type RecipientsOf = (users: readonly string[] | undefined) => readonly (string | undefined)[];

function everybody(): readonly undefined[] {
  return [undefined];
}

/** What a sink with these options has to tell of a version. */
export async function* alertMessages(
  change: VersionChange,
  options: AlertOptions,
  recipientsOf: RecipientsOf = everybody,
): AsyncGenerator<NewMessage> {
  if (options.of === "version") return yield* newsMessages(change, options, recipientsOf);
  const dueAt = await cooldowns(change, options);
  for await (const item of change.added()) {
    for (const threat of wantedThreats(item, options)) {
      const alert = alertOf(item, threat);
      const due = dueAt(alert);
      for (const recipient of recipientsOf(threat.users)) yield hitMessage(alert, recipient, due, options);
    }
  }
}

function* newsMessages(
  { dataset, number, version, counts }: VersionChange,
  options: AlertOptions,
  recipientsOf: RecipientsOf,
): Generator<NewMessage> {
  for (const recipient of recipientsOf(undefined)) {
    const quiet = quietOf(options, undefined);
    const to = recipient === undefined ? {} : { recipient };
    yield {
      key: canonicalJson(["version", version, recipient ?? null]),
      group: canonicalJson([`v${number}`, recipient ?? null]),
      body: { kind: "version", dataset, number, version, counts, ...to } satisfies News,
      ...(quiet === undefined ? {} : { quiet }),
    };
  }
}

function wantedThreats(item: Item, { rules, users }: AlertOptions): readonly Threat[] {
  return threatsOf(item).filter((threat) => (
    (rules === undefined || rules.includes(threat.rule)) &&
    (users === undefined || threat.users.some((user) => users.includes(user)))
  ));
}

function alertOf(item: Item, { scores: _, ...threat }: Threat): Alert {
  const { camera, location, owner, timezone, taken_unix: taken } = item.facts;
  const text = (name: string, value: unknown) => typeof value === "string" && value !== "" ? { [name]: value } : {};
  return {
    kind: "threat",
    ...threat,
    item: idOf(item),
    ...text("camera", camera),
    ...text("location", location),
    ...text("timezone", timezone),
    ...(owner === undefined ? {} : { owner }),
    ...(typeof taken === "number" ? { taken_unix: taken } : {}),
    image: item.image,
    detections: detectionsOf(item).filter(({ label }) => Object.hasOwn(threat.labels, label)).slice(0, mostBoxes),
  };
}

function hitMessage(
  alert: Alert,
  recipient: string | undefined,
  due: number | undefined,
  options: AlertOptions,
): NewMessage {
  const quiet = options.quiet_except.includes(alert.rule) ? undefined : quietOf(options, alert.timezone);
  return {
    key: canonicalJson([alert.rule, alert.item, recipient ?? null]),
    group: canonicalJson([...groupOf(alert, due, options), recipient ?? null]),
    ...(due === undefined ? {} : { notBefore: new Date(due * 1000).toISOString() }),
    ...(quiet === undefined ? {} : { quiet }),
    body: recipient === undefined ? alert : { ...alert, recipient },
  };
}

function groupOf({ rule, camera, users }: Alert, due: number | undefined, { digest }: AlertOptions): readonly Json[] {
  if (digest === "rule") return [rule];
  if (digest === "camera") return [camera ?? null];
  if (digest === "user") return [[...users].sort()];
  return digest === "all" ? [] : [rule, camera ?? null, due ?? null];
}

function quietOf(
  { quiet_hours: hours, quiet_timezone: asked }: AlertOptions,
  ofCamera: string | undefined,
): QuietHours | undefined {
  const [from, to] = hours?.split("-") ?? [];
  if (from === undefined || to === undefined) return undefined;
  return { from, to, timezone: asked ?? ofCamera ?? "UTC" };
}

/** From when on a hit may be told, in seconds since 1970. All hits of the version count, so that a window that an earlier
 *  version began goes on. */
async function cooldowns(
  change: VersionChange,
  options: AlertOptions,
): Promise<(alert: Alert) => number | undefined> {
  const length = (readLength(options.cooldown ?? "0s") ?? 0) / 1000;
  if (length === 0) return ({ taken_unix }) => taken_unix;
  const times = new Map<string, number[]>();
  for await (const item of change.added()) {
    for (const { rule } of wantedThreats(item, options)) times.set(chainOf(rule, item.facts["camera"]), []);
  }
  if (times.size > 0) {
    for await (const item of change.items()) {
      const taken = item.facts["taken_unix"];
      if (typeof taken !== "number") continue;
      for (const { rule } of wantedThreats(item, options)) times.get(chainOf(rule, item.facts["camera"]))?.push(taken);
    }
  }
  const told = new Map([...times].map(([chain, all]) => {
    const sorted = all.sort((left, right) => left - right);
    const due = toldAt(sorted, length);
    // Two of one second: the first of them starts the window, and both are told with it.
    const first = new Map<number, number>();
    for (const [index, time] of sorted.entries()) if (!first.has(time)) first.set(time, due[index] ?? time);
    return [chain, first] as const;
  }));
  return ({ rule, camera, taken_unix: taken }) =>
    taken === undefined ? undefined : told.get(chainOf(rule, camera))?.get(taken) ?? taken;
}

function chainOf(rule: string, camera: unknown): string {
  return canonicalJson([rule, typeof camera === "string" ? camera : null]);
}
