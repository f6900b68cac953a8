// A bucket for tests, used past the client under test.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

/** Where the server of the tests listens, and who may use it. */
export const server = { hostname: "127.0.0.1", port: 17480 } as const;
export const credentials = { id: "AKTEST", secret: "SKTEST", region: "us-east-1" } as const;
export const endpoint = `http://${server.hostname}:${server.port}`;

/** What a process needs to know to use the server. */
export const environment = {
  AWS_ACCESS_KEY_ID: credentials.id,
  AWS_SECRET_ACCESS_KEY: credentials.secret,
  AWS_REGION: credentials.region,
} as const;

const bucket = "s3faults";
let made: Promise<unknown> | undefined;

export interface RawBucket {
  readonly bucket: string;
  /** Nobody else uses it. */
  readonly prefix: string;
  /** `s3://bucket/prefix?endpoint=…`, with more parameters behind. */
  address(at?: string, more?: string): string;
  /** Keys are below the prefix. */
  put(key: string, body: string | Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  /** The first thousand. */
  keys(): Promise<string[]>;
}

/** Runs `body` with a prefix of its own. */
export async function withBucket<T>(body: (made: RawBucket) => Promise<T>): Promise<T> {
  const client = new S3Client({
    endpoint,
    region: credentials.region,
    forcePathStyle: true,
    credentials: { accessKeyId: credentials.id, secretAccessKey: credentials.secret },
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const prefix = crypto.randomUUID();
  await (made ??= client.send(new CreateBucketCommand({ Bucket: bucket })));
  try {
    return await body({
      bucket,
      prefix,
      address: (at = endpoint, more = "") => `s3://${bucket}/${prefix}?endpoint=${at}${more}`,
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
    });
  } finally {
    client.destroy();
  }
}
