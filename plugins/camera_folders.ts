import {
  cameraIn,
  createTally,
  type DatasetView,
  defineExport,
  detectionsOf,
  digestOf,
  fileNameOf,
  type FinishedItem,
  galleryFile,
  galleryPage,
  type GalleryPicture,
  idOf,
  isSearched,
  labelCounts,
  type LedgerLine,
  type Loss,
  type NamedCount,
  pictureExtensions,
  pictureOptions,
  plainNamesOf,
  sizeOf,
  type Threat,
  threatsOf,
  type Tree,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  pictures: z.enum(["original", "rendered"]).default("original").describe(
    "What lies in `valid`: the files as they came, or pictures with all that steps did to them",
  ),
  format: pictureOptions.format.describe("Format of rendered pictures"),
  quality: pictureOptions.quality,
  page_size: z.int().min(1).max(2000).default(200).describe("Images on one page of `invalid/index.html`"),
});
type Options = z.output<typeof options>;

/** Images of cameras and what is known of them, in a folder a camera at each step: `valid/<camera>/<time>.jpg`,
 *  `detections/<camera>/<time>.json`, `threats/<camera>/<time>.json` for those that meet a rule, and
 *  `invalid/<camera>/<name>.jpg` with a `.json` beside it that says why, and pages to browse them. Times are in UTC. */
export default defineExport({
  name: "camera_folders",
  version: 1,
  summary: "Writes valid and invalid images, detections and threats of cameras, a folder a camera",
  options,
  needs: ["camera", "taken_at"],
  open: (asked) => ({
    ...(asked.pictures === "rendered" ? { pictures: { format: asked.format, quality: asked.quality } } : {}),
    async write(dataset, tree, signal) {
      const folderOf = plainNamesOf(await camerasIn(dataset, signal));
      for await (const item of dataset.scan()) {
        signal.throwIfAborted();
        await writeItem(item, asked, folderOf, tree);
      }
      await writeInvalid(dataset, asked, folderOf, tree, signal);
    },
  }),
});

/** What the folder of a camera is called. */
type FolderOf = (camera: string) => string;

const unknown = "unknown";

async function camerasIn(dataset: DatasetView, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const cameras = new Set([unknown]);
  for await (const { facts: { camera } } of dataset.scan()) if (typeof camera === "string") cameras.add(camera);
  for await (const { line: { key } } of invalidOnes(dataset, signal)) cameras.add(cameraIn(key) ?? unknown);
  return cameras;
}

async function writeItem(item: FinishedItem, asked: Options, folderOf: FolderOf, tree: Tree): Promise<void> {
  const place = placeOf(item, folderOf);
  if (asked.pictures === "rendered") {
    await tree.picture(`valid/${place}.${pictureExtensions[asked.format]}`, item);
  } else {
    await tree.blob(`valid/${place}.${extensionOf(item)}`, item.image.blob);
  }
  if (isSearched(item)) await tree.text(`detections/${place}.json`, jsonText(detectionNotes(item)));
  const threats = threatsOf(item);
  if (threats.length > 0) {
    await tree.text(`threats/${place}.json`, jsonText({ ...itemNotes(item), threats: threats.map(inOrder) }));
  }
}

/** What was met first, details behind. */
function inOrder({ rule, users, labels, score, ...details }: Threat) {
  return { rule, users, labels, score, ...details };
}

/** `<camera>/<time>`, the same for everything that is known of an image. An image that shares camera and time with
 *  another, such as one of several crops, is told apart by its id. */
function placeOf(item: FinishedItem, folderOf: FolderOf): string {
  const { camera, taken_at: takenAt } = item.facts;
  const time = typeof takenAt === "string" ? takenAt.replace(/[^0-9TZ]+/g, "-") : "unknown";
  const mark = item.child === "" ? "" : `_${digestOf(idOf(item)).slice(0, 12)}`;
  return `${folderOf(typeof camera === "string" ? camera : unknown)}/${time}${mark}`;
}

/** That of the file's own format, whatever its name said. */
function extensionOf({ image: { header } }: FinishedItem): string {
  return header.format === "jpeg" ? "jpg" : header.format;
}

