// Ends a request of which nothing was heard for too long.

export interface Watch {
  /** Aborted by whoever may stop the request, and by silence. */
  readonly signal: AbortSignal;
  /** Something was heard; the next word is awaited from now on. */
  heard(): void;
  /** Nothing is awaited until `heard` is called: whoever reads takes their time. */
  rest(): void;
  end(): void;
}

export type WatchOptions = {
  /** How long nothing may be heard. */
  readonly silenceMs: number;
  /** How much later the first word may come. */
  readonly extraMs?: number;
  readonly signal?: AbortSignal | undefined;
};

/** Does `work` under a watch. */
export async function watched<T>(options: WatchOptions, work: (watch: Watch) => Promise<T>): Promise<T> {
  const watch = openWatch(options);
  try {
    return await work(watch);
  } catch (thrown) {
    throw unlessStopped(watch, thrown);
  } finally {
    watch.end();
  }
}

/** What was thrown, or why the request was stopped: the SDK has an error of its own for that, which does not say why. */
export function unlessStopped({ signal }: Watch, thrown: unknown): unknown {
  return signal.aborted ? signal.reason : thrown;
}

/** A watch for work that outlives a function. */
export function openWatch({ silenceMs, extraMs = 0, signal }: WatchOptions): Watch {
  const silence = new AbortController();
  let quietSince: number | undefined = performance.now();
  let allowed = silenceMs + extraMs;
  let timer = setTimeout(look, allowed);

  function look() {
    const left = (quietSince ?? performance.now()) + allowed - performance.now();
    if (left > 0) timer = setTimeout(look, left);
    else silence.abort(silent(allowed));
  }

  return {
    signal: signal === undefined ? silence.signal : AbortSignal.any([silence.signal, signal]),
    heard() {
      quietSince = performance.now();
      allowed = silenceMs;
    },
    rest: () => void (quietSince = undefined),
    end: () => clearTimeout(timer),
  };
}

function silent(ms: number): DOMException {
  return new DOMException(`nothing was heard for ${Math.round(ms / 100) / 10} s`, "TimeoutError");
}
