// A model with everything settled: plain data, so that it can be sent to a Worker and be hashed.
import type { Softmax } from "../contract/classification.ts";
import type { Layout, Preprocess } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";

/** How a model is fed. */
export type Feeding = {
  /** Of the input, in pixels. */
  readonly size: Size;
  readonly input: {
    readonly name: string;
    readonly type: "float32" | "float16" | "uint8";
    readonly order: "nchw" | "nhwc";
    /** Images a run takes; above 1 the one image is repeated and the first answer read. */
    readonly batch: number;
  };
  /** A second input that wants to know the width and height in whose pixels boxes are given. It is told `size`, so that
   *  boxes are in pixels of the input as those of the other layouts. */
  readonly sizes?: { readonly name: string; readonly type: "float32" | "int32" | "int64" };
};

export type ModelSpec = Feeding & {
  /** Of the card, or of the file: for messages. */
  readonly name: string;
  readonly layout: Layout;
  /** In the order of the model's classes. Empty when neither their names nor their number are known. */
  readonly labels: readonly string[];
  readonly preprocess: Preprocess;
  /** Names of the outputs by what they hold for the layout, such as `boxes` and `scores`. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly form: Form;
  /** What the model is good for when nothing else is said. With `iou` 1 nothing is suppressed. */
  readonly defaults: { readonly minScore: number; readonly iou: number };
};

/** The same of a classifier. */
export type ClassifierSpec = Pick<ModelSpec, keyof Feeding | "name" | "labels" | "preprocess"> & {
  readonly layout: "classes";
  readonly classes: number;
  readonly outputs: { readonly scores: string };
  readonly softmax: Softmax;
};

export type AnySpec = ModelSpec | ClassifierSpec;

/** Where models of one layout differ. */
export type Form = {
  /** Pixels between places, for each grid; empty where the layout has none. */
  readonly strides: readonly number[];
  /** What a row of the output holds: all values of a place, or one value of all places. */
  readonly rows: "places" | "values";
  /** The number that the model gives to its first class. */
  readonly firstClass: number;
  readonly boxes: "pixels" | "shares";
  /** Where in its cell a place is: 0 the corner, 0.5 the middle. */
  readonly center: number;
};
