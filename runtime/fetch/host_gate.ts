// So many requests to one host at once, and no more; those that wait start in the order they came.

export interface HostGate {
  enter<T>(host: string, most: number, signal: AbortSignal, body: () => Promise<T>): Promise<T>;
}

type Place = { running: number; readonly waiting: Set<() => void> };

export function createHostGate(): HostGate {
  const places = new Map<string, Place>();
  const leave = (host: string, place: Place) => {
    const [next] = place.waiting;
    if (next !== undefined) return next(); // the place is handed over
    place.running--;
    if (place.running === 0) places.delete(host);
  };
  return {
    async enter(host, most, signal, body) {
      const place = places.get(host) ?? { running: 0, waiting: new Set() };
      places.set(host, place);
      if (place.running >= most) await turn(place.waiting, signal);
      else place.running++;
      try {
        return await body();
      } finally {
        leave(host, place);
      }
    },
  };
}

function turn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const leave = () => {
      waiting.delete(go);
      signal.removeEventListener("abort", stop);
    };
    const go = () => {
      leave();
      resolve();
    };
    const stop = () => {
      leave();
      reject(signal.reason);
    };
    waiting.add(go);
    signal.addEventListener("abort", stop, { once: true });
  });
}
