// The contract of what computes a model, and what the backends share.
import type { InferenceSession, Tensor as RuntimeTensor } from "onnxruntime-node";
import type { Port, TensorType } from "../graph.ts";
import type { Tensor, TensorData, Tensors } from "../tensor.ts";

/** One model, ready to run on one thread. */
export interface Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Throws what the runtime throws. The answers are copies; those of texts and sequences are left out. */
  run(feeds: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

export type SessionFiles = {
  /** The ONNX file. */
  readonly model: Uint8Array;
  /** The runtime's WebAssembly file, for the backends that are made of one. */
  readonly wasm?: Uint8Array | undefined;
};

/** Throws what the runtime throws when it cannot take the model. */
export type OpenSession = (files: SessionFiles) => Promise<Session>;

/** What onnxruntime-node and onnxruntime-web have in common. */
export type Runtime = {
  readonly Tensor: typeof RuntimeTensor;
  readonly InferenceSession: { create(model: Uint8Array, options: SessionOptions): Promise<InferenceSession> };
};
type SessionOptions = InferenceSession.SessionOptions;

/** One thread: as many sessions as cores do more in the same time than one session on all of them. What goes wrong is thrown,
 *  so nothing less than the fatal is logged. */
const usualOptions: SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  logSeverityLevel: 4,
};

export async function createSession(runtime: Runtime, model: Uint8Array, options: SessionOptions): Promise<Session> {
  const session = await runtime.InferenceSession.create(model, { ...usualOptions, ...options });
  return {
    inputs: session.inputMetadata.map(portOf),
    outputs: session.outputMetadata.map(portOf),
    run: async (feeds) => tensorsOf(await session.run(runtimeFeeds(runtime, feeds))),
    close: () => session.release(),
  };
}

function portOf(value: InferenceSession.ValueMetadata): Port {
  if (!value.isTensor) return { name: value.name, type: "other", shape: [] };
  return { name: value.name, type: typeOf(value.type), shape: value.shape };
}

/** The names are the same, but for the types that no detector uses. */
function typeOf(type: RuntimeTensor.Type): TensorType {
  return type === "int4" || type === "uint4" ? "other" : type;
}

function runtimeFeeds(runtime: Runtime, feeds: Tensors): Record<string, RuntimeTensor> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, shape, data }]) => {
      if (type === "bfloat16" || type === "other" || type === "string") {
        throw new TypeError(`Cannot feed "${name}": its type is ${type}`);
      }
      const tensor = new runtime.Tensor(type, data, shape);
      // onnxruntime-node finds no bytes in the Float16Array that the line above makes of bits (Deno 2.9).
      return [name, type === "float16" ? Object.defineProperty(tensor, "data", { value: data }) : tensor];
    }),
  );
}

function tensorsOf(values: InferenceSession.OnnxValueMapType): Tensors {
  const tensors: Record<string, Tensor> = {};
  for (const [name, { type, dims, data }] of Object.entries(values)) {
    if (Array.isArray(data)) continue;
    tensors[name] = { type: typeOf(type), shape: dims, data: numbersOf(data) };
  }
  return tensors;
}

/** Half-precision numbers become `Float32Array`, as the decoders want them. */
function numbersOf(data: Exclude<RuntimeTensor["data"], string[]>): TensorData {
  return data instanceof Float16Array ? new Float32Array(data) : data;
}
