// A bucket for tests, used past the client under test, and a proxy with faults in front of it.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type FaultProxy, openFaultProxy } from "./fault_proxy.ts";
import type { Rule } from "./faults.ts";
import { serverEndpoint } from "./server.ts";

const credentials = { id: "AKTEST", secret: "SKTEST", region: "us-east-1" } as const;

/** What a process needs to know to use the server; this one knows it. */
export const environment = {
  AWS_ACCESS_KEY_ID: credentials.id,
  AWS_SECRET_ACCESS_KEY: credentials.secret,
  AWS_REGION: credentials.region,
} as const;

for (const [name, value] of Object.entries(environment)) Deno.env.set(name, value);

const bucket = `faults-${crypto.randomUUID()}`;
let made: Promise<unknown> | undefined;

export interface RawBucket {
  readonly bucket: string;
  /** Nobody else uses it. */
  readonly prefix: string;
  /** Of the server. */
  readonly endpoint: string;
  /** `s3://bucket/prefix?endpoint=…`, with more parameters behind. */
  address(at?: string, more?: string): string;
  /** Whoever opens it closes it. */
  proxy(rules: readonly Rule[], seed?: string): FaultProxy;
  /** Keys are below the prefix. */
  put(key: string, body: string | Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  /** The first thousand. */
  keys(): Promise<string[]>;
}

/** Runs `body` with a prefix of its own. */
export async function withBucket<T>(body: (made: RawBucket) => Promise<T>): Promise<T> {
  const endpoint = await serverEndpoint();
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
    requestHandler: { requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
  try {
    await (made ??= client.send(new CreateBucketCommand({ Bucket: bucket })));
    return await body(createRawBucket(client, endpoint));
  } finally {
    client.destroy();
  }
}

function createRawBucket(client: S3Client, endpoint: string): RawBucket {
  const prefix = crypto.randomUUID();
  const { hostname, port } = new URL(endpoint);
  return {
    bucket,
    prefix,
    endpoint,
    address: (at = endpoint, more = "") => `s3://${bucket}/${prefix}?endpoint=${at}${more}`,
    proxy: (rules, seed = "") => openFaultProxy({ server: { hostname, port: Number(port) }, credentials, rules, seed }),
    async put(key, content) {
      const Body = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}`, Body }));
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${prefix}/${key}` }));
    },
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/` }));
      return Contents.map(({ Key = "" }) => Key.slice(prefix.length + 1));
    },
  };
}
