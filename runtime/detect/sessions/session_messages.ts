// What the pool and the Worker of a session say to each other.
import type { Backend, Candidates } from "../../contract/detection.ts";
import type { Raster, Size } from "../../contract/image.ts";
import type { Port } from "../graph.ts";
import type { AnySpec, Feeding } from "../model_spec.ts";
import type { Placement } from "../placement.ts";

/** To the Worker, which takes one after the other, through a port that is the first message it gets. */
export type SessionCommand =
  /** Asks for the graphics adapter; answered by `adapter`. */
  | { readonly type: "adapter" }
  /** Answered by `open`. Comes before those below. */
  | {
    readonly type: "open";
    readonly backend: Backend;
    readonly model: Uint8Array;
    readonly wasm: Uint8Array | undefined;
  }
  /** Runs the model on zeros; answered by `tried`. */
  | { readonly type: "try"; readonly feeding: Feeding }
  /** What to look for, and the score below which nothing is kept; not answered. */
  | { readonly type: "model"; readonly spec: AnySpec; readonly floor: number }
  /** Answered by `found`, without boxes by a classifier. `image`: the size that boxes are given in. */
  | {
    readonly type: "find";
    readonly raster: Raster;
    readonly at: Placement;
    readonly image: Size;
  };

/** From the Worker, in the order of the commands. One that fails is answered by `failed`; `reason` is that of an
 *  `ItemError`. */
export type SessionReply =
  | { readonly type: "adapter"; readonly adapter: Adapter | undefined }
  | { readonly type: "open"; readonly inputs: readonly Port[]; readonly outputs: readonly Port[] }
  | { readonly type: "tried"; readonly outputs: readonly TriedPort[] }
  | { readonly type: "found"; readonly candidates: Candidates }
  | { readonly type: "failed"; readonly reason?: string; readonly message: string };

/** An output as it came out. `least` and `most` of its finite numbers, absent when it has none; `others`: how many are
 *  not finite. */
export type TriedPort = Port & { readonly least?: number; readonly most?: number; readonly others: number };

/** A graphics adapter as WebGPU shows it. `software`: a CPU pretends to be one. */
export type Adapter = { readonly name: string; readonly software: boolean };
