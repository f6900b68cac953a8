// What an ONNX file says of itself, without running it. Pure. Numbers of fields: github.com/onnx/onnx, onnx.proto.
import { InputError } from "../contract/errors.ts";
import { eachField } from "./protobuf.ts";
import { tailsOf } from "./tails.ts";

/** Types of tensors that models take and give, by the names that the runtimes use. */
export type TensorType =
  | "float32"
  | "float16"
  | "float64"
  | "bfloat16"
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "bool"
  | "string"
  | "other";

/** One input or output. `shape`: lengths, texts where the model leaves them open; empty when it says nothing. */
export type Port = { readonly name: string; readonly type: TensorType; readonly shape: readonly (number | string)[] };

export type Graph = {
  /** Without those that have an initial value. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: string;
  /** Version of the operators of ai.onnx. */
  readonly opset: number;
  /** Each once, sorted; with the domain when that is not ai.onnx. */
  readonly operators: readonly string[];
  /** For each output the operators that compute its numbers, behind those that only move numbers about. */
  readonly tails: Readonly<Record<string, readonly string[]>>;
  /** Some weights lie in another file. */
  readonly externalData: boolean;
};

/** A node of the graph: an operator, and names of what it takes and gives. */
export type GraphNode = { operator: string; domain: string; readonly inputs: string[]; readonly outputs: string[] };

type Draft = {
  readonly inputs: Port[];
  readonly outputs: Port[];
  readonly nodes: GraphNode[];
  readonly initialized: Set<string>;
  externalData: boolean;
};

/** By the numbers of TensorProto.DataType. */
const types: readonly TensorType[] = [
  "other",
  "float32",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "float64",
  "uint32",
  "uint64",
  "other",
  "other",
  "bfloat16",
];

/** Far more than any detector has, and little enough to hold in memory. */
const most = { nodes: 200_000, ports: 1000, dims: 16, text: 4096, metadata: 1_000_000 };

/** Reads everything but the weights. `name` is how messages call the file. Throws `InputError`. */
export function readGraph(bytes: Uint8Array, name: string): Graph {
  const model = readModel(bytes, name);
  const draft: Draft = { inputs: [], outputs: [], nodes: [], initialized: new Set(), externalData: false };
  if (model.graph === undefined) throw refused(name, "it is not an ONNX file");
  try {
    readGraphInto(draft, bytes, model.graph.from, model.graph.to);
  } catch (error) {
    throw refused(name, damageOf(error), error);
  }
  const operators = new Set(
    draft.nodes.map(({ operator, domain }) => isStandard(domain) ? operator : `${domain}:${operator}`),
  );
  return {
    inputs: draft.inputs.filter((port) => !draft.initialized.has(port.name)),
    outputs: draft.outputs,
    metadata: model.metadata,
    producer: model.producer,
    opset: model.opset,
    operators: [...operators].sort(),
    tails: tailsOf(draft.nodes, draft.outputs.map((port) => port.name)),
    externalData: draft.externalData,
  };
}

function isStandard(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

function refused(name: string, problem: string, cause?: unknown): InputError {
  return new InputError(`Cannot read the model "${name}": ${problem}`, [], { cause });
}

function damageOf(error: unknown): string {
  if (error instanceof LimitPassed) return error.message;
  if (error instanceof RangeError || error instanceof SyntaxError) return "its graph is damaged";
  throw error;
}

class LimitPassed extends RangeError {}

type ModelDraft = {
  graph?: { readonly from: number; readonly to: number };
  metadata: Record<string, string>;
  producer: string;
  opset: number;
};

function readModel(bytes: Uint8Array, name: string): ModelDraft {
  const model: ModelDraft = { metadata: {}, producer: "", opset: 0 };
  let versioned = false;
  try {
    eachField(bytes, 0, bytes.length, (field, kind, from, to) => {
      if (field === 1 && kind === "varint") versioned = true;
      if (kind !== "bytes") return;
      if (field === 2) model.producer = textOf(bytes, from, to);
      if (field === 7) model.graph = { from, to };
      if (field === 8) readOpset(model, bytes, from, to);
      if (field === 14) readMetadata(model.metadata, bytes, from, to);
    });
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    const cut = versioned && error instanceof RangeError;
    throw refused(name, cut ? `it ends in the middle (after ${bytes.length} bytes)` : "it is not an ONNX file", error);
  }
  if (versioned) return model;
  throw refused(name, bytes.length === 0 ? "it is empty" : "it is not an ONNX file");
}

function readOpset(model: ModelDraft, bytes: Uint8Array, from: number, to: number): void {
  let domain = "";
  let version = 0;
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (field === 1 && kind === "bytes") domain = textOf(bytes, start, end);
    if (field === 2 && kind === "varint") version = start;
  });
  if (isStandard(domain)) model.opset = version;
}

