// What the exporter of Ultralytics writes into a file: names of classes, input size, task. Pure.
// Its values are texts as Python prints them. Source: docs.ultralytics.com, export.
import type { Graph } from "./graph.ts";

export type Metadata = {
  readonly labels?: readonly string[];
  /** Width and height. */
  readonly size?: readonly [number, number];
  /** Lengths of the input must be multiples of it. */
  readonly stride?: number;
  /** `detect`, `segment`, `pose`, `obb`, `classify`. */
  readonly task?: string;
};

const quoted = String.raw`'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"`;

/** What is there; what cannot be read is left out. */
export function metadataOf({ metadata }: Pick<Graph, "metadata">): Metadata {
  const labels = labelsIn(valueOf(metadata, "names") ?? "");
  const [height, width = height] = [...(valueOf(metadata, "imgsz") ?? "").matchAll(/\d+/g)].map(Number);
  const stride = Number(valueOf(metadata, "stride"));
  const task = valueOf(metadata, "task");
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(height === undefined || width === undefined ? {} : { size: [width, height] }),
    ...(Number.isInteger(stride) && stride > 0 ? { stride } : {}),
    ...(task === undefined ? {} : { task }),
  };
}

function valueOf(metadata: Graph["metadata"], key: string): string | undefined {
  return Object.hasOwn(metadata, key) ? metadata[key] : undefined;
}

/** `{0: 'person', 1: "horse"}` or `['person', 'horse']`; numbers must be 0, 1, 2 … */
function labelsIn(text: string): readonly string[] | undefined {
  const inner = /^\s*(?:\{(.*)\}|\[(.*)\])\s*$/s.exec(text);
  if (inner === null) return undefined;
  const isMap = inner[1] !== undefined;
  const content = (inner[1] ?? inner[2] ?? "").trimEnd();
  const entry = new RegExp(String.raw`\s*${isMap ? String.raw`(\d+)\s*:\s*` : "()"}(?:${quoted})\s*(?:,|$)`, "y");
  const labels: string[] = [];
  while (entry.lastIndex < content.length) {
    const found = entry.exec(content);
    if (found === null || (isMap && Number(found[1]) !== labels.length)) return undefined;
    labels.push((found[2] ?? found[3] ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return labels.length === 0 ? undefined : labels;
}
