// How the end of a run is told: as an event, without secrets.
import { FramewrightError, InputError, messageOf } from "../contract/errors.ts";
import type { RunEvent } from "../contract/events.ts";

/** What ended a run. Anything unexpected is a bug, unless the run was interrupted. */
export function failureOf(
  thrown: unknown,
  exit: number,
  interrupted: boolean,
): Extract<RunEvent, { readonly event: "failed" }> {
  if (thrown instanceof InputError && thrown.problems.length > 0) {
    return { event: "failed", code: thrown.code, message: thrown.message, problems: thrown.problems, exit };
  }
  const code = thrown instanceof FramewrightError ? thrown.code : interrupted ? "interrupted" : "bug";
  const stack = code === "bug" && thrown instanceof Error ? `\n${thrown.stack}` : "";
  return { event: "failed", code, message: `${messageOf(thrown)}${stack}`, exit };
}

/** The event with every secret value blotted out. */
export function withoutSecrets(event: RunEvent, secrets: readonly string[]): RunEvent {
  const shown = secrets.filter((secret) => secret.length > 0);
  if (shown.length === 0) return event;
  const text = shown.reduce(
    (left, secret) => left.replaceAll(JSON.stringify(secret).slice(1, -1), "***"),
    JSON.stringify(event),
  );
  return JSON.parse(text);
}