function readMetadata(metadata: Record<string, string>, bytes: Uint8Array, from: number, to: number): void {
  let key = "";
  let value = "";
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (field === 1 && kind === "bytes") key = textOf(bytes, start, end);
    if (field === 2 && kind === "bytes") value = textOf(bytes, start, end, most.metadata);
  });
  if (Object.keys(metadata).length < most.ports) {
    Object.defineProperty(metadata, key, { value, enumerable: true, configurable: true });
  }
}

function readGraphInto(draft: Draft, bytes: Uint8Array, from: number, to: number): void {
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (kind !== "bytes") return;
    if (field === 1) push(draft.nodes, readNode(bytes, start, end), most.nodes, "nodes");
    if (field === 5) readInitializer(draft, bytes, start, end);
    if (field === 11) push(draft.inputs, readPort(bytes, start, end), most.nodes, "inputs");
    if (field === 12) push(draft.outputs, readPort(bytes, start, end), most.ports, "outputs");
  });
}

function push<T>(list: T[], entry: T, limit: number, what: string): void {
  if (list.length >= limit) throw new LimitPassed(`it has more than ${limit} ${what}`);
  list.push(entry);
}

function readNode(bytes: Uint8Array, from: number, to: number): GraphNode {
  const node: GraphNode = { operator: "", domain: "", inputs: [], outputs: [] };
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (kind !== "bytes") return;
    if (field === 1) push(node.inputs, textOf(bytes, start, end), most.nodes, "inputs of a node");
    if (field === 2) push(node.outputs, textOf(bytes, start, end), most.nodes, "outputs of a node");
    if (field === 4) node.operator = textOf(bytes, start, end);
    if (field === 7) node.domain = textOf(bytes, start, end);
  });
  return node;
}

function readInitializer(draft: Draft, bytes: Uint8Array, from: number, to: number): void {
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (field === 8 && kind === "bytes") draft.initialized.add(textOf(bytes, start, end));
    if (field === 14 && kind === "varint" && start === 1) draft.externalData = true;
  });
}

function readPort(bytes: Uint8Array, from: number, to: number): Port {
  let name = "";
  let type: TensorType = "other";
  const shape: (number | string)[] = [];
  const readTensorType = (start: number, end: number) =>
    eachField(bytes, start, end, (field, kind, left, right) => {
      if (field === 1 && kind === "varint") type = types[left] ?? "other";
      if (field === 2 && kind === "bytes") readShape(shape, bytes, left, right);
    });
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (kind !== "bytes") return;
    if (field === 1) name = textOf(bytes, start, end);
    if (field !== 2) return;
    eachField(bytes, start, end, (inner, innerKind, left, right) => {
      if (inner === 1 && innerKind === "bytes") readTensorType(left, right);
    });
  });
  return { name, type, shape };
}

/** Lengths of 0 and below are what some exporters write for "unknown". */
function readShape(shape: (number | string)[], bytes: Uint8Array, from: number, to: number): void {
  eachField(bytes, from, to, (field, kind, start, end) => {
    if (field !== 1 || kind !== "bytes") return;
    let length: number | string = "?";
    eachField(bytes, start, end, (inner, innerKind, left, right) => {
      if (inner === 1 && innerKind === "varint" && left > 0) length = left;
      if (inner === 2 && innerKind === "bytes") length = textOf(bytes, left, right) || "?";
    });
    push(shape, length, most.dims, "dimensions");
  });
}

const decoder = new TextDecoder();

/** Without control characters: what a file calls things ends up on terminals and in reports. */
function textOf(bytes: Uint8Array, from: number, to: number, limit = most.text): string {
  if (to - from > limit) throw new LimitPassed(`it has a text of ${to - from} bytes`);
  return decoder.decode(bytes.subarray(from, to)).replaceAll(/\p{Cc}/gu, "\ufffd");
}
