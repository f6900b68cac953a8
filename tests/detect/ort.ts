// A session of onnxruntime-node as plainly as possible, for tests that need numbers of real models.
import type { Tensor } from "../../runtime/detect/tensor.ts";

/** Runs one model, one thread. `source`: its path or its bytes. */
export async function openModel(
  source: string | Uint8Array,
): Promise<{ run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>; close(): Promise<void> }> {
  const ort = await import("onnxruntime-node");
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session =
    await (typeof source === "string"
      ? ort.InferenceSession.create(source, options)
      : ort.InferenceSession.create(source, options));
  return {
    async run(feeds) {
      const tensors = Object.entries(feeds).map(([name, { type, data, shape }]) => {
        // The types of tensors that the models of these tests take are among those that the runtime knows.
        return [name, new ort.Tensor(type as "float32", data as Float32Array, shape)] as const;
      });
      const outputs = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { type, dims, data }]) => {
          // Likewise for what they give: numbers, never texts.
          return [name, { type: type as "float32", shape: dims, data: data as Float32Array }];
        }),
      );
    },
    close: () => session.release(),
  };
}
