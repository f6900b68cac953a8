import assert from "node:assert/strict";
import { openNative } from "../../runtime/detect/backends/native.ts";
import { nativeFolder, readWasm, runtimeVersion } from "../../runtime/detect/backends/runtime_files.ts";
import { openWasm } from "../../runtime/detect/backends/wasm.ts";
import { openWebgpu } from "../../runtime/detect/backends/webgpu.ts";
import { sessionSuite } from "../suites/session_suite.ts";
import { adapterTest } from "./adapter.ts";

sessionSuite("native", (model) => openNative({ model }));
sessionSuite("wasm", async (model) => await openWasm({ model, wasm: await readWasm("wasm") }));
sessionSuite("webgpu", async (model) => await openWebgpu({ model, wasm: await readWasm("webgpu") }), adapterTest);

Deno.test("runtimeVersion is that of the packages", async () => {
  const { env } = await import("onnxruntime-node");
  const { env: webEnv } = await import("onnxruntime-web");
  assert.deepEqual([env.versions.node, webEnv.versions.web], [runtimeVersion, runtimeVersion]);
});

Deno.test("nativeFolder() holds the library of this platform", () => {
  assert.ok(Deno.statSync(`${nativeFolder()}/onnxruntime_binding.node`).isFile);
});
