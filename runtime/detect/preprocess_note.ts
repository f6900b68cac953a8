// Pre-processing in words. Pure.
import type { Preprocess } from "../contract/detection.ts";

export function preprocessNote(preprocess: Preprocess): string {
  const { color, fit, anchor, pad, filter } = preprocess;
  const where = anchor === "center" ? "in the centre" : "at the top left";
  const placed = fit === "stretch" ? "stretched to the input" : `letterboxed ${where} on ${pad}`;
  return `pixels: ${color}, ${formulaOf(preprocess)}, ${placed}, resized by ${filter}`;
}

function formulaOf({ scale, mean, std }: Preprocess): string {
  const divisor = 1 / scale;
  const isWhole = Math.abs(divisor - Math.round(divisor)) < 1e-6;
  const scaled = scale === 1 ? "value" : isWhole ? `value / ${Math.round(divisor)}` : `value * ${scale}`;
  const isPlain = mean.every((each) => each === 0) && std.every((each) => each === 1);
  return isPlain ? scaled : `(${scaled} - ${mean.join("|")}) / ${std.join("|")}`;
}
