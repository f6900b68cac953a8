// What the tests do to buckets and the product never does.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from "@aws-sdk/client-s3";

export const testCredentials = { accessKeyId: "AKTEST", secretAccessKey: "SKTEST" };

export interface BareBucket {
  create(): Promise<void>;
  remove(): Promise<void>;
  /** Keys of uploads that were begun and neither completed nor taken back. */
  uploads(): Promise<readonly string[]>;
  /** How the server says that it has encrypted an object. */
  encryptionOf(key: string): Promise<readonly (string | undefined)[]>;
  /** The media type that the server tells browsers. */
  typeOf(key: string): Promise<string | undefined>;
}

export function bareBucket(endpoint: string, Bucket: string): BareBucket {
  const client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials: testCredentials });
  return {
    create: async () => void await client.send(new CreateBucketCommand({ Bucket })),
    async remove() {
      await client.send(new DeleteBucketCommand({ Bucket }));
      client.destroy();
    },
    async uploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
      return Uploads.map(({ Key = "" }) => Key);
    },
    async encryptionOf(Key) {
      const { ServerSideEncryption, SSEKMSKeyId } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return [ServerSideEncryption, SSEKMSKeyId];
    },
    typeOf: async (Key) => (await client.send(new HeadObjectCommand({ Bucket, Key }))).ContentType,
  };
}

/** Makes a bucket that nobody removes. */
export async function createBucket(endpoint: string, bucket: string): Promise<void> {
  await bareBucket(endpoint, bucket).create();
}
