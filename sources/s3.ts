import { defineSource, fileOptions, folderOf, type SourceRecord, z } from "../runtime/plugin.ts";

/** Every object below a prefix, one record each; only those whose ETag is new are read. `folder` is a fact, as in the
 *  source `folder`. The time of change is none: bytes that are copied again would count as changed. */
export default defineSource({
  name: "s3",
  version: 1,
  summary: "Images in a bucket of S3, or of a server that speaks its language",
  options: z.strictObject({
    url: z.string().regex(/^s3:\/\//i, "must be an address such as s3://bucket/prefix").describe(
      "The bucket and the prefix, with what the server needs behind: `s3://bucket/photos?region=eu-central-1`, " +
        "`s3://bucket?endpoint=https://minio.example.org:9000`; keys come from the environment or a profile of AWS",
    ),
    include: fileOptions.include,
    exclude: fileOptions.exclude,
  }),
  gives: ["folder"],
  network: true,
  open: async ({ url, ...globs }, { buckets }) => {
    const bucket = await buckets.open(url);
    return {
      async *records(signal): AsyncGenerator<SourceRecord> {
        for await (const { path, etag, broken } of bucket.list(globs, signal)) {
          const record = { key: path, revision: etag, facts: { folder: folderOf(path) } };
          yield broken === undefined ? record : { ...record, broken };
        }
      },
      read: ({ key, revision }, signal) => bucket.read(key, revision, signal),
    };
  },
});
