// Pixels to numbers for a model. Pure.
import type { Raster } from "../contract/image.ts";
import type { TensorType } from "./graph.ts";
import type { AnySpec, Feeding } from "./model_spec.ts";
import type { Placement } from "./placement.ts";

export type TensorData =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | BigUint64Array;

/** `float16` inputs are made as the bits, in a Uint16Array; `float16` outputs are expected as a Float32Array. */
export type Tensor = { readonly type: TensorType; readonly shape: readonly number[]; readonly data: TensorData };

/** By the names of the model. */
export type Tensors = Readonly<Record<string, Tensor>>;

export type InputData = Float32Array | Uint16Array | Uint8Array;

/** For each channel of the input: which channel of the raster it is, and the number of each of the 256 values. */
type Channels = readonly { readonly from: number; readonly values: InputData }[];

/** The input for a raster that has the size of `placement`; written into `out` when given, which must come from an earlier
 *  call with the same spec. An alpha channel is left out. */
export function fillTensor(raster: Raster, placement: Placement, spec: AnySpec, out?: InputData): InputData {
  const data = out ?? emptyInput(spec);
  const channels = channelsOf(spec);
  const plane = spec.size.width * spec.size.height;
  const nchw = spec.input.order === "nchw";
  channels.forEach(({ from, values }, index) => {
    const start = nchw ? index * plane : index;
    const step = nchw ? 1 : 3;
    padAround(data, placement, spec, { start, step, value: values[spec.preprocess.pad] ?? 0 });
    copyChannel(raster, from, values, data, { placement, stride: spec.size.width, start, step });
  });
  for (let image = 1; image < spec.input.batch; image++) data.copyWithin(image * 3 * plane, 0, 3 * plane);
  return data;
}

function emptyInput({ size, input }: Feeding): InputData {
  const length = input.batch * 3 * size.width * size.height;
  if (input.type === "float32") return new Float32Array(length);
  return input.type === "float16" ? new Uint16Array(length) : new Uint8Array(length);
}

function channelsOf({ input, preprocess }: AnySpec): Channels {
  const { color, scale, mean, std } = preprocess;
  return [0, 1, 2].map((index) => {
    const numbers = Float32Array.from(
      { length: 256 },
      (_, value) => (value * scale - (mean[index] ?? 0)) / (std[index] ?? 1),
    );
    return { from: color === "rgb" ? index : 2 - index, values: converted(numbers, input.type) };
  });
}

function converted(numbers: Float32Array, type: Feeding["input"]["type"]): InputData {
  if (type === "float32") return numbers;
  if (type === "float16") return new Uint16Array(new Float16Array(numbers).buffer);
  return new Uint8Array(new Uint8ClampedArray(numbers).buffer);
}

/** Where numbers of one channel lie in the input: from `start`, `step` apart. */
type Lane = { readonly start: number; readonly step: number };

function padAround(
  data: InputData,
  { left, top, width, height }: Placement,
  { size }: Feeding,
  { start, step, value }: Lane & { readonly value: number },
): void {
  const fill = (from: number, to: number) => {
    if (step === 1) data.fill(value, start + from, start + to);
    else for (let at = from; at < to; at++) data[start + at * step] = value;
  };
  fill(0, top * size.width);
  for (let row = top; width < size.width && row < top + height; row++) {
    fill(row * size.width, row * size.width + left);
    fill(row * size.width + left + width, (row + 1) * size.width);
  }
  fill((top + height) * size.width, size.width * size.height);
}

function copyChannel(
  raster: Raster,
  channel: number,
  values: InputData,
  data: InputData,
  { placement, stride, start, step }: Lane & { readonly placement: Placement; readonly stride: number },
): void {
  const { width, height, left, top } = placement;
  const { channels, data: pixels } = raster;
  let from = channel;
  for (let row = 0; row < height; row++) {
    let to = start + ((top + row) * stride + left) * step;
    for (let column = 0; column < width; column++, from += channels, to += step) {
      data[to] = values[pixels[from] ?? 0] ?? 0;
    }
  }
}

/** All inputs of a run, `data` being what `fillTensor()` gave. */
export function feedsOf(feeding: Feeding, data: InputData): Tensors {
  const { size, input, sizes } = feeding;
  const shape = input.order === "nchw"
    ? [input.batch, 3, size.height, size.width]
    : [input.batch, size.height, size.width, 3];
  const image = { [input.name]: { type: input.type, shape, data } };
  return sizes === undefined ? image : { ...image, [sizes.name]: sizesTensor(feeding, sizes) };
}

function sizesTensor({ size, input }: Feeding, { type }: NonNullable<Feeding["sizes"]>): Tensor {
  const numbers = Array.from({ length: input.batch }, () => [size.width, size.height]).flat();
  const shape = [input.batch, 2];
  if (type === "int64") return { type, shape, data: BigInt64Array.from(numbers, BigInt) };
  return { type, shape, data: type === "int32" ? Int32Array.from(numbers) : Float32Array.from(numbers) };
}

/** Inputs of zeros, for a trial. */
export function emptyFeeds(feeding: Feeding): Tensors {
  return feedsOf(feeding, emptyInput(feeding));
}
