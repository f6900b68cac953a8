// A place for one session of a pool: the session itself, the image that it has at work, and the one that waits for it.
import type { Backend, Candidates } from "../../contract/detection.ts";
import type { Raster, Size } from "../../contract/image.ts";
import type { AnySpec } from "../model_spec.ts";
import type { Placement } from "../placement.ts";
import type { SessionReply } from "./session_messages.ts";
import type { SessionLink, Spawn } from "./spawn.ts";

/** At work and waiting at one session. */
export const mostJobs = 2;

export type SessionOptions = {
  readonly spawn: Spawn;
  readonly backend: Backend;
  /** The ONNX file. Every session gets a copy. */
  readonly model: Uint8Array;
  readonly wasm: Uint8Array | undefined;
  readonly spec: AnySpec;
  /** Score, 0 to 1, below which nothing is kept. */
  readonly floor: number;
};

/** `raster` has the size of `at`; boxes are given in pixels of `image`. */
export type PoolWork = { readonly raster: Raster; readonly at: Placement; readonly image: Size };

export type Job = {
  readonly work: PoolWork;
  readonly resolve: (candidates: Candidates) => void;
  readonly reject: (reason: unknown) => void;
  /** Times that it failed. */
  failures: number;
  /** Nobody waits for it any more. */
  abandoned: boolean;
};

export interface Seat {
  /** `empty` before `start()`, and again when the session has ended or died. */
  readonly state: "empty" | "opening" | "open";
  /** The one at work first. */
  readonly jobs: readonly Job[];
  start(): void;
  give(job: Job): void;
  /** Ends the session, whatever it is doing. Returns the jobs that it had. */
  end(): readonly Job[];
}

export type SeatEvents = {
  opened(): void;
  /** The runtime does not take the model. */
  refused(message: string): void;
  answered(job: Job, reply: SessionReply): void;
  /** The seat is empty now; `jobs` are those that it had. */
  died(jobs: readonly Job[], message: string): void;
};

/** Memory in which rasters go to the session, used in turns: as many as jobs, so that nobody reads what is written. A new
 *  buffer for each raster would cost more in fresh pages than the copy itself. */
function createSlots() {
  const slots: Uint8Array<SharedArrayBuffer>[] = [];
  let next = 0;
  return {
    copied(data: Uint8Array): Uint8Array {
      const index = next++ % mostJobs;
      let slot = slots[index];
      if (slot === undefined || slot.length < data.length) {
        slot = slots[index] = new Uint8Array(new SharedArrayBuffer(data.length));
      }
      slot.set(data);
      return slot.subarray(0, data.length);
    },
  };
}

export function createSeat(options: SessionOptions, events: SeatEvents): Seat {
  const { spawn, backend, model, wasm, spec, floor } = options;
  let link: SessionLink | undefined;
  let open = false;
  let jobs: Job[] = [];
  const slots = createSlots();

  const leave = () => {
    const left = jobs;
    [link, open, jobs] = [undefined, false, []];
    return left;
  };
  const hear = (reply: SessionReply) => {
    if (open) {
      const job = jobs.shift();
      if (job !== undefined) events.answered(job, reply);
    } else if (reply.type === "open") {
      open = true;
      events.opened();
    } else events.refused(reply.type === "failed" ? reply.message : `it answered ${reply.type}`);
  };

  return {
    get state() {
      return link === undefined ? "empty" : open ? "open" : "opening";
    },
    get jobs() {
      return jobs;
    },
    start() {
      link = spawn(backend, { onReply: hear, onDeath: (message) => events.died(leave(), message) });
      const bytes = new Uint8Array(model); // `slice()` of a Buffer is no copy
      link.send({ type: "open", backend, model: bytes, wasm }, [bytes.buffer]);
      link.send({ type: "model", spec, floor });
    },
    give(job) {
      jobs.push(job);
      const { raster, at, image } = job.work;
      link?.send({ type: "find", raster: { ...raster, data: slots.copied(raster.data) }, at, image });
    },
    end() {
      link?.end();
      return leave();
    },
  };
}
