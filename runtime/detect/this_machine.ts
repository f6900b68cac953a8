// What this machine can compute models with.
import { existsSync, readdirSync } from "node:fs";
import { askSession } from "./sessions/ask_session.ts";
import { nativeFolder } from "./backends/runtime_files.ts";
import type { Machine } from "./choose_backend.ts";
import type { Adapter } from "./sessions/session_messages.ts";
import type { Spawn } from "./sessions/spawn.ts";

/** Drivers of a hung graphics card block whoever asks them. */
const adapterTimeoutMs = 10_000;

export function createMachine(spawn: Spawn): Machine {
  let asked: Promise<Adapter | undefined> | undefined;
  return {
    nativeTrouble,
    mayHaveGraphics: () => Deno.build.os !== "linux" || hasGraphicsDriver(),
    adapter: (signal) => asked ??= askForAdapter(spawn, signal),
  };
}

function nativeTrouble(): string | undefined {
  const { os, arch } = Deno.build;
  const folder = nativeFolder();
  if (!existsSync(`${folder}/onnxruntime_binding.node`)) return `it is not made for ${os} on ${arch}`;
  const { state } = Deno.permissions.querySync({ name: "ffi", path: folder });
  return state === "granted" ? undefined : `Deno was started without --allow-ffi=${folder}`;
}

/** Where drivers for Vulkan are listed. (Deno keeps `/dev` and `/sys`, where the devices are, to those that may do all.) */
const driverFolders = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

function hasGraphicsDriver(): boolean {
  if (Deno.env.has("VK_DRIVER_FILES") || Deno.env.has("VK_ICD_FILENAMES")) return true;
  return driverFolders.some((folder) => existsSync(folder) && readdirSync(folder).some((file) => !/^lvp_/.test(file)));
}

/** Asks in a Worker, since the question blocks its thread. */
async function askForAdapter(spawn: Spawn, signal: AbortSignal): Promise<Adapter | undefined> {
  const late = AbortSignal.timeout(adapterTimeoutMs);
  try {
    const reply = await askSession(
      spawn,
      "webgpu",
      AbortSignal.any([signal, late]),
      (ask) => ask({ type: "adapter" }),
    );
    return reply.type === "adapter" ? reply.adapter : undefined;
  } catch (thrown) {
    if (thrown === late.reason) return undefined;
    throw thrown;
  }
}
