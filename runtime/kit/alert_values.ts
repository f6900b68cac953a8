// What templates of alerts may name, and what it stands for.
import type { Delivery } from "../contract/delivery.ts";
import type { Detection } from "../contract/detection.ts";
import type { Json } from "../contract/json.ts";
import { type Digest, labelsText, timesOf, type ToldAlert } from "./alert_digest.ts";
import { filled, gapsIn, type Values } from "./placeholders.ts";

/** Names for `{{ … }}` in templates. Those of one hit are those of the first. */
export const alertNames = [
  "title",
  "text",
  "count",
  "more",
  "dataset",
  "delivery",
  "rule",
  "users",
  "labels",
  "score",
  "zone",
  "camera",
  "location",
  "owner",
  "time",
  "local_time",
  "item",
  "image_url",
  "alerts",
] as const;

/** Names for `{{ … }}` in links to an image. `time` is written as in the names of published files, `number` is that of the
 *  version, `digest` that of the image's bytes. */
export const linkNames = ["dataset", "number", "camera", "time", "unix", "item", "digest"] as const;

/** What a template names that is not known, as a sentence; `undefined` when all is well. */
export function unknownGap(template: Json, known: readonly string[]): string | undefined {
  const wrong = gapsIn(template).find((name) => !known.includes(name));
  return wrong === undefined ? undefined : `\`{{ ${wrong} }}\` is not known; there are ${known.join(", ")}`;
}

export type AlertObject = Omit<ToldAlert, "kind" | "image" | "detections" | "recipient" | "timezone" | "taken_unix"> & {
  readonly boxes: readonly Pick<Detection, "label" | "box" | "score">[];
  /** Seconds, UTC. */
  readonly unix?: number;
  readonly time?: string;
  readonly local_time?: string;
  readonly timezone?: string;
  readonly image_url?: string;
};

/** A hit as receivers get it. */
export function alertObject(alert: ToldAlert, dataset: string, link: string | undefined): AlertObject {
  const { kind: _kind, image: _image, detections, recipient: _recipient, timezone, taken_unix: unix, ...told } = alert;
  const times = timesOf(alert);
  const imageUrl = linkOf(alert, dataset, link);
  return {
    ...told,
    boxes: detections.map(({ label, score, box }) => ({ label, box, ...(score === undefined ? {} : { score }) })),
    ...(unix === undefined ? {} : { unix }),
    ...(times === undefined ? {} : { time: times.utc, local_time: times.local }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(imageUrl === undefined ? {} : { image_url: imageUrl }),
  };
}

/** What was filled in cannot lead out of its part of the address. */
function linkOf(alert: ToldAlert, dataset: string, link: string | undefined): string | undefined {
  if (link === undefined) return undefined;
  const times = timesOf(alert);
  const values: Values = {
    dataset,
    number: String(alert.number),
    camera: alert.camera ?? "",
    time: times?.utc.replace(/[^0-9TZ]+/g, "-") ?? "",
    unix: String(alert.taken_unix ?? ""),
    item: alert.item,
    digest: alert.image.blob.digest,
  };
  return String(filled(link, values, encodeURIComponent));
}

export function alertValues(delivery: Delivery, digest: Digest, link: string | undefined): Values {
  const [alert] = digest.alerts;
  const object = alert === undefined ? undefined : alertObject(alert, delivery.dataset, link);
  return {
    title: digest.title,
    text: digest.lines.join("\n"),
    count: digest.count,
    more: digest.more,
    dataset: delivery.dataset,
    delivery: delivery.id,
    rule: alert?.rule ?? "",
    users: alert?.users.join(", ") ?? "",
    labels: alert === undefined ? "" : labelsText(alert),
    score: alert?.score ?? "",
    zone: alert?.zone ?? "",
    camera: alert?.camera ?? "",
    location: alert?.location ?? "",
    owner: alert?.owner ?? "",
    time: object?.time ?? "",
    local_time: object?.local_time ?? "",
    item: alert?.item ?? "",
    image_url: object?.image_url ?? "",
    alerts: digest.alerts.map((one) => alertObject(one, delivery.dataset, link)),
  };
}
