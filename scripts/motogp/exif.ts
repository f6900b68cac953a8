// EXIF by hand: just the orientation.

/** A JPEG with an APP1 segment that tells its orientation, 1 to 8, put in right behind the start. */
export function withOrientation(jpeg: Uint8Array, orientation: number): Uint8Array {
  const header = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif", two zeros
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8]; // big-endian, its directory at byte 8
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]; // orientation: one short number
  const content = [...header, ...tiff, 0, 1, ...entry, 0, 0, 0, 0];
  const segment = [0xff, 0xe1, 0, content.length + 2, ...content];
  return Uint8Array.from([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
}
