// The limits of a run, with their defaults.
import type { Limits } from "../contract/manifest.ts";
import type { Manifest } from "./shape.ts";

/** Limits as the engine wants them. `concurrency` is used where the manifest does not say. */
export function limitsOf(given: Manifest["limits"], concurrency: number): Limits {
  return {
    concurrency: given?.concurrency ?? concurrency,
    maxRejected: maxRejectedOf(given?.max_rejected ?? "10%"),
    maxPixels: given?.max_pixels ?? 100_000_000,
    maxBytes: given?.max_bytes ?? 256 * 1024 * 1024,
    itemTimeout: given?.item_timeout ?? 60,
    retries: given?.retries ?? 3,
  };
}

function maxRejectedOf(given: number | string): Limits["maxRejected"] {
  if (typeof given === "number") return { count: given };
  return given.endsWith("%") ? { share: Number(given.slice(0, -1)) / 100 } : { count: Number(given) };
}
