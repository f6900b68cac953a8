// What a server answers, whatever protocol it speaks.

/** A request to an address that was looked at. */
export type Hop = {
  readonly url: URL;
  readonly address: string;
  readonly method: string;
  /** Lower-case names, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
};

export interface Reply {
  readonly status: number;
  /** Lower-case names; several of one name are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Each header `X-Robots-Tag` by itself. */
  readonly robots: readonly string[];
  /** As it is sent, not decompressed. Throws when the connection ends before it does. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection unless all was read. To be called in any case. */
  end(): void;
}

/** Sends a request and gives the answer as soon as its headers are there. Ends it when the signal aborts. */
export type Exchange = (hop: Hop, signal: AbortSignal) => Promise<Reply>;
