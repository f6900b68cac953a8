// Lists objects page by page, and believes no page that contradicts itself.
import type { ListObjectsV2CommandOutput } from "@aws-sdk/client-s3";
import { TransientError } from "../contract/errors.ts";
import type { S3Entry, S3Stop } from "./client.ts";
import { withoutQuotes } from "./reading.ts";
import type { Wire } from "./wire.ts";

type Page = { readonly entries: readonly S3Entry[]; readonly next?: string };

export async function* listObjects(wire: Wire, prefix: string, options: S3Stop): AsyncGenerator<S3Entry> {
  let last = "";
  let token: string | undefined;
  do {
    const page: Page = await readPage(wire, { prefix, token, last }, options);
    yield* page.entries;
    last = page.entries.at(-1)?.key ?? last;
    token = page.next;
  } while (token !== undefined);
}

type Asked = { readonly prefix: string; readonly token: string | undefined; readonly last: string };

async function readPage(wire: Wire, asked: Asked, options: S3Stop): Promise<Page> {
  const { sdk, common, limits } = wire;
  return await wire.retry(`list "${asked.prefix}"`, () =>
    wire.ask(async (client, watch) => {
      const command = new sdk.ListObjectsV2Command({
        ...common,
        Prefix: asked.prefix,
        MaxKeys: limits.page,
        EncodingType: "url", // else keys with some characters make XML that nobody can read
        ...(asked.token === undefined ? {} : { ContinuationToken: asked.token }),
      });
      return checkedPage(await client.send(command, { abortSignal: watch.signal }), asked);
    }, options), options.signal);
}

function checkedPage(page: ListObjectsV2CommandOutput, asked: Asked): Page {
  const { Contents = [], IsTruncated, KeyCount, NextContinuationToken } = page;
  if (IsTruncated === undefined) throw contradictory("it does not say whether it is the last");
  if (KeyCount !== undefined && KeyCount !== Contents.length) {
    throw contradictory(`it holds ${Contents.length} entries and says ${KeyCount}`);
  }
  if (IsTruncated && !NextContinuationToken) throw contradictory("more follow, and nothing says where");
  if (IsTruncated && NextContinuationToken === asked.token) throw contradictory("it leads back to itself");
  const entries = Contents.map(entryOf);
  checkOrder(entries, asked);
  return { entries, ...(IsTruncated && NextContinuationToken ? { next: NextContinuationToken } : {}) };
}

function entryOf(
  { Key, Size, ETag, LastModified }: NonNullable<ListObjectsV2CommandOutput["Contents"]>[number],
): S3Entry {
  if (!Key || Size === undefined) throw contradictory("it holds an entry without a key or a size");
  const modifiedMs = LastModified?.getTime() ?? 0;
  return { key: decoded(Key), size: Size, etag: withoutQuotes(ETag), modifiedMs };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw contradictory(`it holds the key "${key}", which is not encoded as asked for`);
  }
}

function checkOrder(entries: readonly S3Entry[], { prefix, last }: Asked): void {
  let before = last;
  for (const { key } of entries) {
    if (!key.startsWith(prefix)) throw contradictory(`it holds the key "${key}", which was not asked for`);
    if (before !== "" && !isAscending(before, key)) {
      throw contradictory(`"${key}" comes after "${before}", and keys must ascend`);
    }
    before = key;
  }
}

/** By UTF-8 bytes, which differs from the order of JavaScript's strings only beyond ASCII. */
function isAscending(left: string, right: string): boolean {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(left + right)) return left < right;
  const encoder = new TextEncoder();
  const [a, b] = [encoder.encode(left), encoder.encode(right)];
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? a.length < b.length : at < b.length && (a[at] ?? 0) < (b[at] ?? 0);
}

function contradictory(what: string): TransientError {
  return new TransientError(`Cannot believe a page of the listing: a page makes no sense: ${what}`);
}
