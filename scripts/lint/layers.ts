// Who may import whom. `ARCHITECTURE.md` shows the same table; a test holds the two together.

/** Marks a layer that may import everything of ours. */
export const anything = "anything";

/** From a file or folder (the longest that fits decides) to the files and folders that it may import. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  "sources": ["runtime/plugin.ts"],
  "plugins": ["runtime/plugin.ts"],
  "runtime/plugin.ts": [
    "runtime/contract",
    "runtime/detect/sift.ts",
    "runtime/image/boxes.ts",
    "runtime/image/edits.ts",
    "runtime/image/item_edits.ts",
    "runtime/image/phash.ts",
    "runtime/image/quality.ts",
    "runtime/image/small_view.ts",
    "runtime/image/structure.ts",
    "runtime/image/whole_header.ts",
    "runtime/kit",
    "runtime/report",
  ],
  "runtime/contract": ["runtime/contract"],
  "runtime/kit": [
    "runtime/kit",
    "runtime/contract",
    "runtime/image/edits.ts",
    "runtime/image/item_edits.ts",
    "runtime/manifest/locator.ts",
    "runtime/manifest/nearest.ts",
    "runtime/report/items.ts",
  ],
  "runtime/image/boxes.ts": ["runtime/image/edits.ts", "runtime/contract"],
  "runtime/image/edits.ts": ["runtime/contract"],
  "runtime/image/item_edits.ts": ["runtime/image/boxes.ts", "runtime/image/edits.ts", "runtime/contract"],
  "runtime/image": ["runtime/image", "runtime/contract"],
  "runtime/detect": ["runtime/detect", "runtime/contract", "runtime/image/boxes.ts", "runtime/image/edits.ts"],
  "runtime/manifest": ["runtime/manifest", "runtime/contract"],
  "runtime/system": ["runtime/system"],
  "runtime/s3": ["runtime/s3", "runtime/contract", "runtime/manifest/nearest.ts"],
  "runtime/store": ["runtime/store", "runtime/contract", "runtime/s3", "runtime/system"],
  "runtime/report": ["runtime/report", "runtime/contract", "runtime/image/edits.ts"],
  "runtime/fetch": ["runtime/fetch", "runtime/contract"],
  "runtime/host": [
    "runtime/host",
    "runtime/contract",
    "runtime/fetch",
    "runtime/image",
    "runtime/s3",
    "runtime/system",
  ],
  "runtime/engine": [
    "runtime/engine",
    "runtime/contract",
    "runtime/detect",
    "runtime/host",
    "runtime/image",
    "runtime/manifest",
    "runtime/store",
  ],
  "runtime/cli": ["runtime"],
  "main.ts": ["runtime"],
  "scripts": [anything],
  "tests": [anything],
};

/** What is wrong with an import of one file of the project by another, if anything is. */
export function layerProblem(from: string, to: string): string | undefined {
  const layer = Object.keys(layers).filter((place) => isWithin(from, place)).sort(byLength).at(-1);
  if (layer === undefined) return `"${from}" belongs to no layer`;
  const allowed = layers[layer] ?? [];
  if (allowed.some((place) => place === anything || isWithin(to, place))) return undefined;
  return `"${layer}" must not import "${to}", only ${allowed.map((place) => `"${place}"`).join(", ")}`;
}

function byLength(left: string, right: string): number {
  return left.length - right.length;
}

/** True for the file itself and for what lies below a folder. */
export function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}
