// Editing an item: its image, and with it the facts that hold places in the image. Pure.
import type { Box } from "../contract/detection.ts";
import type { Edit, Size } from "../contract/image.ts";
import { type Item, movingFacts } from "../contract/item.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import { movedBox } from "./boxes.ts";
import { edited, sizeOf } from "./edits.ts";

/** The item with edits to its image, and its boxes where they are then: clipped to the image, and left out where less
 *  than the share `minVisible` of one is still to be seen. Throws `RangeError` when an edit does not fit. */
export function withEdits(item: Item, edits: readonly Edit[], minVisible = 0): Item {
  const size = sizeOf(item.image);
  const moved = movingFacts.flatMap((name) => {
    const fact = item.facts[name];
    return Array.isArray(fact) ? [[name, fact.flatMap((entry) => movedEntry(entry, size, edits, minVisible))]] : [];
  });
  const image = edited(item.image, ...edits);
  return { ...item, image, facts: { ...item.facts, ...Object.fromEntries(moved) } };
}

/** What has no box stays as it is: whoever reads the fact says what is wrong with it. */
function movedEntry(entry: Json, size: Size, edits: readonly Edit[], minVisible: number): Json[] {
  if (!hasBox(entry)) return [entry];
  const moved = movedBox(entry.box, size, edits, minVisible);
  return moved === undefined ? [] : [{ ...entry, box: moved.map(hundredths) }];
}

function hasBox(entry: Json): entry is JsonObject & { readonly box: Box } {
  if (typeof entry !== "object" || entry === null || !("box" in entry) || !Array.isArray(entry.box)) return false;
  return entry.box.length === 4 && entry.box.every((value) => typeof value === "number");
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
