// Averages over boxes, in place.

/** Averages `values` (rows of `width` pixels of `channels` numbers) over boxes of 2 `across` + 1 by 2 `down` + 1. */
export function blurred(
  values: Float32Array,
  width: number,
  height: number,
  channels: number,
  across: number,
  down: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    if (across > 0) {
      for (let y = 0; y < height; y++) averageLine(values, y * width * channels + channel, channels, width, across);
    }
    if (down > 0) {
      for (let x = 0; x < width; x++) averageLine(values, x * channels + channel, width * channels, height, down);
    }
  }
}

function averageLine(values: Float32Array, start: number, stride: number, length: number, reach: number): void {
  const line = new Float32Array(length + 2 * reach + 1);
  for (let at = 0; at < line.length; at++) {
    line[at] = values[start + Math.min(Math.max(at - reach, 0), length - 1) * stride] ?? 0;
  }
  let sum = 0;
  for (let at = 0; at <= 2 * reach; at++) sum += line[at] ?? 0;
  for (let at = 0; at < length; at++) {
    values[start + at * stride] = sum / (2 * reach + 1);
    sum += (line[at + 2 * reach + 1] ?? 0) - (line[at] ?? 0);
  }
}
