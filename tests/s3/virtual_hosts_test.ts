import assert from "node:assert/strict";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { openS3Client } from "../../runtime/s3/client.ts";
import { framewright } from "../cli/process.ts";
import { summaryOf } from "../system/command.ts";
import { makeFrames } from "../system/frames.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { makeCertificate } from "./certificates.ts";
import { openTls, openTunnel } from "./doors.ts";
import { environment, withBucket } from "./raw_bucket.ts";
import { s3Test } from "./server.ts";

s3Test(
  "`run` asks the host that is named after the bucket, through a company's proxy, when path_style=false",
  () =>
    inFolder((folder) =>
      withBucket(async (bucket) => {
        const name = `${bucket.bucket}.localhost`;
        const certificate = makeCertificate([name]);
        const recorder = bucket.proxy([]);
        await using tls = openTls(certificate, Number(new URL(recorder.endpoint).port));
        await using tunnel = openTunnel(); // since few machines resolve the name themselves
        await makeFrames(`${folder}/frames`, 3);
        putFile(folder, "ca.pem", certificate.cert);
        const source = { uses: "folder", with: { path: `${folder}/frames` } };
        putFile(folder, "hosts.yaml", JSON.stringify({ name: "hosts", source, exports: [{ uses: "csv" }] }));
        const store = bucket.address(`https://localhost:${tls.port}`, "&path_style=false&ca=ca.pem");
        const proxy = `http://127.0.0.1:${tunnel.port}`;
        const proxied = { HTTPS_PROXY: proxy, https_proxy: proxy, NO_PROXY: "", no_proxy: "" };
        const env = { ...environment, ...proxied, DENO_NO_UPDATE_CHECK: "1" };
        const { exit, out, err } = await framewright(["run", "hosts.yaml", "--store", store, "--json"], {
          folder,
          env,
        });
        await recorder.close();

        assert.equal(summaryOf({ code: exit, stdout: out, stderr: err }).outcome, "published");
        assert.ok((await bucket.keys()).some((key) => key.startsWith("refs/hosts/")));
        const host = `${name}:${tls.port}`;
        assert.deepEqual([...new Set(tunnel.asked)], [host]);
        assert.deepEqual([...new Set(recorder.passed.map(({ headers }) => headers.get("host")))], [host]);
        const paths = recorder.passed.map(({ target }) => target.split("?")[0] ?? "");
        assert.ok(paths.every((path) => path === "/" || path.startsWith(`/${bucket.prefix}/`)), paths.join("\n"));
      })
    ),
);

s3Test(
  "openS3Client() names the bucket in the path when path_style=true, and where there is an endpoint",
  () =>
    withBucket(async (bucket) => {
      for (const more of ["", "&path_style=true"]) {
        const recorder = bucket.proxy([]);
        const connection = await openS3Client(parseS3Address(bucket.address(recorder.endpoint, more), {}));
        assert.equal(await connection.head(`${bucket.prefix}/a`), undefined);
        connection.close();
        await recorder.close();
        const seen = recorder.passed.map(({ target, headers }) => [target, `http://${headers.get("host")}`]);
        assert.deepEqual(seen, [[`/${bucket.bucket}/${bucket.prefix}/a`, recorder.endpoint]]);
      }
    }),
);
