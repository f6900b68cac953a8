// The geometry of edits: what size an image has after them, and which edits a request comes down to. Pure.
import { type Digest, digestOfJson } from "../contract/json.ts";
import type { Edit, Image, Rgb, Size } from "../contract/image.ts";

/** Size of the raster after `edits`, in pixels. */
export function sizeAfter(size: Size, edits: readonly Edit[]): Size {
  return edits.reduce(sizeAfterOne, size);
}

function sizeAfterOne(size: Size, edit: Edit): Size {
  switch (edit.op) {
    case "orient":
      return edit.value >= 5 ? { width: size.height, height: size.width } : size;
    case "resize":
    case "crop":
      return { width: edit.width, height: edit.height };
    case "pad":
      return { width: size.width + edit.left + edit.right, height: size.height + edit.top + edit.bottom };
    case "flip":
    case "grayscale":
      return size;
  }
}

/** Size of an image as its next reader sees it: upright, all edits applied, in pixels. */
export function sizeOf(image: Image): Size {
  return sizeAfter({ width: image.header.width, height: image.header.height }, image.edits);
}

/** Digest of the pixels' recipe: the blob and its edits. */
export function digestOfImage(image: Image): Digest {
  return digestOfJson({ blob: image.blob.digest, edits: image.edits });
}

/** The same image with more edits. Throws `RangeError` when one of them does not fit. */
export function edited(image: Image, ...edits: readonly Edit[]): Image {
  let size = sizeOf(image);
  for (const edit of edits) {
    checkEdit(size, edit);
    size = sizeAfterOne(size, edit);
  }
  return { ...image, edits: [...image.edits, ...edits] };
}

function checkEdit(size: Size, edit: Edit): void {
  const lengths = edit.op === "pad"
    ? [edit.left, edit.top, edit.right, edit.bottom]
    : edit.op === "crop"
    ? [edit.x, edit.y]
    : [];
  if (!lengths.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new RangeError(`Cannot ${edit.op}: ${lengths.join(", ")} are not all whole numbers from 0 up`);
  }
  if (edit.op === "resize" || edit.op === "crop") checkSize(edit.op, edit);
  if (edit.op === "crop" && (edit.x + edit.width > size.width || edit.y + edit.height > size.height)) {
    throw new RangeError(
      `Cannot crop ${edit.width}x${edit.height} at ${edit.x},${edit.y}: the image is ${size.width}x${size.height}`,
    );
  }
}

function checkSize(what: string, { width, height }: Size): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Cannot ${what} to ${width}x${height}: both must be whole numbers from 1 up`);
  }
}

export const fits = ["fill", "contain", "cover", "pad"] as const;
/** How an image meets a box: `fill` stretches, `contain` fits inside, `cover` fills and cuts, `pad` fits and adds a border. */
export type Fit = typeof fits[number];

/** The edits that bring an image of `size` into `box`. */
export function resizeEdits(size: Size, box: Size, fit: Fit, color: Rgb = [0, 0, 0]): Edit[] {
  if (fit === "fill") return resizeTo(size, box);
  const scale = (fit === "cover" ? Math.max : Math.min)(box.width / size.width, box.height / size.height);
  const scaled = {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
  if (fit === "contain") return resizeTo(size, scaled);
  if (fit === "cover") return [...resizeTo(size, scaled), ...cropTo(scaled, box, "center")];
  return [...resizeTo(size, scaled), ...padTo(scaled, box, color)];
}

function resizeTo(size: Size, to: Size): Edit[] {
  return size.width === to.width && size.height === to.height
    ? []
    : [{ op: "resize", width: to.width, height: to.height }];
}

function cropTo(size: Size, box: Size, anchor: Anchor): Edit[] {
  if (size.width === box.width && size.height === box.height) return [];
  return [{ op: "crop", ...anchored(size, box, anchor), width: box.width, height: box.height }];
}

function padTo(size: Size, box: Size, color: Rgb): Edit[] {
  if (size.width === box.width && size.height === box.height) return [];
  const { x, y } = anchored(box, size, "center");
  return [{
    op: "pad",
    left: x,
    top: y,
    right: box.width - size.width - x,
    bottom: box.height - size.height - y,
    color,
  }];
}

/** Where a box may sit: nine anchors, and the name that earlier requests use for the lower left corner. */
export const anchors = [
  "center",
  "top",
  "bottom",
  "left",
  "right",
  "top_left",
  "top_right",
  "bottom_left",
  "bottom_right",
  "left_down_center",
] as const;
export type Anchor = typeof anchors[number];

/** Top left corner of a box of size `inner` at an anchor of `outer`, in whole pixels. */
export function anchored(outer: Size, inner: Size, anchor: Anchor): { readonly x: number; readonly y: number } {
  const corner = anchor === "left_down_center" ? "bottom_left" : anchor;
  const spareX = outer.width - inner.width;
  const spareY = outer.height - inner.height;
  const x = corner.includes("left") ? 0 : corner.includes("right") ? spareX : Math.floor(spareX / 2);
  const y = corner.includes("top") ? 0 : corner.includes("bottom") ? spareY : Math.floor(spareY / 2);
  return { x, y };
}
