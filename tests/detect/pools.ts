// Pools over small models whose answers are known, and over sessions that die when they are told to.
import type { Backend } from "../../runtime/contract/detection.ts";
import { readWasm } from "../../runtime/detect/backends/runtime_files.ts";
import { createPool, type Pool } from "../../runtime/detect/sessions/pool.ts";
import type { PoolWork } from "../../runtime/detect/sessions/seat.ts";
import type { SessionCommand } from "../../runtime/detect/sessions/session_messages.ts";
import { createSessions, type Spawn } from "../../runtime/detect/sessions/spawn.ts";
import { floats, onnxFile, type OnnxModel, type OnnxNode } from "./onnx_writer.ts";
import { specFor } from "./specs.ts";

const side = 8;

/** A model of 8 x 8 pixels that finds one thing, the whole image; its score is the mean of the pixels, 0 to 1. `more`
 *  computes `corner` from `mean`, both [1, 1, 1]: the left side of the box. */
export function brightnessModel(more: Partial<OnnxModel> = {}): Uint8Array {
  const axes = { axes: [1, 2, 3], keepdims: 1 };
  return onnxFile({
    inputs: [{ name: "images", type: "float32", shape: [1, 3, side, side] }],
    outputs: [{ name: "found", type: "float32", shape: [1, 1, 6] }],
    ...more,
    nodes: [
      { operator: "ReduceMean", inputs: ["images"], outputs: ["means"], attributes: axes },
      { operator: "Squeeze", inputs: ["means", "last"], outputs: ["mean"] },
      ...more.nodes ?? [{ operator: "Mul", inputs: ["mean", "zero"], outputs: ["corner"] }],
      { operator: "Concat", inputs: ["corner", "rest", "mean", "zero"], outputs: ["found"], attributes: { axis: 2 } },
    ],
    initializers: {
      last: { type: "int64", shape: [1], data: BigInt64Array.of(3n) },
      zero: floats([1, 1, 1], [0]),
      rest: floats([1, 1, 3], [0, side, side]),
      ...more.initializers,
    },
  });
}

/** `corner` by way of a matrix of `side` x `side` numbers, squared: time and memory as one likes. */
export function squaring(side: number): Partial<OnnxModel> {
  const nodes: OnnxNode[] = [
    { operator: "Squeeze", inputs: ["mean", "first"], outputs: ["row"] },
    { operator: "Expand", inputs: ["row", "shape"], outputs: ["matrix"] },
    { operator: "MatMul", inputs: ["matrix", "matrix"], outputs: ["square"] },
    { operator: "ReduceMean", inputs: ["square"], outputs: ["one"], attributes: { axes: [0, 1], keepdims: 1 } },
    { operator: "Mul", inputs: ["one", "zero"], outputs: ["corner"] },
  ];
  return {
    nodes,
    initializers: {
      first: { type: "int64", shape: [1], data: BigInt64Array.of(0n) },
      shape: { type: "int64", shape: [2], data: BigInt64Array.of(BigInt(side), BigInt(side)) },
    },
  };
}

export type PoolSettings = {
  readonly backend?: Backend;
  readonly sessions?: number;
  readonly wrap?: (spawn: Spawn) => Spawn;
};

/** A pool over `model` that finds everything, ended behind `body`. */
export async function withPool(
  model: Uint8Array,
  { backend = "native", sessions = 2, wrap = (spawn) => spawn }: PoolSettings,
  body: (pool: Pool) => Promise<void>,
): Promise<void> {
  const started = createSessions();
  const spec = specFor("end_to_end", { size: { width: side, height: side }, outputs: { all: "found" } });
  const wasm = await readWasm(backend);
  const pool = createPool({ spawn: wrap(started.spawn), backend, model, wasm, spec, floor: 0, sessions });
  try {
    await body(pool);
  } finally {
    pool.close();
    await started.endAll();
  }
}

/** An image of one grey level, 0 to 255. */
export function grey(level: number): PoolWork {
  const size = { width: side, height: side };
  return {
    raster: { ...size, channels: 3, data: new Uint8Array(3 * side * side).fill(level) },
    at: { ...size, left: 0, top: 0 },
    image: size,
  };
}

/** What `brightnessModel()` makes of `grey(level)`. */
export function brightness(level: number) {
  return { classes: [0], scores: [Math.round(level / 255 * 10_000)], boxes: [0, 0, side * 100, side * 100] };
}

/** Sessions that are killed right behind the commands that `isDeadly` picks. */
export function mortal(isDeadly: (command: SessionCommand) => boolean): (spawn: Spawn) => Spawn {
  return (spawn) => (backend, listener) => {
    const link = spawn(backend, listener);
    return {
      end: link.end,
      send(command, transfer) {
        const deadly = isDeadly(command);
        link.send(command, transfer);
        if (!deadly) return;
        link.end();
        queueMicrotask(() => listener.onDeath("killed by the test"));
      },
    };
  };
}

/** True for the work of `grey(level)`. */
export function isGrey(command: SessionCommand, level: number): boolean {
  return command.type === "find" && command.raster.data[0] === level;
}
