// Reads `.npy` files for tests, strictly: version 1.0, C order, as NumPy writes it.
import assert from "node:assert/strict";

export type Npy = {
  readonly type: "float32" | "uint8";
  readonly shape: readonly number[];
  readonly data: readonly number[];
};

export function readNpy(file: Uint8Array): Npy {
  assert.deepEqual([...file.subarray(0, 8)], [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 10 + view.getUint16(8, true);
  assert.equal(start % 64, 0, "the numbers are aligned");
  const header = new TextDecoder("ascii").decode(file.subarray(10, start));
  const form = /^\{'descr': '(<f4|\|u1)', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/.exec(header);
  assert.ok(form !== null, header);
  const shape = (form[2] ?? "").split(",").filter((part) => part.trim() !== "").map(Number);
  const width = form[1] === "<f4" ? 4 : 1;
  const count = shape.reduce((product, length) => product * length, 1);
  assert.equal(file.length - start, count * width);
  const data = Array.from(
    { length: count },
    (_, at) => width === 4 ? view.getFloat32(start + 4 * at, true) : file[start + at] ?? NaN,
  );
  return { type: width === 4 ? "float32" : "uint8", shape, data };
}
