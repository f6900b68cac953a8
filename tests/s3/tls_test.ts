import assert from "node:assert/strict";
import { InputError, StoreError } from "../../runtime/contract/errors.ts";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client } from "../../runtime/s3/client.ts";
import { framewright } from "../cli/process.ts";
import { bytesOf } from "../suites/object_bytes.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { type Certificate, makeCertificate } from "./certificates.ts";
import { openTls } from "./doors.ts";
import { environment, type RawBucket, withBucket } from "./raw_bucket.ts";
import { s3Test } from "./server.ts";

type Around = {
  /** `s3://…?endpoint=https://localhost:<port>`, with more parameters behind. */
  readonly address: (more?: string) => string;
  readonly bucket: RawBucket;
  /** Holds `ca.pem`, the certificate of the server, and `other.pem`, that of another one. */
  readonly folder: string;
};

/** The server behind TLS. */
async function withTls(certificate: Certificate, body: (around: Around) => Promise<void>): Promise<void> {
  await inFolder((folder) =>
    withBucket(async (bucket) => {
      putFile(folder, "ca.pem", certificate.cert);
      putFile(folder, "other.pem", makeCertificate(["localhost"]).cert);
      await using door = openTls(certificate, Number(new URL(bucket.endpoint).port));
      const address = (more = "") => bucket.address(`https://localhost:${door.port}`, more);
      await body({ address, bucket, folder });
    })
  );
}

s3Test(
  "openS3Client() speaks TLS with a server whose certificate `ca` names",
  () =>
    withTls(makeCertificate(["localhost"]), async ({ address, folder, bucket }) => {
      const connection = await openS3Client(parseS3Address(address(`&ca=${folder}/ca.pem`), {}));
      await connection.put(`${bucket.prefix}/a`, bytesOf("hello"));
      assert.deepEqual((await connection.get(`${bucket.prefix}/a`))?.bytes, bytesOf("hello"));
      connection.close();
    }),
);

s3Test("openS3Client() says at once whose certificate is unknown or does not fit, and how to mend it", async () => {
  const day = 86_400_000;
  const cases: readonly (readonly [Certificate, string, RegExp])[] = [
    [makeCertificate(["localhost"]), "", /is signed by somebody unknown here \(.*\); add \?ca=<file>/],
    [makeCertificate(["localhost"]), "other.pem", /is signed by somebody unknown here \(.*\); add \?ca=<file>/],
    [makeCertificate(["elsewhere"]), "ca.pem", /is for another name \(.*\); mend the endpoint/],
    [
      makeCertificate(["localhost"], Date.now() - 2 * day, Date.now() - day),
      "ca.pem",
      /is not valid now \(.*\); .*renewed/,
    ],
  ];
  for (const [certificate, ca, message] of cases) {
    await withTls(certificate, async ({ address, folder }) => {
      const more = ca === "" ? "" : `&ca=${folder}/${ca}`;
      const pause = () => assert.fail("it is tried again");
      const connection = await openS3Client(parseS3Address(address(more), {}), { sleep: pause });
      await assert.rejects(connection.get("a"), (thrown) => {
        assert.ok(thrown instanceof StoreError, `${thrown}`);
        assert.match(thrown.message, /^Cannot read "a": the certificate of https:\/\/localhost:\d+ /);
        assert.match(thrown.message, message);
        return true;
      });
      connection.close();
    });
  }
});

s3Test(
  "openS3Client() says what is wrong with the file that `ca` names",
  () =>
    withTls(makeCertificate(["localhost"]), async ({ address, folder }) => {
      putFile(folder, "none.pem", "no certificate");
      putFile(folder, "broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      for (const name of ["absent.pem", "none.pem", "broken.pem"]) {
        const opened = openS3Client(parseS3Address(address(`&ca=${folder}/${name}`), {}));
        await assert.rejects(opened, (thrown) => thrown instanceof InputError && thrown.message.includes(name));
      }
    }),
);

s3Test(
  "`versions` takes the file from AWS_CA_BUNDLE or `ca`, as seen from where the user stands",
  () =>
    withTls(makeCertificate(["localhost"]), async ({ address, folder }) => {
      const versions = (more: string, env: Readonly<Record<string, string>>) =>
        framewright(["versions", "--store", address(more)], { folder, env: { ...environment, ...env } });
      const [bundle, relative, unknown] = await Promise.all([
        versions("", { AWS_CA_BUNDLE: `${folder}/ca.pem` }),
        versions("&ca=ca.pem", { AWS_CA_BUNDLE: "" }),
        versions("", { AWS_CA_BUNDLE: "" }),
      ]);
      assert.equal(bundle.exit, 0, bundle.err);
      assert.equal(relative.exit, 0, relative.err);
      assert.equal(unknown.exit, 6, unknown.err);
      assert.match(unknown.err, /is signed by somebody unknown here/);
      assert.equal(unknown.err.trim().split("\n").length, 1, unknown.err);
    }),
);

Deno.test("parseS3Address() refuses to send anything unencrypted to another machine, whoever names it", () => {
  const refused = /is not encrypted; http:\/\/ is for this machine only, use https:\/\//;
  const env = { AWS_ENDPOINT_URL: "http://minio.example.org:9000" };
  assert.throws(() => parseS3Address("s3://photos", env), refused);
  assert.throws(() => parseS3Address("s3://photos?endpoint=http://192.168.0.7:9000"), refused);
  assert.throws(() => parseS3Address("s3://photos?endpoint=http://localhost.example.org"), refused);
});
