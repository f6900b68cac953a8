// Reading numbers out of untrusted bytes. Every read outside the data throws `RangeError`, and nothing else.

/** A view of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Four ASCII characters as the big-endian number that `getUint32` gives for them. */
export function fourCc(text: string): number {
  return (text.charCodeAt(0) << 24 | text.charCodeAt(1) << 16 | text.charCodeAt(2) << 8 | text.charCodeAt(3)) >>> 0;
}

/** True when the bytes from `at` on are `text`, a character a byte. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** Runs `read`; its `RangeError`, a read past the end of the data, becomes `fallback`. */
export function within<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return fallback;
    throw error;
  }
}
