// Where one box comes from: the model that found it, however many versions ago, and the edits that moved it since.
import type { Box, Candidates, Detection } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Edit, Size } from "../contract/image.ts";
import { idOf } from "../contract/item.ts";
import type { Json } from "../contract/json.ts";
import type { BoundPlugin, InputVersion } from "../contract/version.ts";
import type { StoredItem } from "../engine/entry.ts";
import { iouOf, movedBox } from "../image/boxes.ts";
import { sizeOf } from "../image/edits.ts";
import { detectionsOf } from "../report/items.ts";
import { isMadeOf, type Story } from "./story.ts";
import { plain } from "./text.ts";

/** A box in one version. `edits` are those that this version added after the box was there. */
export type BoxPlace = {
  readonly dataset: string;
  readonly number: number;
  readonly id: string;
  /** Which of the item's boxes it is, from 1. */
  readonly box: number;
  readonly detection: Detection;
  readonly size: Size;
  readonly edits: readonly Edit[];
};

/** What the step saw: the picture with these edits, and what the model said before anything was left out. */
export type BoxFinding = {
  readonly step: BoundPlugin;
  readonly score: number;
  readonly box: Box;
  readonly size: Size;
  readonly edits: readonly Edit[];
};

/** `places` from the version that was asked for to the one in which the box was found, or as far as is known. */
export type BoxStory = {
  readonly places: readonly BoxPlace[];
  readonly found?: BoxFinding;
  /** The version that should know more, and is no longer in the store. */
  readonly gone?: InputVersion;
};

/** The story of the `box`th box of an item. Throws `InputError` where that is not one box of one item. */
export function boxStoryOf(story: Story, box: number): BoxStory {
  const { items, name: { key } } = story;
  const [item] = items;
  if (item === undefined || items.length > 1) {
    const ids = items.slice(0, 5).map(({ child }) => `"${plain(idOf({ key, child }))}"`).join(", ");
    const what = item === undefined
      ? "no item of it was kept"
      : `it stands for ${items.length} items; name one: ${ids}`;
    throw new InputError(`Cannot tell of a box of "${plain(idOf({ key, child: story.name.child ?? "" }))}": ${what}`);
  }
  const boxes = boxesOf(key, item);
  const detection = boxes[box - 1];
  if (detection !== undefined) return traced(story, item, detection, box);
  const there = boxes.length === 0
    ? "it has none"
    : `it has ${boxes.length === 1 ? "one, box 1" : `${boxes.length}, from 1 to ${boxes.length}`}`;
  throw new InputError(`Cannot tell of box ${box} of "${plain(idOf({ key, child: item.child }))}": ${there}`);
}

function boxesOf(key: string, { child, image, facts }: Pick<StoredItem, "child" | "image" | "facts">) {
  return detectionsOf({ key, child, image, facts });
}

function traced(story: Story, item: StoredItem, detection: Detection, box: number): BoxStory {
  const { dataset, number, name: { key }, trace } = story;
  const place = { dataset, number, id: idOf({ key, child: item.child }), box, detection, size: sizeOf(item.image) };
  const found = findingOf(story, item, detection);
  if (found !== undefined) return { places: [{ ...place, edits: item.image.edits.slice(found.edits.length) }], found };
  const before = trace.record.items?.find((one) => isMadeOf(item.child, one));
  if (before === undefined) return { places: [{ ...place, edits: item.image.edits }] };
  const edits = item.image.edits.slice(before.image.edits.length);
  const above = boxesOf(key, before);
  const at = likest(above, detection, (one) => movedBox(one.box, sizeOf(before.image), edits, 0));
  const here = { ...place, edits };
  const match = above[at];
  const up = story.upstream.find(({ input }) => input.dataset === before.from.dataset);
  if (match === undefined || up === undefined) return { places: [here] };
  const source = up.story?.items.find(({ child }) => child === before.child);
  if (up.story === undefined || source === undefined) return { places: [here], gone: up.input };
  const rest = traced(up.story, source, match, at + 1);
  return { ...rest, places: [here, ...rest.places] };
}

/** What the last step with a model found where the box is now; `undefined` when no step of this version did. */
function findingOf(
  { trace, provenance }: Story,
  item: StoredItem,
  { box, score = 0 }: Detection,
): BoxFinding | undefined {
  for (const step of provenance.steps.toReversed()) {
    const stage = trace.stages.find(({ column }) => column.name === `${step.id} raw`);
    const seen = stage?.entry.items.find(({ child }) => child === "" || isMadeOf(item.child, { child }));
    if (step.model === undefined || seen === undefined || !areCandidates(seen.raw)) continue;
    const size = sizeOf(seen.image);
    const edits = item.image.edits.slice(seen.image.edits.length);
    const found = detectionsIn(seen.raw);
    const match = found[likest(found, { label: "", box, score }, (one) => movedBox(one.box, size, edits, 0))];
    if (match !== undefined) return { step, score: match.score, box: match.box, size, edits: seen.image.edits };
  }
  return undefined;
}

function areCandidates(raw: Json | undefined): raw is Candidates {
  if (typeof raw !== "object" || raw === null || !("boxes" in raw)) return false;
  return Array.isArray(raw.boxes) && "scores" in raw && Array.isArray(raw.scores);
}

function detectionsIn({ scores, boxes }: Candidates) {
  return scores.map((score, at) => {
    const [left = 0, top = 0, width = 0, height = 0] = boxes.slice(4 * at, 4 * at + 4);
    const box: Box = [left / 100, top / 100, width / 100, height / 100];
    return { label: "", score: score / 10_000, box };
  });
}

/** Index of the one that lies where `wanted` is, after it was moved; an equal score and label settle what is near. -1
 *  when none does. */
function likest<T extends Detection>(
  all: readonly T[],
  wanted: Detection,
  moved: (one: T) => Box | undefined,
): number {
  let best = -1;
  let bestLikeness = 0.5;
  for (const [at, one] of all.entries()) {
    const box = moved(one);
    if (box === undefined) continue;
    const agreeing = Number(one.score === wanted.score) + Number(one.label === wanted.label) / 2;
    const shared = iouOf(box, wanted.box);
    if (shared > 0.5 && shared + agreeing > bestLikeness) [best, bestLikeness] = [at, shared + agreeing];
  }
  return best;
}
