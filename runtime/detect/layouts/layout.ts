// What a layout is: how models that have it are known, fed and read. Pure.
import type { Layout, Preprocess } from "../../contract/detection.ts";
import type { Size } from "../../contract/image.ts";
import type { Found } from "../found.ts";
import type { Port } from "../graph.ts";
import type { Form, ModelSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";

export type LayoutDefinition = {
  readonly layout: Layout;
  /** What its outputs look like, for people. */
  readonly summary: string;
  /** Pre-processing of most models that have it. */
  readonly usual: Preprocess;
  readonly defaults: ModelSpec["defaults"];
  /** Every way in which these outputs can be read as this layout; none when they cannot. */
  readonly readings: (surface: Surface) => readonly Reading[];
  /** What the first image of a run shows. Throws `ItemError` `bad_output`. */
  readonly decode: (outputs: Tensors, spec: ModelSpec, floor: number) => Found;
};

/** What a model shows of itself. */
export type Surface = {
  /** Shapes as far as they are known: after a trial all of them are. */
  readonly outputs: readonly Port[];
  /** The operators behind each output. */
  readonly tails: Readonly<Record<string, readonly string[]>>;
  readonly operators: readonly string[];
  /** Of the input. */
  readonly size: Size;
  /** From the card. */
  readonly strides?: readonly number[] | undefined;
  /** There is an input that wants to know the size of the image. */
  readonly sized: boolean;
  /** The layout is given, not guessed. */
  readonly given: boolean;
};

/** One way to read the outputs of a model. */
export type Reading = {
  /** Names of the outputs by what they hold for the layout. */
  readonly outputs: Readonly<Record<string, string>>;
  /** How many there are; absent where the outputs do not say. */
  readonly classes?: number;
  readonly form: Partial<Form>;
  /** What was seen, as the end of a sentence that starts with the layout. */
  readonly why: string;
  /** 0: the shape fits. 1: a length that few other layouts have, or names that only this one has. */
  readonly strength: 0 | 1;
  /** Why this reading must not be taken unless the layout is given, or the number of labels fits. */
  readonly doubt?: string;
};

/** Pre-processing of the YOLO models of Ultralytics. */
export const usualOfUltralytics: Preprocess = {
  color: "rgb",
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  fit: "letterbox",
  anchor: "center",
  pad: 114,
  filter: "linear",
};

/** Places on the grids of a model: one for each cell of `stride` pixels. */
export function cellsOf({ width, height }: Size, strides: readonly number[]): number {
  return strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
}

/** The strides among `choices` whose grids have `places` places. */
export function stridesFor(
  places: number,
  { size, strides }: Pick<Surface, "size" | "strides">,
  choices: readonly (readonly number[])[] = [[8, 16, 32], [8, 16, 32, 64]],
): readonly number[] | undefined {
  return (strides === undefined ? choices : [strides]).find((each) => cellsOf(size, each) === places);
}

/** True when the numbers of an output come straight from convolutions and activations, so that boxes are not decoded. */
export function isRaw({ tails }: Surface, output: string): boolean {
  const tail = tails[output] ?? [];
  return tail.length > 0 &&
    tail.every((operator) => /^(QLinear|Fused)?(Conv|Gemm|MatMul|Sigmoid|BatchNormalization)$/.test(operator));
}

/** True when there is arithmetic behind an output, such as decoding. */
export function isComputed({ tails }: Surface, output: string): boolean {
  return (tails[output] ?? []).some((operator) => /^(Add|Sub|Mul|Div|Exp|Pow)$/.test(operator));
}

/** True when the model itself chooses the best of its boxes. */
export function choosesItself({ operators }: Surface): boolean {
  return operators.some((operator) => /^(TopK|NonMaxSuppression)$|NMS/.test(operator));
}

/** The one output that holds everything: the only one of three dimensions. Others may be grids of five, which exports of
 *  YOLOv5 leave in. */
export function mainOutput({ outputs }: Surface): (Port & { readonly shape: readonly number[] }) | undefined {
  const [main, ...others] = outputs.filter(({ shape }) => shape.length === 3);
  if (main === undefined || others.length > 0 || !hasLengths(main)) return undefined;
  return outputs.every((port) => port === main || port.shape.length === 5) ? main : undefined;
}

/** True when all lengths but the first, that of the batch, are known. */
export function hasLengths(port: Port): port is Port & { readonly shape: readonly number[] } {
  return port.shape.slice(1).every((length) => typeof length === "number");
}

/** `output "output0" is [1, 84, 8400]`. */
export function shownPort({ name, shape }: Port): string {
  return `output "${name}" is [${shape.join(", ")}]`;
}
