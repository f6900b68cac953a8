import assert from "node:assert/strict";
import { npyFile } from "../../runtime/kit/npy.ts";
import { inFolder } from "../temp_folder.ts";
import { readNpy } from "./npy_reader.ts";
import { numpyTest, printedByNumpy } from "./numpy.ts";

Deno.test("npyFile() writes shape, type and numbers in C order", () => {
  const numbers = Float32Array.of(0, -1.5, 3e38, 0.1, 5, 6);
  for (const shape of [[6], [2, 3], [1, 2, 3, 1]]) {
    assert.deepEqual(readNpy(npyFile("float32", shape, numbers)), { type: "float32", shape, data: [...numbers] });
  }
  const bytes = Uint8Array.of(0, 128, 255);
  assert.deepEqual(readNpy(npyFile("uint8", [3, 1], bytes)), { type: "uint8", shape: [3, 1], data: [0, 128, 255] });
  assert.deepEqual(readNpy(npyFile("uint8", [0, 3], new Uint8Array())).shape, [0, 3]);
});

Deno.test("npyFile() keeps the numbers aligned when the header grows", () => {
  for (let rank = 1; rank < 30; rank++) readNpy(npyFile("uint8", new Array(rank).fill(1), Uint8Array.of(7)));
});

Deno.test("npyFile() refuses a shape of another size", () => {
  assert.throws(() => npyFile("float32", [2, 2], new Float32Array(3)), RangeError);
});

numpyTest("npyFile() writes what NumPy reads", async () => {
  await inFolder(async (root) => {
    const path = `${root}/a.npy`;
    await Deno.writeFile(path, npyFile("float32", [2, 1, 3], Float32Array.of(0, 1, 2, 3, 4, 5.5)));
    const said = await printedByNumpy(
      `a = numpy.load("${path}"); print(a.shape, a.dtype, a.tolist(), a.flags.c_contiguous)`,
    );
    assert.equal(said, "(2, 1, 3) float32 [[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.5]]] True\n");
  });
});
