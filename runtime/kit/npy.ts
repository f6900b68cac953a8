// NumPy's file format, version 1.0: a header in the notation of Python, then the numbers in C order, little end first.
// Source: numpy.org/doc/stable/reference/generated/numpy.lib.format.html.

export const npyTypes = ["float32", "uint8"] as const;
export type NpyType = typeof npyTypes[number];

const descriptions: Readonly<Record<NpyType, string>> = { float32: "<f4", uint8: "|u1" };

/** The header's length is a multiple of it, so that the numbers can be mapped into memory. */
const alignment = 64;
const prefixLength = 10;

/** The bytes of a `.npy` file. Throws `RangeError` when the shape does not hold as many numbers as `data`. */
export function npyFile(type: NpyType, shape: readonly number[], data: Float32Array | Uint8Array): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== data.length) {
    throw new RangeError(
      `Cannot write the array "${shape.join(" x ")}": it holds ${count} numbers, not ${data.length}`,
    );
  }
  const header = headerOf(type, shape);
  const file = new Uint8Array(header.length + data.byteLength);
  file.set(header);
  file.set(littleEnd(data), header.length);
  return file;
}

function headerOf(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${descriptions[type]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((prefixLength + text.length + 1) / alignment) * alignment;
  const header = new TextEncoder().encode(" ".repeat(prefixLength) + text.padEnd(length - prefixLength - 1) + "\n");
  header.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(header.buffer).setUint16(8, length - prefixLength, true);
  return header;
}

function littleEnd(data: Float32Array | Uint8Array): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (isLittle) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const view = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return new Uint8Array(view.buffer);
}

const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
