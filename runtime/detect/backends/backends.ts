// The backends by name: how a session is opened, which file it is made of, what a Worker for it may do.
import type { Backend } from "../../contract/detection.ts";
import { openNative } from "./native.ts";
import type { OpenSession } from "./session.ts";
import { openWasm } from "./wasm.ts";
import { openWebgpu } from "./webgpu.ts";

export const openSession: Readonly<Record<Backend, OpenSession>> = {
  native: openNative,
  wasm: openWasm,
  webgpu: openWebgpu,
};
