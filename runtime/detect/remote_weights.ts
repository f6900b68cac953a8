// Downloads for a thread without a network: another one makes them, into the folder that both read.
import { InputError, messageOf } from "../contract/errors.ts";
import type { RunReply } from "../contract/run_request.ts";
import type { WeightsCache } from "./weights_cache.ts";

export type DownloadRequest = Extract<RunReply, { readonly type: "download" }>;

export interface RemoteWeights {
  readonly weights: WeightsCache;
  /** To be told how a download ended; `problem` is why it failed. */
  downloaded(id: number, problem: string | undefined): void;
}

/** `cache` is looked into here; `ask` sends to a thread that has `createRequestedDownloads()`. */
export function createRemoteWeights(cache: WeightsCache, ask: (request: DownloadRequest) => void): RemoteWeights {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let count = 0;
  return {
    weights: {
      ...cache,
      async download(wanted, url, _, signal) {
        const id = count++;
        const ended = Promise.withResolvers<void>();
        const onAbort = () => ended.reject(signal.reason);
        signal.addEventListener("abort", onAbort, { once: true });
        waiting.set(id, ended);
        ask({ type: "download", id, wanted, url });
        await ended.promise.finally(() => signal.removeEventListener("abort", onAbort));
        const found = await cache.find(wanted);
        if (found !== undefined) return found;
        throw new InputError(`Cannot use "${url}" as the weights of "${wanted.name}": the file was taken away`);
      },
    },
    downloaded(id, problem) {
      const ended = waiting.get(id);
      waiting.delete(id);
      if (problem === undefined) ended?.resolve();
      else ended?.reject(new InputError(problem));
    },
  };
}

/** The other side. `tell` says how a download ended; those under way end with `signal`. */
export async function obeyDownload(
  { id, wanted, url }: DownloadRequest,
  cache: WeightsCache,
  tell: (id: number, problem?: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await cache.download(wanted, url, () => {}, signal);
    tell(id);
  } catch (thrown) {
    if (!signal.aborted) tell(id, messageOf(thrown));
  }
}
