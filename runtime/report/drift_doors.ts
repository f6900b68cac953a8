// The doors to the two ways of writing down what changed, which load only when used.
import type { Drift } from "./drift.ts";

export async function driftPage(drift: Drift): Promise<string> {
  return (await import("./drift_page.ts")).writeDriftPage(drift);
}

export async function driftMarkdown(drift: Drift): Promise<string> {
  return (await import("./drift_markdown.ts")).writeDriftMarkdown(drift);
}