/** What every file about an image begins with. */
function itemNotes(item: FinishedItem) {
  const { camera, location, owner, taken_at, taken_unix, taken_local, timezone } = item.facts;
  return {
    id: idOf(item),
    camera,
    location,
    owner,
    time: taken_at,
    unix: taken_unix,
    local_time: taken_local,
    timezone,
  };
}

/** `classes`, `probabilities` and `boxes` go together, best first; boxes are left, top, width, height in pixels of an
 *  image of `size`. */
function detectionNotes(item: FinishedItem) {
  const found = [...detectionsOf(item)].sort((left, right) => (right.score ?? 1) - (left.score ?? 1));
  const { width, height } = sizeOf(item.image);
  return {
    ...itemNotes(item),
    size: [width, height],
    counts: Object.fromEntries(labelCounts(found)),
    classes: found.map(({ label }) => label),
    probabilities: found.map(({ score }) => score ?? null),
    boxes: found.map(({ box }) => box),
  };
}

/** Each entry on a line of its own, lists on one. */
function jsonText(notes: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(notes).filter(([, value]) => value !== undefined).map(([name, value]) => {
    const text = Array.isArray(value) && value.some((one) => typeof one === "object" && !Array.isArray(one))
      ? `[\n${value.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

async function writeInvalid(
  dataset: DatasetView,
  { page_size: pageSize }: Options,
  folderOf: FolderOf,
  tree: Tree,
  signal: AbortSignal,
): Promise<void> {
  const reasons = await reasonsOf(dataset, signal);
  const total = reasons.reduce((sum, { count }) => sum + count, 0);
  const pages = Math.max(1, Math.ceil(total / pageSize));
  let page = 1;
  let pictures: GalleryPicture[] = [];
  const turn = async () => {
    const lead = `${dataset.name}: ${total} of ${dataset.counts.records} images are invalid`;
    const content = galleryPage({ title: "Invalid images", lead, reasons, pictures, page, pages });
    await tree.text(`invalid/${galleryFile(page)}`, content);
    page++;
    pictures = [];
  };
  for await (const { line, loss } of invalidOnes(dataset, signal)) {
    pictures.push(await writeRefused(line, loss, folderOf, tree));
    if (pictures.length === pageSize) await turn();
  }
  if (page === 1 || pictures.length > 0) await turn();
}

async function* invalidOnes(dataset: DatasetView, signal: AbortSignal) {
  for await (const line of dataset.ledger()) {
    signal.throwIfAborted();
    const loss = line.verdict === "rejected" ? line.losses.find(({ verdict }) => verdict === "rejected") : undefined;
    if (loss !== undefined) yield { line, loss };
  }
}

async function reasonsOf(dataset: DatasetView, signal: AbortSignal): Promise<readonly NamedCount[]> {
  const tally = createTally(200);
  for await (const { loss } of invalidOnes(dataset, signal)) tally.add(loss.reason);
  const { entries, other } = tally.result();
  return other === 0 ? entries : [...entries, { name: "other reasons", count: other }];
}

/** Extensions under which a file is published that may be no image at all: nothing that a browser would run. */
const shownExtensions = new Set(["jpg", "jpeg", "png", "webp", "gif", "avif", "tif", "tiff"]);

async function writeRefused(
  line: LedgerLine,
  { step, reason, detail = "" }: Loss,
  folderOf: FolderOf,
  tree: Tree,
): Promise<GalleryPicture> {
  const camera = cameraIn(line.key);
  const folder = folderOf(camera ?? unknown);
  const written = line.key.slice(line.key.lastIndexOf(".") + 1).toLowerCase();
  const extension = shownExtensions.has(written) ? written : "bin";
  const path = `${folder}/${fileNameOf({ key: line.key, child: "" }, extension)}`;
  if (line.blob !== undefined) await tree.blob(`invalid/${path}`, line.blob);
  await tree.text(
    `invalid/${path}.json`,
    jsonText({ id: idOf({ key: line.key, child: "" }), camera, reason, detail, step, size: line.blob?.size }),
  );
  const picture = { name: line.key, reason, detail };
  return line.blob === undefined || extension === "bin" ? picture : { ...picture, path };
}
