// Pictures inside a page.
import { Buffer } from "node:buffer";

/** Bytes as an address that holds them. Only what is a picture by its first bytes is shown as one: `undefined` else. */
export function dataUri(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = start[0] === 0xff && start[1] === 0xd8
    ? "jpeg"
    : start.subarray(1, 4).toString("latin1") === "PNG"
    ? "png"
    : start.subarray(8, 12).toString("latin1") === "WEBP"
    ? "webp"
    : undefined;
  return type === undefined ? undefined : `data:image/${type};base64,${start.toString("base64")}`;
}
