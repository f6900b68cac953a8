// How far apart two backends are on photographs.
import type { Backend, Candidates } from "../../runtime/contract/detection.ts";
import type { Size } from "../../runtime/contract/image.ts";
import { siftCandidates } from "../../runtime/detect/sift.ts";
import { sizeOf } from "../../runtime/image/edits.ts";
import { assetPath } from "../assets.ts";
import { withDetectors } from "./detecting.ts";

/** Asked of every backend: the same boxes with scores within this, corners within this many pixels. */
export const tolerance = { score: 1e-3, corner: 0.5 };

export const parityModels = ["yolox-nano", "nanodet-m", "deimv2-atto"] as const;

export function photoNames(): string[] {
  return [...Deno.readDirSync(assetPath("photos/images"))].map(({ name }) => name).sort();
}

/** What was found on each photo, and how it is to be sifted. */
export type Findings = {
  readonly labels: readonly string[];
  readonly minScore: number;
  readonly iou: number;
  readonly photos: readonly { readonly size: Size; readonly candidates: Candidates }[];
};

export async function findOnPhotos(model: string, backend: Backend, photos: readonly string[]): Promise<Findings> {
  const findings: Findings[] = [];
  const never = new AbortController().signal;
  await withDetectors({ weights: assetPath("models") }, async ({ detectors, imageOf }) => {
    const detector = await detectors.open({
      model,
      backend,
      floor: 0.05,
      ...(backend === "webgpu" ? { sessions: 1 } : {}),
    }, never);
    const found = await Promise.all(photos.map(async (name) => {
      const image = imageOf(await Deno.readFile(assetPath(`photos/images/${name}`)));
      return { size: sizeOf(image), candidates: await detector.find(image, never) };
    }));
    findings.push({ labels: detector.plan.labels, ...detector.plan.defaults, photos: found });
    await detector.close();
  });
  const [first] = findings;
  if (first === undefined) throw new TypeError(`Cannot find anything with "${model}"`);
  return first;
}

export type Difference = {
  /** Detections that have a partner. */
  readonly pairs: number;
  /** Descriptions of those that have none, by photo. */
  readonly alone: readonly string[];
  /** The largest between partners. */
  readonly score: number;
  /** In pixels of the photo. */
  readonly corner: number;
};

/** Compares detections both ways. One whose score is at the limit may be missing on the other side: whether it counts is
 *  settled by less than the tolerance. */
export function differenceOf(left: Findings, right: Findings): Difference {
  const alone: string[] = [];
  const most = { score: 0, corner: 0 };
  let pairs = 0;
  for (const [from, to] of [[left, right], [right, left]] as const) {
    from.photos.forEach((_, at) => {
      const partners = detectionsOf(to, at, to.minScore - tolerance.score);
      for (const one of detectionsOf(from, at, from.minScore + tolerance.score)) {
        const partner = nearest(one, partners);
        if (partner === undefined) alone.push(`photo ${at}: ${one.label} ${one.score} at ${one.box}`);
        else {
          pairs++;
          most.score = Math.max(most.score, Math.abs(one.score - partner.score));
          most.corner = Math.max(most.corner, cornersApart(one.box, partner.box));
        }
      }
    });
  }
  return { pairs, alone, ...most };
}

type Found = { readonly label: string; readonly score: number; readonly box: readonly number[] };

function detectionsOf({ photos, labels, iou }: Findings, at: number, minScore: number): readonly Found[] {
  const photo = photos[at];
  if (photo === undefined) return [];
  const options = { minScore, iou, perClass: true, most: 300 };
  return siftCandidates(photo.candidates, labels, photo.size, options)
    .map(({ label, score = 0, box: [x, y, width, height] }) => ({ label, score, box: [x, y, x + width, y + height] }));
}

/** Of the same label and overlapping place. */
function nearest({ label, box }: Found, others: readonly Found[]): Found | undefined {
  const near = others.filter((other) => other.label === label && cornersApart(box, other.box) < 5);
  return near.sort((a, b) => cornersApart(box, a.box) - cornersApart(box, b.box))[0];
}

function cornersApart(left: readonly number[], right: readonly number[]): number {
  return Math.max(...left.map((value, at) => Math.abs(value - (right[at] ?? Infinity))));
}
