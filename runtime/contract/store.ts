// The only door to bytes that outlive a run.

/** Keys are relative paths of printable ASCII, `/` between parts; never empty, never `.` or `..` as a part. */
export interface ObjectStore {
  /** Says where this is, for messages. */
  readonly place: string;
  /** The bytes, or `undefined` when there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes durably. With `ifAbsent`, writes only when there is no such object and says whether it did: of any number
   *  of writers at once exactly one is told `true`, and no reader ever sees part of it. */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<boolean>;
  /** Objects whose key starts with `prefix`, in byte order. */
  list(prefix: string): AsyncIterable<ObjectEntry>;
  /** Makes `to` hold the bytes of `from`; they may share storage. An existing `to` is left as it is. */
  copy(from: string, to: string): Promise<void>;
  has(key: string): Promise<boolean>;
}

export type PutOptions = { readonly ifAbsent?: boolean };

/** `size` in bytes. */
export type ObjectEntry = { readonly key: string; readonly size: number };
