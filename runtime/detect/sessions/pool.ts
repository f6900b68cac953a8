// A pool of sessions of one model: finds objects in images, and says who is to blame when that fails.
import type { Candidates } from "../../contract/detection.ts";
import { InputError, ItemError, PluginError } from "../../contract/errors.ts";
import { runtimeOf } from "../backends/runtime_files.ts";
import { createRota, type Rota } from "./rota.ts";
import type { Job, PoolWork, SessionOptions } from "./seat.ts";
import type { SessionReply } from "./session_messages.ts";

export interface Pool {
  /** Takes any number of images at once and answers in any order. When `signal` aborts while the image is at work, its
   *  session ends in the middle and another takes its place. Throws `ItemError`: what the decoders throw, `model_failed`
   *  for an image that fails twice; `InputError` when the runtime does not take the model; `PluginError` when sessions
   *  die, or images fail, one after the other. */
  find(work: PoolWork, signal: AbortSignal): Promise<Candidates>;
  /** Ends all sessions at once. */
  close(): void;
}

/** Times that an image may fail. */
const mostFailures = 2;
/** Without a success between them. */
const mostInARow = { deaths: 3, failures: 3 * mostFailures };

/** `sessions`: at most so many; they start when there is work for them. */
export function createPool(options: SessionOptions & { readonly sessions: number }): Pool {
  const { spec: { name, layout }, backend } = options;
  let ended: Error | undefined;
  const end = (reason: Error) => {
    ended ??= reason;
    for (const job of rota.end()) job.reject(ended);
  };
  const judge = createJudge(layout === "classes" ? "name images" : "find objects", name, {
    again: (job) => rota.again(job),
    end,
  });
  const rota = createRota(options, {
    refused: (text) => end(new InputError(`Cannot open the model "${name}": ${runtimeOf(backend)} says: ${text}`)),
    answered: judge.answered,
    died: judge.died,
  });
  return {
    find(work, signal) {
      if (ended !== undefined) return Promise.reject(ended);
      return waitFor(work, rota, signal);
    },
    close: () => end(new DOMException(`The model "${name}" was closed`, "AbortError")),
  };
}

async function waitFor(work: PoolWork, rota: Rota, signal: AbortSignal): Promise<Candidates> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Candidates>();
  const job: Job = { work, resolve, reject, failures: 0, abandoned: false };
  const onAbort = () => {
    reject(signal.reason);
    rota.forget(job);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  rota.add(job);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

type Sentences = { readonly again: (job: Job) => void; readonly end: (reason: Error) => void };

/** Decides what a failure means: another try, the end of this image, or the end of the pool. */
function createJudge(task: string, name: string, { again, end }: Sentences) {
  const inARow = { deaths: 0, failures: 0 };
  const strike = (what: keyof typeof mostInARow, trouble: string, job: Job | undefined, message: string) => {
    if (++inARow[what] >= mostInARow[what]) {
      const reason = new PluginError(failureText(task, name, trouble, message));
      job?.reject(reason);
      end(reason);
    } else if (job !== undefined && ++job.failures < mostFailures) again(job);
    else job?.reject(new ItemError("model_failed", failureText(task, name, "it failed twice on this image", message)));
  };
  return {
    answered(job: Job, reply: SessionReply): void {
      if (reply.type === "found") {
        inARow.deaths = inARow.failures = 0;
        job.resolve(reply.candidates);
      } else if (reply.type === "failed" && reply.reason !== undefined) {
        job.reject(new ItemError(reply.reason, reply.message));
      } else if (reply.type === "failed") {
        strike("failures", "it fails on one image after the other", job, reply.message);
      }
    },
    died(atWork: Job | undefined, message: string): void {
      strike("deaths", "its sessions die one after the other", atWork, message);
    },
  };
}

function failureText(task: string, name: string, what: string, last: string): string {
  return `Cannot ${task} with "${name}": ${what}, last with: ${last}`;
}
