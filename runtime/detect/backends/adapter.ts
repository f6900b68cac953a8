// The graphics adapter of this machine.
import type { Adapter } from "../sessions/session_messages.ts";

/** Blocks its thread while drivers load, for 50 ms or far longer. */
export async function findAdapter(): Promise<Adapter | undefined> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { description, vendor, isFallbackAdapter } = adapter.info;
  const name = description.trim() || vendor || "unnamed";
  return { name, software: isFallbackAdapter || softwareNames.test(name) };
}

const softwareNames = /llvmpipe|lavapipe|swiftshader|softpipe|software|basic render|\bwarp\b/i;
