// Finding objects in images: boxes, what a detector is asked for, and what it answers.
import type { Image, ResizeFilter, Size } from "./image.ts";
import type { Digest, Json } from "./json.ts";

/** Left, top, width, height in pixels of the upright image with all edits applied. */
export type Box = readonly [number, number, number, number];

/** One entry of the fact `detections`. `score` from 0 to 1. */
export type Detection = {
  readonly label: string;
  readonly score?: number;
  readonly box: Box;
  /** Names of the regions that it stands in. */
  readonly regions?: readonly string[];
};

/** What a model found in an image before anything was left out but what scored below a floor: best first.
 *  `classes` index the model's labels; `scores` in ten-thousandths; `boxes` hold left, top, width, height of each in
 *  hundredths of a pixel, clipped to the image. Whole numbers, so that they are stored small and the same everywhere. */
export type Candidates = {
  readonly classes: readonly number[];
  readonly scores: readonly number[];
  readonly boxes: readonly number[];
};

export const backends = ["native", "webgpu", "wasm"] as const;
/** What computes a model: `native` onnxruntime-node on the CPU, `webgpu` and `wasm` onnxruntime-web. */
export type Backend = typeof backends[number];

export const layouts = ["yolox", "yolov5", "yolov8", "end_to_end", "ssd", "detr", "nanodet", "ultraface"] as const;
/** How a model writes down what it found; `runtime/detect/layouts/` has a file for each. */
export type Layout = typeof layouts[number];

/** How pixels become a model's input: resized by `fit` and `filter`, colours in the order `color`, then
 *  (value * scale - mean) / std for each channel, values being 0 to 255. */
export type Preprocess = {
  readonly color: "rgb" | "bgr";
  readonly scale: number;
  /** In the order of `color`. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  /** `letterbox` keeps the aspect and fills the rest with `pad`; `stretch` fills the input. */
  readonly fit: "letterbox" | "stretch";
  /** Where a letterboxed image sits. */
  readonly anchor: "center" | "top_left";
  /** Grey level of what a letterbox leaves over, 0 to 255. */
  readonly pad: number;
  readonly filter: ResizeFilter;
};

/** What is asked for. All but `model` and `floor` may be left to the model's card. */
export type DetectorRequest = {
  /** Name of a built-in card, path of a card (`.yaml`) or of a model (`.onnx`), or an `https:` URL of a model. */
  readonly model: string;
  /** Digest of the weights; required with a URL. */
  readonly sha256?: string;
  /** Width and height of the model's input in pixels, where the model leaves it open. */
  readonly size?: readonly [number, number];
  readonly layout?: Layout;
  readonly labels?: readonly string[];
  readonly preprocess?: Partial<Preprocess>;
  readonly backend: "auto" | Backend;
  /** Sessions at once; as many as there are cores when absent. */
  readonly sessions?: number;
  /** Candidates that score less, 0 to 1, are not even kept in the raw result. */
  readonly floor: number;
};

/** A request with everything settled. */
export type DetectorPlan = {
  /** Name of the card, or of the file. */
  readonly name: string;
  /** SHA-256 of the weights. */
  readonly digest: string;
  readonly layout: Layout;
  readonly labels: readonly string[];
  /** Size of the model's input in pixels. */
  readonly size: Size;
  readonly preprocess: Preprocess;
  readonly backend: Backend;
  /** Library and version that computes. */
  readonly runtime: string;
  readonly sessions: number;
  /** What the model is good for when nothing else is said. */
  readonly defaults: { readonly minScore: number; readonly iou: number };
  /** From the card, for people: what it was trained on, under which licence, what it cannot do. */
  readonly card: {
    readonly summary?: string;
    readonly licence?: string;
    readonly source?: string;
    readonly trainedOn?: string;
    readonly limits?: string;
  };
  /** All that decides the candidates of an image beside its pixels. */
  readonly key: Json;
  /** What was chosen and why, a sentence each. */
  readonly notes: readonly string[];
};

/** Plans and opens detectors. The same request gives the same plan within a run. */
export interface Detectors {
  /** Reads the model and settles everything that its graph, its card and the request leave open. Throws `InputError`
   *  for an unknown model, a wrong checksum, a file that is no model, a layout that would be a guess. */
  plan(request: DetectorRequest, signal: AbortSignal): Promise<DetectorPlan>;
  open(request: DetectorRequest, signal: AbortSignal): Promise<Detector>;
}

export interface Detector {
  readonly plan: DetectorPlan;
  /** Throws `ItemError` when the image cannot be decoded or the model gives nonsense on it (`bad_output`) or fails on
   *  it twice (`model_failed`); `PluginError` when the model fails on one image after the other. */
  find(image: Image, signal: AbortSignal): Promise<Candidates>;
  close(): Promise<void>;
}

/** Weights as they are known before they are there. */
export type WantedWeights = {
  /** Of the card or the file: for messages and file names. */
  readonly name: string;
  readonly sha256: Digest;
  /** Digests of other files that will do as well. */
  readonly same?: readonly Digest[] | undefined;
  /** Of the file itself, not of the others, in bytes. */
  readonly size?: number | undefined;
};
