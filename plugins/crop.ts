import {
  anchored,
  anchors,
  boxOptions,
  defineItemStep,
  type Item,
  keep,
  reject,
  type Size,
  sizeOf,
  type Verdict,
  withEdits,
  z,
} from "../runtime/plugin.ts";

const share = /^(?!0+(?:\.0+)?%)(?:100|\d{1,2}(?:\.\d{1,6})?)%$/;
const length = z.union([z.int().min(1), z.string().regex(share, 'write a share as "50%", above 0 and up to 100')]);
const options = z.strictObject({
  width: length.describe('Width of the piece: pixels, or a share of the image such as "50%"'),
  height: length.describe('Height of the piece: pixels, or a share of the image such as "50%"'),
  anchor: z.enum(anchors).default("center")
    .describe("Where the piece sits; `left_down_center` is another name for `bottom_left`"),
  x: z.int().default(0).describe("Pixels to move the piece to the right of its anchor; negative to the left"),
  y: z.int().default(0).describe("Pixels to move the piece down from its anchor; negative up"),
  too_small: z.enum(["reject", "keep", "shrink"]).default("reject").describe(
    "What becomes of an image that is smaller than the piece: `reject` it, `keep` it uncropped, or `shrink` the piece " +
      "to what there is",
  ),
  ...boxOptions,
});
type Options = z.output<typeof options>;

/** Cuts one piece out of every image. */
export default defineItemStep({
  name: "crop",
  version: 2,
  summary: "Cuts one piece out of the image",
  blind: true,
  options,
  examples: [
    { title: "cuts to pixels", with: { width: 40, height: 30 }, size: [64, 48], expect: { size: [40, 30] } },
    { title: "cuts to a share", with: { width: "50%", height: "25%" }, size: [64, 48], expect: { size: [32, 12] } },
    {
      title: "rejects an image that is smaller",
      with: { width: 80, height: 30 },
      size: [64, 48],
      expect: { reject: "too_small" },
    },
    {
      title: "shrinks to the image",
      with: { width: 80, height: 30, too_small: "shrink" },
      size: [64, 48],
      expect: { size: [64, 30] },
    },
    {
      title: "keeps an image that is smaller",
      with: { width: 80, height: 30, too_small: "keep" },
      size: [64, 48],
      expect: { size: [64, 48] },
    },
  ],
  open: (asked) => ({ each: (item) => cropped(item, asked) }),
});

function cropped(item: Item, asked: Options): Verdict {
  const size = sizeOf(item.image);
  const piece = { width: pixelsOf(asked.width, size.width), height: pixelsOf(asked.height, size.height) };
  if (piece.width <= size.width && piece.height <= size.height) return cutOut(item, size, piece, asked);
  if (asked.too_small === "keep") return keep(item);
  if (asked.too_small === "reject") return reject("too_small", tooSmall(size, piece));
  const shrunk = { width: Math.min(piece.width, size.width), height: Math.min(piece.height, size.height) };
  return cutOut(item, size, shrunk, asked);
}

/** A share is rounded to whole pixels, one at least. */
function pixelsOf(length: Options["width"], whole: number): number {
  return typeof length === "number" ? length : Math.max(1, Math.round(whole * Number.parseFloat(length) / 100));
}

function cutOut(item: Item, size: Size, piece: Size, { anchor, x, y, min_visible }: Options): Verdict {
  const corner = anchored(size, piece, anchor);
  const wanted = { x: corner.x + x, y: corner.y + y };
  const placed = { x: within(wanted.x, size.width - piece.width), y: within(wanted.y, size.height - piece.height) };
  const cut = withEdits(item, [{ op: "crop", ...placed, ...piece }], min_visible);
  const moved = placed.x !== wanted.x || placed.y !== wanted.y;
  const note = `cut at ${placed.x},${placed.y} instead of ${wanted.x},${wanted.y}, which lies outside the image`;
  return keep(cut, moved ? [note] : undefined);
}

function within(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

function tooSmall(size: Size, piece: Size): string {
  return `The image is ${size.width}x${size.height}, the piece to cut out ${piece.width}x${piece.height}`;
}
