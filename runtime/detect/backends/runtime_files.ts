// Where the packages of the backends lie, and what a Worker that loads one may do.
import { fileURLToPath } from "node:url";
import type { Backend } from "../../contract/detection.ts";

/** Of both packages, as pinned in `deno.json`; part of the key of every result. */
export const runtimeVersion = "1.30.0";

/** Package and version that compute. */
export function runtimeOf(backend: Backend): string {
  return `onnxruntime-${backend === "native" ? "node" : "web"} ${runtimeVersion}`;
}

const wasmFiles: Readonly<Record<Backend, string | undefined>> = {
  native: undefined,
  wasm: "ort-wasm-simd-threaded.wasm",
  webgpu: "ort-wasm-simd-threaded.asyncify.wasm",
};

/** The WebAssembly file of a backend, if it is made of one; a Worker without permissions cannot read it by itself. */
export async function readWasm(backend: Backend): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = wasmFiles[backend];
  if (file === undefined) return undefined;
  return await Deno.readFile(new URL(import.meta.resolve(`onnxruntime-web/${file}`)));
}

/** The least that a Worker needs: nothing, or to load the native library. */
export function permissionsOf(backend: Backend): Deno.PermissionOptions {
  return backend === "native" ? { ...nothing, ffi: [nativeFolder()] } : "none";
}

const nothing = { env: false, import: false, net: false, read: false, run: false, sys: false, write: false } as const;

/** The folder of the native library for this platform. */
export function nativeFolder(): string {
  const { os, arch } = Deno.build;
  const platform = os === "windows" ? "win32" : os;
  const folder = `../bin/napi-v6/${platform}/${arch === "aarch64" ? "arm64" : "x64"}`;
  return fileURLToPath(new URL(folder, import.meta.resolve("onnxruntime-node")));
}
