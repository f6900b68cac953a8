// The doors to what is outside: other programs and the web. Plugins declare that they use them (`programs`, `network`).

/** Other programs on this machine. */
export interface ProgramsHost {
  /** The full path of a program that is called by its name or path; `undefined` when there is none. */
  find(command: string): Promise<string | undefined>;
  /** Starts a program. Nothing of the environment is passed on but PATH, HOME, LANG, TMPDIR and `env`. It is killed, with
   *  all that it started, when the signal aborts and at the end of the run, however that comes; what it leaves running
   *  when it ends is killed as well. Throws `InputError` when it cannot be started. */
  start(request: ProgramRequest, signal: AbortSignal): RunningProgram;
}

export type ProgramRequest = {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs; the folder of the command line when absent. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Address space it may use, in MiB (Linux; elsewhere there is no limit). */
  readonly memoryMb?: number;
  /** Milliseconds: it is killed when somebody waits for its output so long and it says nothing, also on stderr. */
  readonly silenceMs?: number;
  /** Gets each line of its stderr. */
  readonly onStderr?: (line: string) => void;
};

export interface RunningProgram {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  /** Never rejects. */
  readonly exit: Promise<ProgramExit>;
  kill(): void;
}

export type ProgramExit = {
  /** 0 when all went well. */
  readonly code: number;
  /** The signal that ended it, such as `SIGKILL`. */
  readonly signal?: string;
  /** Set when it was killed because it said nothing for `silenceMs`. */
  readonly silent?: true;
  /** The last lines of its stderr. */
  readonly complaint: string;
};

/** The web. Addresses are resolved and checked at every hop; private ones are refused unless `allow` names them. */
export interface WebHost {
  /** Sends a request and reads the answer: 2xx, or 304 where `unless` is given. `ItemError` when it cannot be had (its code
   *  says why), `TransientError` when it may be had later; its cause is an `ItemError` whose code says why. */
  send(request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
}

export type WebRequest = {
  readonly url: string;
  readonly method?: "GET" | "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Asks for the answer only if it is not this one any more; it is 304 otherwise. */
  readonly unless?: { readonly etag?: string; readonly lastModified?: string };
  /** Reads only so many bytes from the start, by a range where the server has them. */
  readonly head?: number;
  readonly policy: WebPolicy;
};

/** What a plugin's options say of its requests. */
export type WebPolicy = {
  /** Bytes above which an answer is not read. */
  readonly maxBytes: number;
  /** Milliseconds for one try, from the first byte sent to the last received. */
  readonly timeoutMs: number;
  /** Redirects that are followed. */
  readonly redirects: number;
  /** Tries in all, for what may pass: network trouble, 408, 425, 429, 5xx. */
  readonly tries: number;
  /** Requests to one host at once. */
  readonly perHost: number;
  /** Hosts and networks that may be reached although they are private: `127.0.0.1`, `10.1.0.0/16`, `cameras.lan`. */
  readonly allow: readonly string[];
  /** Words of `X-Robots-Tag` on which an answer is refused, such as `noai`. */
  readonly robots: readonly string[];
};

export type WebAnswer = {
  readonly status: number;
  /** Where the answer came from in the end. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  /** Bytes of the whole file, when `bytes` are only its start. */
  readonly wholeSize?: number;
};
