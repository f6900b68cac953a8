// Makes distinct photographs of about one megapixel from a few, by shifting, scaling and mirroring.
//   deno run --allow-read --allow-write --allow-env --allow-ffi --allow-sys scripts/bench/make_photos.ts <folder> [count]
import { availableParallelism } from "node:os";
import sharp from "sharp";
import { numbersOf } from "../../runtime/contract/random.ts";
import { assetPath } from "../../tests/assets.ts";

const size = { width: 1200, height: 850 };
const quality = 88;
/** The window shows at least this share of what it could show at most, in both directions. */
const leastShare = 0.7;

/** Writes `first` to `first + count - 1`; the same number gives the same bytes every time. */
export async function makePhotos(folder: string, count: number, first = 1): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const sources = [...filesIn(assetPath("racing")), ...filesIn(assetPath("photos/images"))];
  if (sources.length === 0) throw new Error(`Cannot make photographs: there are none in "${assetPath("")}"`);
  sharp.concurrency(1);
  let next = first;
  const lane = async () => {
    while (next < first + count) {
      const number = next++;
      await makePhoto(sources[number % sources.length] ?? "", number, `${folder}/${photoName(number)}`);
    }
  };
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, lane));
}

/** A name such as a recorder at a race gives. */
export function photoName(number: number): string {
  return `2024-mugello_race_cam${number % 4 + 1}_${String(number).padStart(6, "0")}.jpg`;
}

function filesIn(folder: string): string[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".jpg"));
  return names.sort().map((name) => `${folder}/${name}`);
}

async function makePhoto(source: string, number: number, path: string): Promise<void> {
  const random = numbersOf(`photo ${number}`);
  const { autoOrient: { width, height } } = await sharp(source).metadata();
  const most = Math.min(width / size.width, height / size.height);
  const scale = most * (leastShare + (1 - leastShare) * random());
  const window = { width: Math.floor(size.width * scale), height: Math.floor(size.height * scale) };
  const left = Math.floor(random() * (width - window.width + 1));
  const top = Math.floor(random() * (height - window.height + 1));
  const upright = await sharp(source).autoOrient().toBuffer();
  const cut = sharp(upright).extract({ left, top, ...window }).flop(random() < 0.5).resize(size);
  await Deno.writeFile(path, await cut.jpeg({ quality }).toBuffer());
}

if (import.meta.main) {
  const [folder, count = "1000"] = Deno.args;
  if (folder === undefined) throw new Error("Cannot make photographs: no folder was given");
  await makePhotos(folder, Number(count));
}
