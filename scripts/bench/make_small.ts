// Makes many small, distinct JPEGs: a few kilobytes each, a thousand to a folder.
//   deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys scripts/bench/make_small.ts <folder> [count]
import { availableParallelism } from "node:os";
import sharp from "sharp";
import { numbersOf } from "../../runtime/contract/random.ts";

const noise = { width: 8, height: 6, channels: 3 } as const;
const size = { width: 96, height: 72 };

/** Makes `first` to `first + count - 1`, the same bytes for the same number every time; what is there stays. */
export async function makeSmall(folder: string, count: number, first = 0): Promise<void> {
  sharp.concurrency(1);
  let next = first;
  const lane = async () => {
    while (next < first + count) await makeOne(folder, next++);
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane));
}

async function makeOne(folder: string, number: number): Promise<void> {
  const path = `${folder}/${smallName(number)}`;
  const random = numbersOf(`small ${number}`);
  const raw = Uint8Array.from(
    { length: noise.width * noise.height * noise.channels },
    () => Math.floor(random() * 256),
  );
  const bytes = await sharp(raw, { raw: noise }).resize(size).jpeg({ quality: 80 }).toBuffer();
  try {
    Deno.writeFileSync(path, bytes);
  } catch {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeFileSync(path, bytes);
  }
}

export function smallName(number: number): string {
  return `${String(Math.floor(number / 1000)).padStart(3, "0")}/${String(number).padStart(6, "0")}.jpg`;
}

if (import.meta.main) {
  const [folder, count = "1000"] = Deno.args;
  if (folder === undefined) throw new Error("Cannot make images: no folder was given");
  await makeSmall(folder, Number(count));
}
