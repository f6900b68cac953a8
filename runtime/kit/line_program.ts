// A program that answers each line on its stdin with a line on its stdout. Pure but for the program it is given.
import type { ProgramExit, RunningProgram } from "../contract/world.ts";

export interface LineProgram {
  /** How many questions it has answered. */
  readonly answered: number;
  /** Asks, and reads one line. Nothing is read while nobody asks, so a program that talks on fills a pipe and no memory.
   *  A program that failed is ended and cannot be asked again. Rejects with the signal's reason when that aborts. */
  ask(question: string, limits: AskLimits, signal: AbortSignal): Promise<LineAnswer>;
  /** Reads one more line, as an answer to the question asked last. */
  again(limits: AskLimits, signal: AbortSignal): Promise<LineAnswer>;
  /** Ends it and all that it started, at once. */
  kill(): Promise<ProgramExit>;
  /** Closes its stdin and waits for its end; what is still there after `graceMs` is killed. */
  end(graceMs: number): Promise<ProgramExit>;
}

export type AskLimits = {
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** Bytes of a line. */
  readonly maxBytes: number;
};

export type LineAnswer = { readonly line: string } | { readonly failure: LineFailure };

/** Why there is no answer: a snake_case word, and a sentence for people. */
export type LineFailure = { readonly reason: "program_exit" | "timeout" | "bad_answer"; readonly detail: string };

const newline = 10;

export function createLineProgram(program: RunningProgram): LineProgram {
  const writer = program.stdin.getWriter();
  const lines = createLineReader(program.stdout.getReader());
  const encoder = new TextEncoder();
  let answered = 0;

  let ended: Promise<ProgramExit> | undefined;
  const kill = (): Promise<ProgramExit> => {
    if (ended !== undefined) return ended;
    program.kill();
    lines.cancel();
    writer.abort().catch(() => {}); // it has ended: there is nobody to write to
    return ended = program.exit;
  };

  async function read(sent: Promise<unknown>, limits: AskLimits, signal: AbortSignal): Promise<LineAnswer> {
    const end = await firstOf(sent, () => lines.next(limits.maxBytes), limits.timeoutMs, signal);
    const line = "bytes" in end ? textOf(end.bytes) : undefined;
    if (line !== undefined) {
      answered++;
      return { line };
    }
    const detail = "bytes" in end ? "Its answer is no UTF-8" : await detailOf(end.why, limits, program, kill);
    await kill();
    signal.throwIfAborted();
    const reason = "bytes" in end ? "bad_answer" : reasons[end.why];
    return { failure: { reason, detail } };
  }

  return {
    get answered() {
      return answered;
    },
    async ask(question, limits, signal) {
      signal.throwIfAborted();
      const sent = writer.write(encoder.encode(`${question}\n`));
      sent.catch(() => {}); // parked until it is looked at
      return await read(sent, limits, signal);
    },
    again: (limits, signal) => read(Promise.resolve(), limits, signal),
    kill,
    async end(graceMs) {
      writer.close().catch(() => {}); // it has closed its side already
      lines.drain();
      const timer = setTimeout(() => program.kill(), graceMs);
      try {
        return await program.exit;
      } finally {
        clearTimeout(timer);
        lines.cancel();
      }
    },
  };
}

/** Why no line came: it is `closed` when its stdout ended, `deaf` when its stdin did. */
type NoLine = { readonly why: "closed" | "deaf" | "too_long" | "timeout" | "aborted" };
type Line = { readonly bytes: Uint8Array };

function firstOf(
  sent: Promise<unknown>,
  next: () => Promise<Line | NoLine>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Line | NoLine> {
  return new Promise((resolve) => {
    const onAbort = () => done({ why: "aborted" });
    const timer = setTimeout(() => done({ why: "timeout" }), timeoutMs);
    const done = (end: Line | NoLine) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(end);
    };
    signal.addEventListener("abort", onAbort);
    next().then(done, () => done({ why: "closed" }));
    sent.catch(() => done({ why: "deaf" }));
  });
}

const reasons = {
  closed: "program_exit",
  deaf: "program_exit",
  aborted: "program_exit",
  too_long: "bad_answer",
  timeout: "timeout",
} as const;

async function detailOf(
  why: NoLine["why"],
  { timeoutMs, maxBytes }: AskLimits,
  program: RunningProgram,
  kill: () => Promise<ProgramExit>,
): Promise<string> {
  if (why === "timeout") return `It gave no answer within ${timeoutMs / 1000} s`;
  if (why === "too_long") return `Its answer is longer than ${maxBytes} bytes`;
  return await settledExit(program, why, kill);
}

/** How it ended, in words. A program that closed one of its ends and lives on is of no use: it is killed. */
async function settledExit({ exit }: RunningProgram, why: NoLine["why"], kill: () => Promise<ProgramExit>) {
  const isOver = why !== "aborted" && await endsWithin(closingMs, exit);
  const { code, signal, complaint } = await kill();
  const last = complaint.split("\n").findLast((line) => line.trim() !== "")?.trim() ?? "";
  const said = last === "" ? "" : `: ${last.slice(0, 500)}`;
  if (!isOver && signal === "SIGKILL") {
    return `It closed its ${why === "deaf" ? "stdin" : "stdout"} before it answered${said}`;
  }
  return signal === undefined
    ? `It ended with exit code ${code} before it answered${said}`
    : `It was ended by ${signal} before it answered${said}`;
}

/** A program that ends closes its stdout a moment before, in milliseconds. */
const closingMs = 1000;

function endsWithin(ms: number, exit: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void exit.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Lines without their ends, read as they are asked for. */
function createLineReader(reader: ReadableStreamDefaultReader<Uint8Array>) {
  let rest: Uint8Array = new Uint8Array();
  let cancelled = false;
  return {
    async next(maxBytes: number): Promise<Line | NoLine> {
      const parts: Uint8Array[] = [];
      let size = 0;
      for (;;) {
        const end = rest.indexOf(newline);
        parts.push(end < 0 ? rest : rest.subarray(0, end));
        size += parts.at(-1)?.length ?? 0;
        if (size > maxBytes) return { why: "too_long" };
        rest = end < 0 ? new Uint8Array() : rest.subarray(end + 1);
        if (end >= 0) return { bytes: joined(parts, size) };
        const { value, done } = await reader.read();
        if (done) return { why: "closed" };
        rest = value;
      }
    },
    /** What it still says is thrown away, so that it does not wait for a reader. */
    async drain() {
      try {
        while (!cancelled && !(await reader.read()).done);
      } catch {
        // it has ended
      }
    },
    cancel() {
      cancelled = true;
      reader.cancel().catch(() => {}); // it has ended
    },
  };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0] ?? new Uint8Array();
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
