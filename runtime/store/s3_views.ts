// The files of a version under plain names in a bucket: copies, which the server makes itself.
import type { Views } from "../contract/store.ts";
import type { S3Connection } from "../s3/client.ts";
import { mediaTypeOf } from "./media_types.ts";

const removedAtOnce = 1000;

export type ViewsDeps = {
  readonly connection: S3Connection;
  /** The whole key of an object, once it is written. */
  readonly written: (key: string) => Promise<string>;
  /** What everything below `published/` begins with. */
  readonly root: string;
  /** Waits for a place among the requests, and puts errors into the store's words. */
  readonly asked: <T>(work: () => Promise<T>) => Promise<T>;
  /** Puts what was thrown into the store's words. */
  readonly storeError: (thrown: unknown) => unknown;
};

export function createS3Views({ connection, written, root, asked, storeError }: ViewsDeps): Views {
  return {
    async show(key, path) {
      const from = await written(key);
      await asked(() => connection.copy(from, `${root}${path}`, { contentType: mediaTypeOf(path) }));
    },
    say: (path, text) =>
      asked(() => connection.put(`${root}${path}`, new TextEncoder().encode(text), { contentType: mediaTypeOf(path) })),
    async hide(prefix) {
      try {
        let keys: string[] = [];
        for await (const { key } of connection.list(`${root}${prefix}`)) {
          keys.push(key);
          if (keys.length < removedAtOnce) continue;
          const full = keys;
          keys = [];
          await asked(() => connection.remove(full));
        }
        await asked(() => connection.remove(keys));
      } catch (thrown) {
        throw storeError(thrown);
      }
    },
  };
}
