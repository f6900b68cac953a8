// A client behind a proxy with faults, and another one that is not.
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client, type S3Connection, type S3Deps } from "../../runtime/s3/client.ts";
import type { S3Limits } from "../../runtime/s3/retry.ts";
import type { FaultProxy } from "./fault_proxy.ts";
import type { Rule } from "./faults.ts";
import { withBucket } from "./raw_bucket.ts";

export const tries = 4;
const limits: Partial<S3Limits> = { tries, partBytes: 5 << 20, copyBytes: 8 << 20 };
export const small = new TextEncoder().encode("sixteen bytes go");

export type Around = {
  /** Behind the proxy, and not. */
  readonly faulty: S3Connection;
  readonly direct: S3Connection;
  readonly proxy: FaultProxy;
  /** Milliseconds of each pause. */
  readonly pauses: number[];
  readonly key: (name: string) => string;
};

/** Pauses are kept and cut short, and the clock says that they were long. `silenceMs` is long enough for a busy machine
 *  where no test waits for it. */
export async function withFaults<T>(
  rules: readonly Rule[],
  body: (around: Around) => Promise<T>,
  silenceMs = 10_000,
): Promise<T> {
  return await withBucket(async (bucket) => {
    const { address, prefix } = bucket;
    const proxy = bucket.proxy(rules);
    const pauses: number[] = [];
    const deps: S3Deps = {
      limits: { ...limits, silenceMs },
      random: () => 0.5,
      now: () => pauses.reduce((sum, ms) => sum + ms, 0),
      async sleep(ms) {
        pauses.push(ms);
        await new Promise((resolve) => setTimeout(resolve, 15));
      },
    };
    const direct = await openS3Client(parseS3Address(address()));
    const faulty = await openS3Client(parseS3Address(address(proxy.endpoint)), deps);
    try {
      return await body({ faulty, direct, proxy, pauses, key: (name) => `${prefix}/${name}` });
    } finally {
      faulty.close();
      direct.close();
      await proxy.close();
    }
  });
}
