import assert from "node:assert/strict";
import { projectRoot } from "../cli/terminals.ts";
import { type Ended, summaryOf } from "../system/command.ts";
import { makeFrames } from "../system/frames.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { environment, withBucket } from "./raw_bucket.ts";
import { s3Test } from "./server.ts";

const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = environment;
type Variables = Readonly<Record<string, string>>;

/** The command line without any credentials but those of `env` and of the folder's `.env`. */
async function fw(folder: string, env: Variables, ...args: readonly string[]): Promise<Ended> {
  const own = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("AWS_"));
  const nowhere = { AWS_SHARED_CREDENTIALS_FILE: `${folder}/absent`, AWS_CONFIG_FILE: `${folder}/absent` };
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "-q", "-P=work", "--no-prompt", `${projectRoot}/main.ts`, ...args],
    cwd: projectRoot,
    clearEnv: true,
    env: { ...Object.fromEntries(own), ...nowhere, INIT_CWD: folder, NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function versions(env: Variables, prepare: (folder: string) => void = () => {}): Promise<Ended> {
  return await inFolder((folder) =>
    withBucket(async ({ address }) => {
      prepare(folder);
      const given = Object.entries(env).map(([name, value]) => [name, value.replaceAll("$folder", folder)]);
      return await fw(folder, Object.fromEntries(given), "versions", "--store", address());
    })
  );
}

const withoutMachine = { AWS_EC2_METADATA_DISABLED: "true" };
const profiles = { AWS_SHARED_CREDENTIALS_FILE: "$folder/keys" };

function putProfiles(folder: string): void {
  putFile(folder, "keys", `[team]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
  putFile(folder, "config", "[profile vault]\ncredential_process = /bin/true\n");
}

s3Test("`versions` finds credentials where AWS's own tools do", async () => {
  const cases: Readonly<Record<string, () => Promise<Ended>>> = {
    environment: () => versions({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }),
    profile: () => versions({ ...profiles, AWS_PROFILE: "team" }, putProfiles),
    "profile before environment": () =>
      versions({ ...profiles, AWS_PROFILE: "team", AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" }, putProfiles),
    ".env": () =>
      versions({}, (folder) => putFile(folder, ".env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY="${secret}"\n`)),
    "profile in .env": () =>
      versions(profiles, (folder) => {
        putProfiles(folder);
        putFile(folder, ".env", "AWS_PROFILE=team\n");
      }),
  };
  for (const [name, { code, stderr }] of await allOf(cases)) {
    assert.deepEqual([code, stderr], [0, "No versions yet: deno task run pipelines/motogp.yaml\n"], name);
  }
});

async function allOf(cases: Readonly<Record<string, () => Promise<Ended>>>) {
  return await Promise.all(Object.entries(cases).map(async ([name, run]) => [name, await run()] as const));
}

s3Test("`versions` says at once where it looked for credentials, and what to set", async () => {
  const startedMs = performance.now();
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 }); // connections are made, and nobody answers
  const machine = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${silent.addr.port}` };
  const cases: Readonly<Record<string, () => Promise<Ended>>> = {
    'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not in the profile "default" of .*, not from a role of this machine':
      () => versions(machine),
    'not in the profile "teem" of \\S+/keys or ': () =>
      versions({ ...profiles, ...withoutMachine, AWS_PROFILE: "teem" }, putProfiles),
    "starts a program by `credential_process`, which is not permitted here.*aws configure export-credentials": () =>
      versions({ ...withoutMachine, AWS_CONFIG_FILE: "$folder/config", AWS_PROFILE: "vault" }, putProfiles),
    "not by /absent.*: ENOENT": () => versions({ AWS_WEB_IDENTITY_TOKEN_FILE: "/absent", AWS_ROLE_ARN: "arn:aws:x" }),
    "not from http://127.0.0.1:9/: connect ECONNREFUSED": () =>
      versions({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/" }),
  };
  for (const [said, { code, stderr }] of await allOf(cases)) {
    assert.equal(code, 6, stderr);
    assert.match(stderr, /^error: Cannot list ".*": no credentials were found \(.*\); set AWS_ACCESS_KEY_ID.*\n$/);
    assert.match(stderr, new RegExp(said));
  }
  assert.ok(performance.now() - startedMs < 20_000);
});

s3Test("`versions` says that the secret is wrong, or that the credentials have expired", async () => {
  const wrong = await versions({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: "wrong" });
  assert.equal(wrong.code, 6);
  assert.match(wrong.stderr, /the secret key does not fit the access key .*check AWS_SECRET_ACCESS_KEY or AWS_PROFILE/);
  await inFolder((folder) =>
    withBucket(async (bucket) => {
      const proxy = bucket.proxy([{ fault: { kind: "error", status: 400, code: "ExpiredToken" } }]);
      const env = { ...environment, AWS_SESSION_TOKEN: "old" };
      const expired = await fw(folder, env, "versions", "--store", bucket.address(proxy.endpoint));
      await proxy.close();
      assert.equal(expired.code, 6);
      assert.match(expired.stderr, /the credentials have expired \(ExpiredToken.*\); get new ones and run again/);
      assert.ok(proxy.passed.length <= 2, `${proxy.passed.length} requests`);
    })
  );
});

s3Test(
  "`run` gets credentials from a container's endpoint in its Worker, and writes them nowhere",
  () =>
    inFolder((folder) =>
      withBucket(async (bucket) => {
        const said: (string | null)[] = [];
        const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ headers }) => {
          said.push(headers.get("authorization"));
          const Expiration = new Date(Date.now() + 3_600_000).toISOString();
          return Response.json({ AccessKeyId: id, SecretAccessKey: secret, Token: "a-token", Expiration });
        });
        const env = {
          AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${server.addr.port}/role`,
          AWS_CONTAINER_AUTHORIZATION_TOKEN: "Basic abc",
        };
        await makeFrames(`${folder}/frames`, 3);
        const source = { uses: "folder", with: { path: `${folder}/frames` } };
        putFile(folder, "roles.yaml", JSON.stringify({ name: "roles", source, exports: [{ uses: "csv" }] }));
        const ran = await fw(folder, env, "run", "roles.yaml", "--store", bucket.address(), "--json");
        await server.shutdown();
        assert.equal(summaryOf(ran).outcome, "published");
        assert.deepEqual([...new Set(said)], ["Basic abc"]);
        assert.ok(said.length <= 2, `asked ${said.length} times`);
        assert.ok(![secret, "a-token", "Basic abc"].some((hidden) => `${ran.stdout}${ran.stderr}`.includes(hidden)));
      })
    ),
);
