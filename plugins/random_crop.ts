import {
  boxOptions,
  defineItemStep,
  drop,
  type Item,
  many,
  type Size,
  sizeOf,
  type Verdict,
  withEdits,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  width: z.int().min(1).optional().describe("Width of each piece in pixels"),
  height: z.int().min(1).optional().describe("Height of each piece in pixels"),
  ratio: z.number().gt(0).max(1).optional().describe(
    "In place of width and height: the sides of each piece as a part of the image's, such as 0.8",
  ),
  count: z.int().min(1).max(1000).default(1).describe("How many pieces to cut out of each image"),
  overlap: z.boolean().default(false).describe("Whether pieces may share pixels"),
  ...boxOptions,
}).refine(
  ({ width, height, ratio }) =>
    (width === undefined) === (ratio !== undefined) && (height === undefined) === (ratio !== undefined),
  "give a width and a height, or a ratio",
);
type Options = z.output<typeof options>;
/** What is asked for of an image of a certain size. */
type Asked = Size & Pick<Options, "count" | "overlap">;

type Corner = { readonly x: number; readonly y: number };
type Random = () => number;

/** Cuts pieces out of every image at places that depend on the item, the step and the seed alone. Where the pieces are
 *  stays in the edits of each image. */
export default defineItemStep({
  name: "random_crop",
  version: 2,
  summary: "Cuts several pieces out of the image at random places",
  blind: true,
  options,
  examples: [
    {
      title: "cuts as many as asked",
      with: { width: 20, height: 20, count: 3 },
      size: [64, 48],
      expect: { many: ["crop1", "crop2", "crop3"] },
    },
    {
      title: "cuts as many as fit",
      with: { width: 30, height: 40, count: 3 },
      size: [64, 48],
      expect: { many: ["crop1", "crop2"] },
    },
    { title: "cuts a part of each side", with: { ratio: 0.8 }, size: [64, 48], expect: { many: ["crop1"] } },
    { title: "leaves no side without a pixel", with: { ratio: 0.01 }, size: [9, 9], expect: { many: ["crop1"] } },
    {
      title: "drops an image with no room for one",
      with: { width: 80, height: 80 },
      size: [64, 48],
      expect: { drop: "too_small" },
    },
  ],
  open: (given, host) => ({ each: (item) => cropped(item, given, host.random(item)) }),
});

function cropped(item: Item, given: Options, random: Random): Verdict {
  const size = sizeOf(item.image);
  const asked = { ...given, ...pieceOf(size, given) };
  const corners = placesFor(size, asked, random);
  if (corners.length === 0) return drop("too_small", `The image is ${textOf(size)}, a piece ${textOf(asked)}`);
  const { width, height } = asked;
  const children = corners.map((corner, index) => ({
    name: `crop${index + 1}`,
    item: withEdits(item, [{ op: "crop", ...corner, width, height }], given.min_visible),
  }));
  const missing = corners.length < asked.count;
  const note = `asked for ${asked.count} crops, placed ${corners.length}: no more of ${textOf(asked)} fit ${
    textOf(size)
  }`;
  return many(children, missing ? [note] : undefined);
}

function pieceOf(size: Size, { width = 1, height = 1, ratio }: Options): Size {
  if (ratio === undefined) return { width, height };
  return { width: Math.max(1, Math.round(size.width * ratio)), height: Math.max(1, Math.round(size.height * ratio)) };
}

function textOf({ width, height }: Size): string {
  return `${width}x${height}`;
}

function placesFor(size: Size, asked: Asked, random: Random): readonly Corner[] {
  const columns = Math.floor(size.width / asked.width);
  const rows = Math.floor(size.height / asked.height);
  if (columns === 0 || rows === 0) return [];
  const anywhere = () => ({
    x: Math.floor(random() * (size.width - asked.width + 1)),
    y: Math.floor(random() * (size.height - asked.height + 1)),
  });
  if (asked.overlap) return Array.from({ length: asked.count }, anywhere);
  // No arrangement of equal upright pieces holds more of them than the grid does.
  const count = Math.min(asked.count, columns * rows);
  return scattered(asked, count, anywhere) ?? onGrid(size, asked, count, { columns, rows }, random);
}

const triesForAll = 8;
const triesForOne = 40;

/** Places found by trying at random, or nothing when it gets crowded. */
function scattered(piece: Size, count: number, anywhere: () => Corner): readonly Corner[] | undefined {
  for (let attempt = 0; attempt < triesForAll; attempt++) {
    const placed: Corner[] = [];
    while (placed.length < count) {
      const corner = freeCorner(piece, placed, anywhere);
      if (corner === undefined) break;
      placed.push(corner);
    }
    if (placed.length === count) return placed;
  }
  return undefined;
}

function freeCorner(piece: Size, placed: readonly Corner[], anywhere: () => Corner): Corner | undefined {
  for (let attempt = 0; attempt < triesForOne; attempt++) {
    const corner = anywhere();
    if (!placed.some((other) => overlaps(piece, corner, other))) return corner;
  }
  return undefined;
}

function overlaps({ width, height }: Size, one: Corner, other: Corner): boolean {
  return Math.abs(one.x - other.x) < width && Math.abs(one.y - other.y) < height;
}

type Grid = { readonly columns: number; readonly rows: number };

/** Some cells of a grid, with the room that is left spread at random between its rows and within each row. */
function onGrid(size: Size, piece: Size, count: number, { columns, rows }: Grid, random: Random): readonly Corner[] {
  const tops = spread(size.height, piece.height, rows, random);
  const cells = tops.flatMap((y) => spread(size.width, piece.width, columns, random).map((x) => ({ x, y })));
  return shuffled(cells, random).slice(0, count);
}

/** Starts of `count` pieces of a length that do not overlap, ascending. */
function spread(whole: number, length: number, count: number, random: Random): number[] {
  const spare = whole - length * count;
  const gaps = Array.from({ length: count }, () => Math.floor(random() * (spare + 1)));
  return gaps.sort((left, right) => left - right).map((gap, index) => gap + length * index);
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const ranked = values.map((value) => ({ value, rank: random() }));
  return ranked.sort((left, right) => left.rank - right.rank).map(({ value }) => value);
}
