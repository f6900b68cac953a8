import assert from "node:assert/strict";
import { createCredentialSearch } from "../../runtime/s3/credentials.ts";
import { refusalOf } from "../../runtime/s3/refusals.ts";

function none(): Promise<never> {
  return Promise.reject(new TypeError("Could not load credentials from any providers"));
}

async function said(env: Readonly<Record<string, string>>, lines: readonly string[] = []): Promise<string> {
  const search = createCredentialSearch(env);
  for (const line of lines) search.log.debug(`@smithy/property-provider -> ${line}`);
  try {
    await search.run(none);
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    assert.deepEqual([refusal?.kind, refusal?.passing], ["no_credentials", false]);
    return refusal?.said ?? "";
  }
  assert.fail("it found some");
}

Deno.test("createCredentialSearch() names the places that this environment stands for, and no others", async () => {
  const keys = "not in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ";
  const files = 'not in the profile "default" of ~/.aws/credentials or ~/.aws/config';
  assert.equal(await said({}), `${keys}${files}, not from a role of this machine`);
  assert.equal(await said({ AWS_EC2_METADATA_DISABLED: "TRUE" }), keys + files);
  const container = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/role" };
  assert.equal(await said(container), `${keys}${files}, not from /v2/role`);
  const chosen = { AWS_PROFILE: "team", AWS_SHARED_CREDENTIALS_FILE: "/a", AWS_CONFIG_FILE: "/b" };
  assert.equal(await said(chosen), 'not in the profile "team" of /a or /b, not from a role of this machine');
});

Deno.test("createCredentialSearch() repeats what went wrong at a place once, on one line, and not that it was empty", async () => {
  const alone = { AWS_PROFILE: "team", AWS_EC2_METADATA_DISABLED: "true" };
  const places = 'not in the profile "team" of ~/.aws/credentials or ~/.aws/config';
  const empty = [
    "Unable to find environment variable credentials.",
    "Not found in ENV: X",
    "Web identity configuration not specified",
  ];
  assert.equal(await said(alone, empty), places);
  assert.equal(await said(alone, ["Error: a\n  - b; c", "Error: a\n  - b; c"]), `${places}: a, - b, c`);
  assert.equal((await said(alone, ["1", "2", "3", "4"])).split(": ").length, 4, "it does not go on for ever");
  assert.match(
    await said(alone, ['Requires run access to "/bin/sh"']),
    /`credential_process`, which is not permitted here/,
  );
});
