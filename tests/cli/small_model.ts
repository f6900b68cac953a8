// A model for command lines: it says the same of every image, and is gone in a moment.
import { constantModel, floats, type OnnxModel } from "../detect/onnx_writer.ts";

/** Side of its input, in pixels. */
const side = 64;
/** Places on grids of 8, 16 and 32 pixels. */
const places = 84;

/** A model of the classes `ball` and `goal`. It finds a ball (0.9) in the middle of its input and a goal (0.4) in the left
 *  half, whatever it is shown. */
export function smallModel(more: Partial<OnnxModel> = {}): Uint8Array<ArrayBuffer> {
  const numbers = new Float32Array(6 * places);
  [[32, 32, 20, 10, 0.9, 0], [16, 32, 32, 64, 0, 0.4]].forEach((column, at) => {
    column.forEach((value, row) => numbers[row * places + at] = value);
  });
  const input = { name: "images", shape: [1, 3, side, side] };
  return constantModel([input], { output0: floats([1, 6, places], numbers) }, {
    metadata: { names: "{0: 'ball', 1: 'goal'}", task: "detect" },
    computedBy: "Mul",
    ...more,
  });
}

/** A square picture of one colour. */
export async function squarePicture(red: number): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const background = { r: red, g: 90, b: 40 };
  return new Uint8Array(
    await sharp({ create: { width: 128, height: 128, channels: 3, background } }).jpeg().toBuffer(),
  );
}
