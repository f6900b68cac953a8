import assert from "node:assert/strict";
import { inTrustProject } from "./trust_project.ts";

Deno.test("retry says what failed and computes that again by the manifest and the settings of the run", async () => {
  await inTrustProject(async ({ root, fw, mood }) => {
    mood("too_dark");
    await fw("run", "cats.yaml", "--set", "note=hi");
    const dataset = JSON.parse((await fw("versions", "--json")).out).dataset;
    mood("well");
    assert.match((await fw("run", "cats.yaml", "--set", "note=hi")).out, /^Nothing changed/);
    const none = await fw("retry", dataset, "--reason", "timeout");
    assert.deepEqual([none.exit, none.err], [0, ""]);
    assert.match(none.out, /^Nothing to retry for timeout: 2 of 4 records of cats~\S+@1 failed: 2 too_dark\n$/);
    const { exit, out, err } = await fw("retry", dataset);
    assert.equal(exit, 0, err);
    assert.match(err, /^2 of 4 records of cats~\S+@1 failed: 2 too_dark\n/);
    assert.match(out, /^Published cats~\S+ v2 /);
    assert.match(out, /^ {2}moody\+flip {2} *4 {4} *4 {9} *2 {7} *2 /m);
    assert.match((await fw("retry", dataset)).out, /^Nothing to retry: no record of cats~\S+@2 failed$/m);
    Deno.renameSync(`${root}/cats.yaml`, `${root}/moved.yaml`);
    mood("well");
  });
});

Deno.test("retry needs to know where a manifest is that was moved", async () => {
  await inTrustProject(async ({ root, fw, mood }) => {
    mood("too_dark");
    await fw("run", "cats.yaml");
    Deno.renameSync(`${root}/cats.yaml`, `${root}/moved.yaml`);
    const moved = await fw("retry", "cats");
    assert.equal(moved.exit, 3);
    assert.match(
      moved.err,
      /^error: Cannot find the manifest ".*cats\.yaml": there is no such file; say with --manifest where it is now$/m,
    );
    mood("well");
    assert.match((await fw("retry", "cats", "--manifest", "moved.yaml")).out, /^Published cats v2 /);
    const text = Deno.readTextFileSync(`${root}/moved.yaml`);
    Deno.writeTextFileSync(`${root}/moved.yaml`, text.replace("name: cats", "name: dogs"));
    mood("too_dark");
    await fw("run", "moved.yaml");
    const other = await fw("retry", "cats", "--manifest", "moved.yaml");
    assert.match(other.out, /^Nothing to retry: no record of cats@2 failed$/m);
  });
});

Deno.test("retry runs again what failed as a whole", async () => {
  await inTrustProject(async ({ root, fw, mood }) => {
    Deno.writeTextFileSync(`${root}/cats.yaml`, Deno.readTextFileSync(`${root}/cats.yaml`).replace("60%", "0"));
    mood("too_dark");
    assert.equal((await fw("run", "cats.yaml")).exit, 4);
    mood("well");
    const { exit, out, err } = await fw("retry", "cats");
    assert.equal(exit, 0, err);
    assert.match(err, /^The run \S+ failed \(limit\); it is run again$/m);
    assert.match(out, /^Published cats v1 /);
  });
});
