// The numbers in a model's outputs. Pure.
import { badOutput } from "../found.ts";
import type { ModelSpec } from "../model_spec.ts";
import type { Tensor, TensorData, Tensors } from "../tensor.ts";

/** An output as a table: of its first image, or of all where that is not told apart. */
export type Table = { readonly data: Float32Array; readonly rows: number; readonly columns: number };

/** The output with this role, which must have `columns` columns where that is given: its last dimension, and the one before
 *  are the rows. An output of one column is all that is below the batch. Throws `ItemError` `bad_output` when it is missing
 *  or has another shape. */
export function tableOf(outputs: Tensors, spec: ModelSpec, role: string, columns?: number): Table {
  const { shape, data } = tensorOf(outputs, spec, role);
  const [rows, wide] = columns === 1 ? [amountOf(shape), 1] : [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  if (wide === (columns ?? wide) && data.length >= rows * wide) return { data: floatsOf(data), rows, columns: wide };
  throw badOutput(spec.name, `its output "${spec.outputs[role]}" is [${shape.join(", ")}]`);
}

function amountOf(shape: readonly number[]): number {
  return (shape.length > 1 ? shape.slice(1) : shape).reduce((product, length) => product * length, 1);
}

function tensorOf(outputs: Tensors, spec: ModelSpec, role: string): Tensor {
  const name = spec.outputs[role];
  const tensor = name === undefined ? undefined : outputs[name];
  if (tensor === undefined) throw badOutput(spec.name, `it gave no output "${name ?? role}"`);
  return tensor;
}

/** The same numbers in single precision. */
export function floatsOf(data: TensorData): Float32Array {
  if (data instanceof Float32Array) return data;
  return Float32Array.from<number | bigint>(data, Number);
}

/** Index of the greatest number from `from` to `to`, -1 when there is none, as when all are NaN. */
export function indexOfBest(data: Float32Array, from: number, to: number): number {
  let best = -Infinity;
  let index = -1;
  for (let at = from; at < to; at++) {
    const value = data[at] ?? 0;
    if (value > best) {
      best = value;
      index = at;
    }
  }
  return index;
}
