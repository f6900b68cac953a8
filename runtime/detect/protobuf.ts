// The wire format of protocol buffers, as far as ONNX files use it. Pure; source: protobuf.dev/programming-guides/encoding.

/** Called for each field. `varint`: `from` is the value, -1 for one that is negative or beyond 2^53. `fixed` and `bytes`:
 *  the content is `from` to `to`. */
export type Visit = (field: number, kind: "varint" | "fixed" | "bytes", from: number, to: number) => void;

/** Visits the fields of the message in `bytes` from `from` to `to`. Copies nothing and takes time in proportion to the
 *  number of fields. Throws `RangeError` when the message ends in the middle of a field, `SyntaxError` when it is none. */
export function eachField(bytes: Uint8Array, from: number, to: number, visit: Visit): void {
  let at = from;

  const varint = (): number => {
    let value = 0;
    for (let scale = 1, count = 0; count < 10; count++, scale *= 128) {
      if (at >= to) throw new RangeError("Cannot read a field: the message ends in its middle");
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value <= Number.MAX_SAFE_INTEGER ? value : -1;
    }
    throw new SyntaxError("Cannot read a field: a number has more than ten bytes");
  };

  const skipped = (length: number): number => {
    if (length < 0 || length > to - at) throw new RangeError("Cannot read a field: the message ends in its middle");
    at += length;
    return at;
  };

  while (at < to) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (field < 1) throw new SyntaxError("Cannot read a field: it has no number");
    const wire = tag % 8;
    if (wire === 0) visit(field, "varint", varint(), at);
    else if (wire === 2) {
      const length = varint();
      const start = at;
      visit(field, "bytes", start, skipped(length));
    } else if (wire === 1 || wire === 5) {
      const start = at;
      visit(field, "fixed", start, skipped(wire === 1 ? 8 : 4));
    } else throw new SyntaxError(`Cannot read a field: its kind is ${wire}`);
  }
}
