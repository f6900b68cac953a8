// Notices that a program says nothing while somebody waits for it. One that waits for its reader may be as silent as it
// likes.

export interface SilenceWatch {
  /** Somebody waits from here on. */
  wait(): void;
  /** Nobody waits any more. */
  rest(): void;
  /** It said something, be it elsewhere than where somebody waits. */
  heard(): void;
  /** True when it was silent for too long. */
  passed(): boolean;
  close(): void;
}

export function createSilenceWatch(ms: number, onSilence: () => void): SilenceWatch {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let passed = false;
  const rest = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const wait = () => {
    rest();
    timer = setTimeout(() => {
      passed = true;
      onSilence();
    }, ms);
  };
  return {
    wait,
    rest,
    heard: () => timer === undefined || wait(),
    passed: () => passed,
    close: rest,
  };
}

/** The stream, watched: read only when it is read from. */
export function watched(stream: ReadableStream<Uint8Array>, watch: SilenceWatch): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      watch.wait();
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } finally {
        watch.rest();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}
