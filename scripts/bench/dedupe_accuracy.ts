// How many copies of photographs are found by their hashes, and how many pictures that are none.
import sharp from "sharp";
import { readHeader } from "../../runtime/image/header.ts";
import { openNativeCodec } from "../../runtime/image/native.ts";
import { hashBits, perceptualHash } from "../../runtime/image/phash.ts";
import { createRenderer, type Renderer } from "../../runtime/image/render.ts";
import { smallView } from "../../runtime/image/small_view.ts";
import { copies, originalsIn } from "./copies.ts";

export type Found = {
  readonly originals: number;
  /** Pairs of different pictures, copies of one side included. */
  readonly pairs: number;
  readonly hashes: readonly {
    readonly name: string;
    readonly recall: number;
    readonly wrong: number;
    readonly precision: number;
    readonly nearest: number;
  }[];
  readonly rows: readonly { readonly copy: string; readonly recall: readonly number[] }[];
};

/** One picture under one hash: the hash, and those of turned copies. */
type Hashed = readonly string[];
type Hashing = {
  readonly name: string;
  readonly radius: number;
  readonly of: (files: readonly string[]) => Promise<Hashed[]>;
};

/** Compares hashes on the photographs in folders. */
export async function compareHashes(folders: readonly string[]): Promise<Found> {
  const folder = await Deno.makeTempDir({ prefix: "framewright-bench-" });
  try {
    const files = await written(folders, folder);
    const hashings = await hashingsFor();
    const tables: Hashed[][][] = [];
    for (const hashing of hashings) {
      const table: Hashed[][] = [];
      for (const some of files) table.push(await hashing.of(some));
      tables.push(table);
    }
    return foundBy(hashings, tables);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Paths: first those of the originals, then of each kind of copy, in the same order. */
async function written(folders: readonly string[], folder: string): Promise<string[][]> {
  const paths = folders.flatMap((name) =>
    [...Deno.readDirSync(name)].flatMap((entry) => /\.jpe?g$/.test(entry.name) ? [`${name}/${entry.name}`] : []).sort()
  ).filter((path) => !/(truncated|exif|cmyk)/.test(path));
  const all: string[][] = [[], ...copies.map(() => [])];
  for (const path of paths) {
    for (const original of await originalsIn(await Deno.readFile(path))) {
      const name = `${folder}/${all[0]?.length}`;
      await Deno.writeFile(`${name}.jpg`, await sharp(original).jpeg({ quality: 92 }).toBuffer());
      all[0]?.push(`${name}.jpg`);
      const { width = 0, height = 0 } = await sharp(original).metadata();
      for (const [at, { make }] of copies.entries()) {
        await Deno.writeFile(`${name}-${at}.jpg`, await make(sharp(original), { width, height }).toBuffer());
        all[at + 1]?.push(`${name}-${at}.jpg`);
      }
    }
  }
  return all;
}

async function hashingsFor(): Promise<Hashing[]> {
  const renderer = createRenderer(await openNativeCodec(), { maxPixels: 1e8 });
  return [
    { name: "plain, 64 bits, radius 10", radius: 10, of: plainHashes },
    ...hashBits.map((bits): Hashing => ({
      name: `phash, ${bits} bits, radius ${bits === 64 ? 12 : 40}`,
      radius: bits === 64 ? 12 : 40,
      of: (files) => Promise.all(files.map((file) => ourHash(renderer, file, bits, "none"))),
    })),
    {
      name: "phash, 64 bits, flip",
      radius: 12,
      of: (files) => Promise.all(files.map((file) => ourHash(renderer, file, 64, "flip"))),
    },
  ];
}

async function ourHash(renderer: Renderer, file: string, bits: 64 | 256, orientations: "none" | "flip") {
  const bytes = await Deno.readFile(file);
  const image = { blob: { digest: file, size: bytes.length }, header: readHeader(bytes), edits: [] };
  const found = perceptualHash(await renderer.raster(bytes, smallView(image), "model"), { bits, orientations });
  return found === undefined ? [] : [found.hash, ...found.turned];
}

async function plainHashes(files: readonly string[]): Promise<Hashed[]> {
  const script = new URL("./dedupe_phash.py", import.meta.url).pathname;
  const child = new Deno.Command("/usr/bin/python3", { args: [script], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(files.map((file) => `${file}\n`).join("")));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("Cannot hash with Python: is python3-pil with numpy installed?");
  return new TextDecoder().decode(stdout).trimEnd().split("\n").map((hash) => [hash]);
}

function foundBy(hashings: readonly Hashing[], tables: readonly (readonly (readonly Hashed[])[])[]): Found {
  const originals = tables[0]?.[0]?.length ?? 0;
  const rates = hashings.map(({ name, radius }, which) => {
    const [first = [], ...others] = tables[which] ?? [];
    const recalls = others.map((some) => some.filter((one, at) => apart(one, first[at] ?? []) <= radius).length);
    const { pairs, wrong, nearest } = strangers(first, others, radius);
    const right = recalls.reduce((sum, one) => sum + one, 0);
    const precision = right / (right + wrong);
    return { name, recalls, recall: right / (originals * others.length), pairs, wrong, nearest, precision };
  });
  return {
    originals,
    pairs: rates[0]?.pairs ?? 0,
    hashes: rates.map(({ recalls: _, pairs: __, ...rate }) => rate),
    rows: copies.map(({ name }, at) => ({
      copy: name,
      recall: rates.map(({ recalls }) => (recalls[at] ?? 0) / originals),
    })),
  };
}

/** Each original with each other one, and with one kind of copy of it. */
function strangers(first: readonly Hashed[], others: readonly (readonly Hashed[])[], radius: number) {
  const result = { pairs: 0, wrong: 0, nearest: Infinity };
  for (const some of [first, ...others]) {
    for (let left = 0; left < first.length; left++) {
      for (let right = left + 1; right < first.length; right++) {
        const distance = apart(some[left] ?? [], first[right] ?? []);
        result.pairs++;
        if (distance <= radius) result.wrong++;
        result.nearest = Math.min(result.nearest, distance);
      }
    }
  }
  return result;
}

/** Bits in which the nearest of some hashes differs from the first of others; Infinity where there is none. */
function apart(some: Hashed, [other]: Hashed): number {
  if (other === undefined) return Infinity;
  return Math.min(...some.map((hash) => bitsApart(hash, other)));
}

const bitsOf = Array.from({ length: 16 }, (_, digit) => digit.toString(2).replaceAll("0", "").length);

function bitsApart(left: string, right: string): number {
  let apart = 0;
  for (let at = 0; at < left.length; at++) {
    apart += bitsOf[parseInt(left.charAt(at), 16) ^ parseInt(right.charAt(at), 16)] ?? 0;
  }
  return apart;
}
