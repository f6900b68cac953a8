// Which edits are done while a file is decoded. Pure.
import type { Edit, Size } from "../contract/image.ts";
import type { Box, FileSource } from "./codec.ts";
import { composed, storedBox, turnedSize, turnNumberOf } from "./turns.ts";

/** What a decoder is asked to do besides decoding. */
export type Decoding = Pick<FileSource, "crop" | "resize" | "keep" | "turn">;

/** How many edits at the start belong to decoding by definition: a resize, with an orientation before it or alone.
 *
 *  A decoder scales while it decodes, so its pixels are not those of decoding first and scaling then. Whether a resize
 *  is done there must therefore follow from what stands before it alone, never from what stands after it or from
 *  which other images are rendered at the same time. */
export function headLength(edits: readonly Edit[]): number {
  const [first, second] = edits;
  if (first?.op === "resize") return 1;
  return first?.op === "orient" && second?.op === "resize" ? 2 : 0;
}

/** The decoding that does the first `headLength` edits, 0 included. */
export function decodingOfHead(head: readonly Edit[]): Decoding {
  const turn = head[0]?.op === "orient" ? head[0].value : 1;
  const resize = head.find((edit) => edit.op === "resize");
  if (resize === undefined) return { turn };
  const { op: _, ...asked } = resize;
  return { turn, resize: { ...asked, ...turnedSize(turn, resize) } };
}

/** How many of these edits, the first after an empty head, a decoder can do on its way: those that only cut and turn. */
export function exactLength(edits: readonly Edit[]): number {
  const other = edits.findIndex((edit) => edit.op !== "crop" && turnNumberOf(edit) === undefined);
  return other < 0 ? edits.length : other;
}

/** The decoding that cuts and turns as these edits do. `size` is that of the stored raster. */
export function decodingOfExact(size: Size, edits: readonly Edit[]): Decoding {
  let box: Box | undefined;
  let turn = 1;
  for (const edit of edits) {
    if (edit.op === "crop") {
      const inner = storedBox(turn, box ?? size, edit);
      box = { ...inner, x: inner.x + (box?.x ?? 0), y: inner.y + (box?.y ?? 0) };
    } else turn = composed(turn, turnNumberOf(edit) ?? 1);
  }
  return box === undefined ? { turn } : { turn, crop: box };
}

/** Size of what a decoding of a file with rasters of `size` gives. */
export function decodedSize(size: Size, { crop, resize, keep, turn }: Decoding): Size {
  return turnedSize(turn, keep ?? resize ?? crop ?? size);
}

/** The same decoding of no more than these lists of edits, which come next, will use: what all their first crops lie in. */
export function trimmed(decoding: Decoding, next: readonly (readonly Edit[])[]): Decoding {
  const crops = next.flatMap(([edit]) => edit?.op === "crop" ? [edit] : []);
  if (decoding.resize === undefined || decoding.turn !== 1 || crops.length < next.length) return decoding;
  const width = Math.max(...crops.map((crop) => crop.x + crop.width));
  const height = Math.max(...crops.map((crop) => crop.y + crop.height));
  return { ...decoding, keep: { width, height } };
}

/** The same edits, less those that do nothing, and with a crop of a crop as one. */
export function simplified(edits: readonly Edit[]): readonly Edit[] {
  const result: Edit[] = [];
  for (const edit of edits) {
    const last = result.at(-1);
    if (edit.op === "crop" && last?.op === "crop") {
      result[result.length - 1] = { ...edit, x: last.x + edit.x, y: last.y + edit.y };
    } else if (edit.op !== "orient" || edit.value !== 1) result.push(edit);
  }
  return result;
}

/** How many edits all of these lists start with in common. */
export function commonLength(lists: readonly (readonly Edit[])[]): number {
  const [first = [], ...others] = lists;
  const differing = first.findIndex((edit, index) => {
    const key = keyOf([edit]);
    return others.some((list) => keyOf(list.slice(index, index + 1)) !== key);
  });
  return differing < 0 ? first.length : differing;
}

/** A text that is the same for the same edits. */
export function keyOf(edits: readonly Edit[]): string {
  return edits.map((edit) => `${edit.op} ${valuesOf(edit).join(" ")}`).join();
}

function valuesOf(edit: Edit): readonly (number | string)[] {
  switch (edit.op) {
    case "orient":
      return [edit.value];
    case "resize":
      return [edit.width, edit.height, edit.filter ?? "lanczos"];
    case "crop":
      return [edit.x, edit.y, edit.width, edit.height];
    case "flip":
      return [edit.axis];
    case "pad":
      return [edit.left, edit.top, edit.right, edit.bottom, ...edit.color];
    case "grayscale":
      return [];
  }
}
