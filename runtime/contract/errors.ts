// What a caller may have to act on. Each error has a code and a fate; anything else that is thrown is a bug.

/** What the engine does about an error: try again, reject this item only, or end the run. */
export type Fate = "retry" | "reject" | "abort";

export interface FramewrightErrorOptions {
  readonly cause?: unknown;
}

/** The parent of all expected errors. `code` is a stable snake_case word for machines. */
export class FramewrightError extends Error {
  override readonly name: string = "FramewrightError";
  constructor(readonly code: string, readonly fate: Fate, message: string, options: FramewrightErrorOptions = {}) {
    super(message, options);
  }
}

/** One thing that is wrong in a text the user wrote. Lines and columns count from 1. */
export type Problem = {
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The line itself, a line with the caret, and perhaps the nearest valid name. */
  readonly excerpt?: string;
  readonly hint?: string;
};

/** What the user gave is wrong: a manifest, a parameter, a command line. Carries every problem found. */
export class InputError extends FramewrightError {
  override readonly name = "InputError";
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
    options: FramewrightErrorOptions & { readonly code?: "manifest" | "usage" | "source" } = {},
  ) {
    super(options.code ?? "usage", "abort", message, options);
  }
}

/** A plugin broke its contract: it threw something unexpected, hung, or returned nonsense. */
export class PluginError extends FramewrightError {
  override readonly name = "PluginError";
  constructor(message: string, options: FramewrightErrorOptions = {}) {
    super("plugin", "abort", message, options);
  }
}

/** This item, and only this one, could not be processed. `code` is the reason the ledger shows. */
export class ItemError extends FramewrightError {
  override readonly name = "ItemError";
  constructor(reason: string, message: string, options: FramewrightErrorOptions = {}) {
    super(reason, "reject", message, options);
  }
}

/** Worth another try after a pause: a network that dropped, a server that is busy. */
export class TransientError extends FramewrightError {
  override readonly name = "TransientError";
  constructor(message: string, readonly retryAfterMs?: number, options: FramewrightErrorOptions = {}) {
    super("transient", "retry", message, options);
  }
}

export type StoreFailure = "full" | "read_only" | "missing" | "corrupt" | "conflict" | "unavailable";

/** The store cannot do what it was asked. `failure` says which way. */
export class StoreError extends FramewrightError {
  override readonly name = "StoreError";
  constructor(readonly failure: StoreFailure, message: string, options: FramewrightErrorOptions = {}) {
    super(`store_${failure}`, "abort", message, options);
  }
}

/** A limit of the manifest was passed, so nothing is published. */
export class LimitError extends FramewrightError {
  override readonly name = "LimitError";
  constructor(message: string, options: FramewrightErrorOptions = {}) {
    super("limit", "abort", message, options);
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return text.replace(/\s*\n\s*/g, " ");
}
