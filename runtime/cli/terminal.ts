// The terminal, or the pipes and files that stand in for it.

export interface Output {
  /** Writes text at once. Does nothing once the reader has gone. */
  write(text: string): void;
  readonly isTerminal: boolean;
  /** True once the reader has gone, as in `| head`. */
  readonly closed: boolean;
}

export interface Terminal {
  readonly out: Output;
  readonly err: Output;
  /** Width and height in characters; 80 by 24 where nobody knows. */
  size(): { readonly columns: number; readonly rows: number };
}

export function openTerminal(): Terminal {
  return { out: outputOf(Deno.stdout), err: outputOf(Deno.stderr), size };
}

function size() {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 ? { columns, rows } : { columns: 80, rows: 24 };
  } catch {
    return { columns: 80, rows: 24 }; // no terminal
  }
}

function outputOf(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  const encoder = new TextEncoder();
  let closed = false;
  return {
    isTerminal: stream.isTerminal(),
    get closed() {
      return closed;
    },
    write(text) {
      if (closed) return;
      closed = !writeAll(stream, encoder.encode(text));
    },
  };
}

/** False when the reader has gone. A pipe that a parent made non-blocking may be full for a moment. */
function writeAll(stream: typeof Deno.stdout | typeof Deno.stderr, bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += stream.writeSync(bytes.subarray(at));
    } catch (thrown) {
      if (thrown instanceof Deno.errors.BrokenPipe) return false;
      if (!(thrown instanceof Deno.errors.WouldBlock)) throw thrown;
      pause(5);
    }
  }
  return true;
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
