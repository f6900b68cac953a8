// Writes small ONNX files for tests. Numbers of fields: github.com/onnx/onnx, onnx.proto.
import type { TensorType } from "../../runtime/detect/graph.ts";
import type { Tensor, TensorData } from "../../runtime/detect/tensor.ts";

export type OnnxPort = {
  readonly name: string;
  readonly type?: TensorType;
  /** Texts are lengths that are left open. Absent: nothing is said of the shape. */
  readonly shape?: readonly (number | string)[];
};

/** Whole numbers become INT, others FLOAT. */
export type OnnxAttribute = number | string | readonly number[] | Tensor;

export type OnnxNode = {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs?: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
};

export type OnnxModel = {
  readonly inputs?: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes?: readonly OnnxNode[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly producer?: string;
  /** 13 when absent. */
  readonly opset?: number;
  /** Domains beside ai.onnx that operators come from. */
  readonly domains?: readonly string[];
  /** A file in which the first initializer is said to lie. */
  readonly external?: string;
};

/** The bytes of an ONNX file. */
export function onnxFile(model: OnnxModel): Uint8Array<ArrayBuffer> {
  return joined([
    varintField(1, 8),
    textField(2, model.producer ?? "framewright-test"),
    bytesField(7, graphOf(model)),
    bytesField(8, joined([textField(1, ""), varintField(2, model.opset ?? 13)])),
    ...(model.domains ?? []).map((domain) => bytesField(8, joined([textField(1, domain), varintField(2, 1)]))),
    ...Object.entries(model.metadata ?? {}).map(([key, value]) => {
      return bytesField(14, joined([textField(1, key), textField(2, value)]));
    }),
  ]);
}

/** A model that gives the same outputs whatever it is fed. `computedBy`: an operator of one input that the outputs pass, so
 *  that they look computed (`Mul`: by 1) or raw (`Sigmoid` changes them). */
export function constantModel(
  inputs: readonly OnnxPort[],
  outputs: Readonly<Record<string, Tensor>>,
  more: Partial<OnnxModel> & { readonly computedBy?: "Identity" | "Mul" | "Sigmoid" } = {},
): Uint8Array<ArrayBuffer> {
  const { computedBy = "Identity", ...rest } = more;
  const entries = Object.entries(outputs);
  const one: Tensor = { type: "float32", shape: [], data: Float32Array.of(1) };
  return onnxFile({
    inputs,
    outputs: entries.map(([name, { type, shape }]) => ({ name, type, shape })),
    nodes: entries.map(([name, { type }]) => {
      const operator = type === "float32" ? computedBy : "Identity";
      return { operator, inputs: operator === "Mul" ? [`${name} value`, "one"] : [`${name} value`], outputs: [name] };
    }),
    initializers: { one, ...Object.fromEntries(entries.map(([name, tensor]) => [`${name} value`, tensor])) },
    ...rest,
  });
}

/** A tensor of single-precision numbers. */
export function floats(shape: readonly number[], numbers: ArrayLike<number>): Tensor {
  return { type: "float32", shape, data: Float32Array.from(numbers) };
}

const typeNumbers: Readonly<Partial<Record<TensorType, number>>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

function graphOf({ nodes = [], initializers = {}, inputs = [], outputs, external }: OnnxModel): Uint8Array {
  return joined([
    ...nodes.map((node) => bytesField(1, nodeOf(node))),
    textField(2, "test"),
    ...Object.entries(initializers).map(([name, tensor], index) => {
      return bytesField(5, tensorOf(tensor, name, index === 0 ? external : undefined));
    }),
    ...inputs.map((port) => bytesField(11, portOf(port))),
    ...outputs.map((port) => bytesField(12, portOf(port))),
  ]);
}

function nodeOf({ operator, domain, inputs = [], outputs, attributes = {} }: OnnxNode): Uint8Array {
  return joined([
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, attributeOf(name, value))),
    ...(domain === undefined ? [] : [textField(7, domain)]),
  ]);
}

function attributeOf(name: string, value: OnnxAttribute): Uint8Array {
  const typed = (type: number, ...fields: readonly Uint8Array[]) =>
    joined([textField(1, name), ...fields, varintField(20, type)]);
  if (typeof value === "string") return typed(3, textField(4, value));
  if (typeof value === "number") {
    return Number.isInteger(value) ? typed(2, varintField(3, value)) : typed(1, floatField(2, value));
  }
  if ("data" in value) return typed(4, bytesField(5, tensorOf(value)));
  return typed(7, ...value.map((number) => varintField(8, number)));
}

function tensorOf({ type, shape, data }: Tensor, name = "", external?: string): Uint8Array {
  const place = external === undefined
    ? [bytesField(9, bytesOf(data))]
    : [bytesField(13, joined([textField(1, "location"), textField(2, external)])), varintField(14, 1)];
  return joined([
    ...shape.map((length) => varintField(1, length)),
    varintField(2, typeNumbers[type] ?? 0),
    textField(8, name),
    ...place,
  ]);
}

function portOf({ name, type = "float32", shape }: OnnxPort): Uint8Array {
  const lengths = (shape ?? []).map((length) => {
    return bytesField(1, typeof length === "number" ? varintField(1, length) : textField(2, length));
  });
  const tensor = [
    varintField(1, typeNumbers[type] ?? 0),
    ...(shape === undefined ? [] : [bytesField(2, joined(lengths))]),
  ];
  return joined([textField(1, name), bytesField(2, bytesField(1, joined(tensor)))]);
}

function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Negative numbers take ten bytes, as 64 bits. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

export function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.of(...varint(field * 8), ...varint(value));
}

function floatField(field: number, value: number): Uint8Array {
  return Uint8Array.of(...varint(field * 8 + 5), ...new Uint8Array(Float32Array.of(value).buffer));
}

export function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return joined([Uint8Array.of(...varint(field * 8 + 2), ...varint(bytes.length)), bytes]);
}

export function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
