// What the thread that serves people and the Worker that runs a pipeline say to each other. Plain data, and ports.
import type { Backend, WantedWeights } from "./detection.ts";
import type { RunEvent } from "./events.ts";

export type RunRequest = {
  readonly task: RunTask;
  /** Absolute path of the store's folder, or its `s3://` address. */
  readonly store: string;
  /** Absolute path of a folder for what does not fit into memory. */
  readonly scratch: string;
  /** The folder that holds `plugins/` and `sources/`. */
  readonly root: string;
  /** The process environment over what `.env` says. */
  readonly env: Readonly<Record<string, string>>;
  /** Items at work at once; the manifest's limit when absent. */
  readonly concurrency?: number;
  /** Made by `createPulse()`. */
  readonly pulse: SharedArrayBuffer;
};

export type RunTask = ManifestTask | ReplayTask;

/** Makes the next version of a dataset. */
export type ManifestTask = {
  readonly type: "manifest";
  /** Absolute path of the manifest. */
  readonly manifest: string;
  /** Parameters as written on the command line: `--set name=value`. */
  readonly set: Readonly<Record<string, string>>;
  /** What the manifest was seen to say of its store before it was read; absent when it does not decide. */
  readonly storeInManifest?: { readonly text: string | undefined };
  /** At most this many records, for a taste. */
  readonly limit?: number;
  /** True to stop after the plan. */
  readonly dryRun: boolean;
  readonly retry?: Retry;
};

/** Tries again what an earlier run of this dataset rejected: for these reasons, or for any when absent. */
export type Retry = { readonly dataset: string; readonly reasons?: readonly string[] };

/** Computes a version again from what its store holds, compares, and writes nothing to the store. */
export type ReplayTask = { readonly type: "replay"; readonly dataset: string; readonly number: number };

/** To the Worker. After `stop` it ends cleanly and answers `done` with exit code 130. */
export type RunCommand =
  | { readonly type: "run"; readonly request: RunRequest }
  | { readonly type: "stop" }
  /** The Worker of a session is gone. */
  | { readonly type: "session_died"; readonly id: number; readonly message: string }
  /** A download has ended, and went wrong where there is a problem. */
  | { readonly type: "downloaded"; readonly id: number; readonly problem?: string };

/** From the Worker. `done` is the last. It may have no network, so it asks for weights to be downloaded. Workers that a Worker starts are slow to come, so it asks for those that compute
 *  models; they get `port`, and all of them end with the run. */
export type RunReply =
  | { readonly type: "event"; readonly event: RunEvent }
  | { readonly type: "session"; readonly id: number; readonly backend: Backend; readonly port: MessagePort }
  | { readonly type: "end_session"; readonly id: number }
  | { readonly type: "download"; readonly id: number; readonly wanted: WantedWeights; readonly url: string }
  | { readonly type: "done"; readonly exit: number };
