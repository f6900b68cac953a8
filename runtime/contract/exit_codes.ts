// What the exit code of a command says, and which error ends in which.
import { FramewrightError, StoreError } from "./errors.ts";

export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  manifest: 3,
  limit: 4,
  conflict: 5,
  store: 6,
  source: 7,
  plugin: 8,
  interrupted: 130,
} as const;

export type ExitName = keyof typeof exitCodes;

/** One line for every exit code, for people. */
export const exitMeanings: Readonly<Record<ExitName, string>> = {
  ok: "All went well; also when nothing had changed",
  bug: "An error in Framewright itself: please report it",
  usage: "The command line is wrong: an unknown command, option or value",
  manifest: "The manifest is wrong; every problem is shown with its line",
  limit: "More records were rejected than `limits.max_rejected` allows; nothing is published",
  conflict: "Another run of the same dataset published first; run again to build on its version",
  store: "The store cannot be read or written: full, read-only, damaged or out of reach",
  source: "The source cannot be read: a missing folder, a file of its own that is wrong, a network that is down",
  plugin: "A plugin failed, hung or returned something that breaks its contract",
  interrupted: "Stopped by Ctrl-C or a signal; the next run goes on where this one stopped",
};

const namesByCode = new Map<string, ExitName>([
  ["usage", "usage"],
  ["manifest", "manifest"],
  ["source", "source"],
  ["plugin", "plugin"],
  ["limit", "limit"],
  ["transient", "source"],
]);

/** The exit code that a command ends with after `thrown`. What is not one of our errors is a bug. */
export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof StoreError) return thrown.failure === "conflict" ? exitCodes.conflict : exitCodes.store;
  if (thrown instanceof FramewrightError) return exitCodes[namesByCode.get(thrown.code) ?? "bug"];
  return isAbort(thrown) ? exitCodes.interrupted : exitCodes.bug;
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
