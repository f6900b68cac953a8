// What was found in images, as text for people and as data. Pure.
import type { Detection } from "../contract/detection.ts";
import type { Item, LedgerLine, Loss } from "../contract/item.ts";
import { sizeOf } from "../image/edits.ts";
import { detectionsOf } from "../report/items.ts";
import { labelCounts } from "../report/labels.ts";
import type { Paint } from "./paint.ts";
import { count, fitted, padded, plain, plural, widthOf } from "./text.ts";

/** One image, named by its path below the folder that was looked through: boxes best first. Size in pixels, upright. */
export type Found = {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly detections: readonly Detection[];
};

export function foundIn(item: Item): Found {
  return { image: item.key, ...sizeOf(item.image), detections: detectionsOf(item) };
}

/** One image that could not be looked at. */
export type Refused = { readonly image: string; readonly reason: string; readonly detail?: string };

/** `undefined` for a record that was looked at. */
export function refusedIn({ key, verdict, losses }: LedgerLine): Refused | undefined {
  if (verdict === "kept") return undefined;
  const [loss]: readonly Partial<Loss>[] = losses;
  const { reason = verdict, detail } = loss ?? {};
  return { image: key, reason, ...(detail === undefined ? {} : { detail }) };
}

/** Sums over all images. `widest`: columns of the longest name of an image. */
export type Totals = {
  readonly images: number;
  readonly objects: number;
  /** Objects by label, most first. */
  readonly labels: readonly (readonly [label: string, count: number])[];
  readonly widest: { readonly image: number; readonly found: number };
};

export async function totalsOf(all: AsyncIterable<Found>): Promise<Totals> {
  const counts = new Map<string, number>();
  const widest = { image: 0, found: 0 };
  let images = 0;
  for await (const found of all) {
    images++;
    for (const { label } of found.detections) counts.set(label, (counts.get(label) ?? 0) + 1);
    widest.image = Math.max(widest.image, widthOf(plain(found.image)));
    widest.found = Math.max(widest.found, widthOf(countsText(found)));
  }
  const labels = [...counts].sort(([, left], [, right]) => right - left);
  return { images, objects: labels.reduce((sum, [, times]) => sum + times, 0), labels, widest };
}

/** `3 person, 1 dog`. */
function countsText({ detections }: Pick<Found, "detections">): string {
  return listOf(labelCounts(detections)) || "nothing";
}

function listOf(counts: readonly (readonly [label: string, count: number])[]): string {
  return counts.map(([label, times]) => `${count(times)} ${plain(label)}`).join(", ");
}

/** Columns beside name and counts: the best score and the gaps. */
const otherColumns = "  best 0.00  ".length + 2;

/** One line an image, of at most `width` columns, with all columns below each other. */
export function foundLine(found: Found, { widest }: Totals, width: number, paint: Paint): string {
  const best = found.detections[0]?.score;
  const nameWidth = Math.min(widest.image, Math.max(20, Math.floor(width / 2), width - otherColumns - widest.found));
  const foundWidth = Math.max(7, Math.min(widest.found, width - nameWidth - otherColumns));
  const text = padded(fitted(countsText(found), foundWidth), foundWidth);
  const shown = found.detections.length === 0 ? paint.dim(text) : text;
  const score = best === undefined ? "" : `  ${paint.dim("best")} ${best.toFixed(2)}`;
  return `  ${padded(fitted(plain(found.image), nameWidth), nameWidth)}  ${shown}${score}`.trimEnd();
}

/** One line for an image that could not be looked at. */
export function refusedLine({ image, reason, detail = "" }: Refused, width: number, paint: Paint): string {
  const name = fitted(plain(image), Math.max(20, Math.floor(width / 3)));
  const rest = fitted(plain(detail), Math.max(0, width - widthOf(name) - reason.length - 6));
  return `  ${name}  ${paint.red(plain(reason))}  ${rest}`.trimEnd();
}

/** `12 images, 31 objects: 20 person, 11 car`. */
export function totalsText({ images, objects, labels }: Totals): string {
  const most = 12;
  const shown = listOf(labels.slice(0, most)) + (labels.length > most ? ", …" : "");
  return `${plural(images, "image")}, ${plural(objects, "object")}${shown === "" ? "" : `: ${shown}`}`;
}
