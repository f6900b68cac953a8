// Memory for copies of bodies, used again: new memory costs more than the copying.

export interface BodyPool {
  /** A copy of its own. */
  copy(body: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Nobody uses the copy any more. */
  done(copy: Uint8Array<ArrayBuffer>): void;
}

/** Bytes below which new memory is as good. */
const smallBytes = 128 << 10;

/** Keeps at most so many bytes for later. */
export function createBodyPool(mostBytes: number): BodyPool {
  const free = new Map<number, ArrayBuffer[]>();
  let kept = 0;
  return {
    copy(body) {
      if (body.length < smallBytes) return new Uint8Array(body); // not `slice()`: a Buffer's shares its memory
      const size = 2 ** Math.ceil(Math.log2(body.length));
      const known = free.get(size)?.pop();
      if (known !== undefined) kept -= size;
      const copy = new Uint8Array(known ?? new ArrayBuffer(size), 0, body.length);
      copy.set(body);
      return copy;
    },
    done({ buffer }) {
      const size = buffer.byteLength;
      if (size < smallBytes || kept + size > mostBytes) return;
      kept += size;
      const list = free.get(size) ?? [];
      list.push(buffer);
      free.set(size, list);
    },
  };
}
