// A delivery as people read it: a title, a line for each hit, how many more there are.
import type { Delivery } from "../contract/delivery.ts";
import { InputError } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import { type AlertOptions, readLength } from "./alert_options.ts";
import type { Alert, News } from "./alerts.ts";
import { localText, utcText } from "./moments.ts";

/** A hit with the number of the version in which it was new. */
export type ToldAlert = Alert & { readonly number: number };

export type Digest = {
  readonly title: string;
  /** Hits that are shown, in the order in which they were found. */
  readonly alerts: readonly ToldAlert[];
  readonly news: readonly News[];
  /** All that the delivery has, but for what is too old. */
  readonly count: number;
  /** Hits that are counted only. */
  readonly more: number;
  /** Hits that were too old to be told. */
  readonly skipped: number;
  /** Hits of each rule and of each camera, the most first. */
  readonly rules: readonly Counted[];
  readonly cameras: readonly Counted[];
  /** A line for each thing that is told. */
  readonly lines: readonly string[];
};

export type Counted = { readonly name: string; readonly count: number };

/** Reads a delivery once. `nowMs` tells what is too old. */
export async function digestOfDelivery(delivery: Delivery, options: AlertOptions, nowMs: number): Promise<Digest> {
  const oldest = options.older_than === null ? -Infinity : nowMs - (readLength(options.older_than) ?? 0);
  const [alerts, news]: [ToldAlert[], News[]] = [[], []];
  const [rules, cameras] = [new Map<string, number>(), new Map<string, number>()];
  let [count, skipped] = [0, 0];
  for await (const { body, number } of delivery.messages()) {
    if (isNews(body)) {
      news.push(body);
      count++;
    } else if (isAlert(body)) {
      if (body.taken_unix !== undefined && body.taken_unix * 1000 < oldest) skipped++;
      else {
        count++;
        if (alerts.length < options.max_per_delivery) alerts.push({ ...body, number });
        add(rules, body.rule);
        if (body.camera !== undefined) add(cameras, body.camera);
      }
    } else throw new InputError(`Cannot read the delivery "${delivery.id}": a message of it is no alert`);
  }
  const sums = { rules: counted(rules), cameras: counted(cameras) };
  const more = count - alerts.length - news.length;
  const lines = [...news.map(newsLine), ...alerts.map(alertLine), ...(more === 0 ? [] : [moreLine(more)])].map(
    onOneLine,
  );
  return { title: onOneLine(titleOf(alerts, news, count, sums)), alerts, news, count, more, skipped, ...sums, lines };
}

/** Without line ends, other control characters, and those that turn the direction of writing. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function counted(counts: ReadonlyMap<string, number>): readonly Counted[] {
  return [...counts].map(([name, count]) => ({ name, count })).sort((left, right) => right.count - left.count);
}

/** What has this kind was written by `alertMessages`. */
function isAlert(body: Json): body is Alert {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "threat";
}

function isNews(body: Json): body is News {
  return typeof body === "object" && body !== null && "kind" in body && body.kind === "version";
}

type Sums = { readonly rules: readonly Counted[]; readonly cameras: readonly Counted[] };

function titleOf(alerts: readonly Alert[], news: readonly News[], count: number, { rules, cameras }: Sums): string {
  const [alert] = alerts;
  if (alert === undefined) return news.map(newsLine).join("; ");
  if (count === 1) return `${alert.rule}: ${labelsText(alert)}${placeText(alert, " at ")}`;
  const what = rules.length === 1 ? rules[0]?.name ?? "" : shortList(rules);
  const [camera] = cameras;
  const where = cameras.length > 1 ? ` at ${cameras.length} cameras` : camera === undefined ? "" : ` at ${camera.name}`;
  return rules.length === 1 ? `${what}: ${count} hits${where}` : `${count} hits: ${what}${where}`;
}

/** Names that a title has. */
const mostNames = 3;

function shortList(names: readonly Counted[]): string {
  const shown = names.slice(0, mostNames).map(({ name, count }) => `${name} (${count})`);
  return [...shown, ...(names.length > mostNames ? [`${names.length - mostNames} more`] : [])].join(", ");
}

function newsLine({ dataset, number, counts }: News): string {
  return `New version ${dataset} v${number}: ${counts.items} ${counts.items === 1 ? "item" : "items"}`;
}

function moreLine(more: number): string {
  return more === 1 ? "and one more" : `and ${more} more`;
}

/** `2026-11-21 22:14:05 Europe/Rome, gate-1 (North gate): loitering, 2 person 0.91`. */
function alertLine(alert: Alert): string {
  const { rule, score, frames, of, zone } = alert;
  const time = timesOf(alert);
  const where = placeText(alert, "");
  const head = [time === undefined ? "" : `${time.shown} ${time.timezone}`, where].filter((text) => text !== "").join(
    ", ",
  );
  const often = of > 1 ? `, in ${frames} of ${of} images` : "";
  const inZone = zone === undefined ? "" : `, zone ${zone}`;
  return `${head === "" ? "" : `${head}: `}${rule}, ${labelsText(alert)} ${score.toFixed(2)}${inZone}${often}`;
}

/** `2 person, 1 car`. */
export function labelsText({ labels }: Pick<Alert, "labels">): string {
  return Object.entries(labels).map(([label, count]) => `${count} ${label}`).join(", ");
}

/** `gate-1 (North gate)`. */
function placeText({ camera, location }: Alert, before: string): string {
  const where = camera === undefined ? location : location === undefined ? camera : `${camera} (${location})`;
  return where === undefined ? "" : `${before}${where}`;
}

export type AlertTimes = {
  readonly utc: string;
  readonly local: string;
  readonly timezone: string;
  readonly shown: string;
};

/** When it was: in UTC, by the clock of the camera, and in short. */
export function timesOf({ taken_unix: unix, timezone = "UTC" }: Alert): AlertTimes | undefined {
  if (unix === undefined) return undefined;
  const local = localText(unix, timezone);
  return { utc: utcText(unix), local, timezone, shown: local.slice(0, 19).replace("T", " ") };
}
