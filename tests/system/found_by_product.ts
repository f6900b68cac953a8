// What a run finds in the shared photographs: from a manifest to the COCO file that it publishes.
import type { Summary } from "../../runtime/contract/events.ts";
import { assetPath } from "../assets.ts";
import type { Thing } from "../detect/reference.ts";
import { root, summaryOf } from "./command.ts";

export type Looking = {
  /** Options of `detect`. */
  readonly detect: Readonly<Record<string, unknown>>;
  /** A folder for the store and the manifest. */
  readonly folder: string;
  /** In place of the 27 photographs of COCO. */
  readonly photos?: string;
};

/** `things` by the names of the photographs' files, best first. */
export type Looked = { readonly summary: Summary; readonly things: ReadonlyMap<string, readonly Thing[]> };

/** Runs `deno task run` in a process of its own, with the shared models as those that were fetched. */
export async function lookedByProduct(looking: Looking): Promise<Looked> {
  const { folder, detect, photos = assetPath("photos/images") } = looking;
  const manifest = `${folder}/photos.yaml`;
  await Deno.writeTextFile(manifest, manifestOf(photos, detect));
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["task", "--quiet", "run", manifest, "--store", `${folder}/store`, "--json"],
    cwd: root,
    env: { NO_COLOR: "1", FRAMEWRIGHT_MODELS: assetPath("models") },
  }).output();
  const decoder = new TextDecoder();
  const summary = summaryOf({ code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) });
  const coco = await Deno.readTextFile(`${summary.files}/coco/annotations/instances_all.json`);
  return { summary, things: thingsOf(JSON.parse(coco)) };
}

/** JSON is YAML. */
function manifestOf(path: string, detect: Looking["detect"]): string {
  return JSON.stringify({
    name: "photos",
    source: { uses: "folder", with: { path } },
    steps: [{ uses: "detect", with: detect }],
    exports: [{ uses: "coco", with: { pictures: false } }],
  });
}

type Coco = {
  readonly images: readonly { readonly id: number; readonly file_name: string }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: readonly [number, number, number, number];
    readonly score: number;
  }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
};

function thingsOf({ images, annotations, categories }: Coco): Looked["things"] {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const byImage = Map.groupBy(annotations, ({ image_id }) => image_id);
  return new Map(images.map(({ id, file_name }) => {
    const things = byImage.get(id)?.map(({ category_id, score, bbox: [x, y, width, height] }) => (
      { name: names.get(category_id) ?? "?", score, box: [x, y, x + width, y + height] }
    ));
    return [file_name, things ?? []];
  }));
}
