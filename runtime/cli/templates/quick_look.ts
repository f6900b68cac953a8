// The manifest of a quick look: one source, one step, the exports that were asked for.
import type { Json } from "../../contract/json.ts";
import type { Targets } from "../targets.ts";

export type QuickLook = {
  readonly targets: Targets;
  /** Options of the step `detect`, as written. */
  readonly detect: { readonly [option: string]: Json };
  readonly draws: boolean;
  readonly annotates: boolean;
};

/** Name of the pipeline and of its dataset. */
export const quickLookName = "detect";

/** Longer side of drawn pictures, in pixels. */
const edge = 1280;

/** The text of the manifest; JSON is YAML. Nothing in it is a template. */
export function quickLookTemplate({ targets, detect, draws, annotates }: QuickLook): string {
  const previews = { uses: "previews", with: { edge, most: null, sheet: false } };
  const coco = { uses: "coco", with: { pictures: false } };
  const manifest = {
    name: quickLookName,
    source: { uses: "folder", with: targets },
    steps: [{ uses: "detect", with: detect }],
    exports: [...draws ? [previews] : [], ...annotates ? [coco] : []],
    limits: { max_rejected: "100%" },
  };
  return JSON.stringify(manifest, undefined, 2).replaceAll("${{", "$${{");
}
