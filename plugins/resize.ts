import {
  anchored,
  boxOptions,
  defineItemStep,
  type Edit,
  fits,
  type Item,
  keep,
  reject,
  resizeEdits,
  type Rgb,
  type Size,
  sizeAfter,
  sizeOf,
  type Verdict,
  withEdits,
  z,
} from "../runtime/plugin.ts";

const side = z.int().min(1).max(16_384);
/** The longest side that JPEG can hold; a very thin image would pass it when it is scaled to a width. */
const longestSide = 65_535;

const options = z.strictObject({
  width: side.optional().describe("Width in pixels; when absent it follows from the height"),
  height: side.optional().describe("Height in pixels; when absent it follows from the width"),
  fit: z.enum(fits).default("fill").describe(
    "`fill` stretches to the size, `contain` fits inside it, `cover` fills it and cuts what sticks out, `pad` fits " +
      "inside it and adds a border; only matters when both width and height are given",
  ),
  color: z.tuple([byte(), byte(), byte()]).default([0, 0, 0])
    .describe("Colour of the border of `pad`: red, green, blue, each 0 to 255"),
  enlarge: z.boolean().default(true)
    .describe(
      "Whether images may become larger; when false, no image is scaled up, and it may stay smaller than asked",
    ),
  ...boxOptions,
}).refine(({ width, height }) => width !== undefined || height !== undefined, "give a width, a height or both");
type Options = z.output<typeof options>;

function byte() {
  return z.int().min(0).max(255);
}

/** Brings every image to a size. */
export default defineItemStep({
  name: "resize",
  version: 2,
  summary: "Brings the image to a size in pixels",
  blind: true,
  options,
  examples: [
    { title: "stretches", with: { width: 30, height: 30 }, size: [64, 48], expect: { size: [30, 30] } },
    { title: "keeps the ratio for one side", with: { width: 32 }, size: [64, 48], expect: { size: [32, 24] } },
    {
      title: "fits inside",
      with: { width: 32, height: 32, fit: "contain" },
      size: [64, 48],
      expect: { size: [32, 24] },
    },
    {
      title: "fills and cuts",
      with: { width: 32, height: 32, fit: "cover" },
      size: [64, 48],
      expect: { size: [32, 32] },
    },
    { title: "adds a border", with: { width: 32, height: 32, fit: "pad" }, size: [64, 48], expect: { size: [32, 32] } },
    { title: "rejects a hair line", with: { width: 640 }, size: [1, 600], expect: { reject: "too_elongated" } },
    { title: "does not enlarge", with: { width: 640, enlarge: false }, size: [64, 48], expect: { size: [64, 48] } },
  ],
  open: (asked) => ({ each: (item) => resized(item, asked) }),
});

function resized(item: Item, asked: Options): Verdict {
  const size = sizeOf(item.image);
  const edits = editsFor(size, asked);
  const tooLong = edits.find((edit) => edit.op === "resize" && Math.max(edit.width, edit.height) > longestSide);
  if (tooLong === undefined) return keep(withEdits(item, edits, asked.min_visible));
  const { width, height } = sizeAfter(size, [tooLong]);
  return reject("too_elongated", `Scaling ${size.width}x${size.height} would make it ${width}x${height}`);
}

function editsFor(size: Size, asked: Options): Edit[] {
  const box = boxOf(size, asked);
  if (asked.enlarge) return resizeEdits(size, box, asked.fit, asked.color);
  const within = { width: Math.min(box.width, size.width), height: Math.min(box.height, size.height) };
  if (asked.fit !== "pad") return resizeEdits(size, within, asked.fit);
  const edits = resizeEdits(size, within, "contain");
  return [...edits, ...borderAround(sizeAfter(size, edits), box, asked.color)];
}

function boxOf(size: Size, { width, height }: Options): Size {
  const ratio = size.width / size.height;
  return {
    width: width ?? Math.max(1, Math.round((height ?? size.height) * ratio)),
    height: height ?? Math.max(1, Math.round((width ?? size.width) / ratio)),
  };
}

function borderAround(size: Size, box: Size, color: Rgb): Edit[] {
  const { x: left, y: top } = anchored(box, size, "center");
  const right = box.width - size.width - left;
  const bottom = box.height - size.height - top;
  return left + top + right + bottom === 0 ? [] : [{ op: "pad", left, top, right, bottom, color }];
}
