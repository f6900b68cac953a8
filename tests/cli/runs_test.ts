import assert from "node:assert/strict";
import { inTrustProject, startIn } from "./trust_project.ts";

Deno.test("runs lists what was published, what changed nothing, and what failed", async () => {
  await inTrustProject(async ({ root, fw, mood }) => {
    assert.match((await fw("run", "cats.yaml", "--limit", "2")).out, /^Published/);
    await fw("run", "cats.yaml", "--limit", "2");
    mood("too_dark");
    const failed = await fw("run", "cats.yaml", "--set", "note=hi");
    assert.equal(failed.exit, 0, failed.err);
    Deno.writeTextFileSync(`${root}/cats.yaml`, Deno.readTextFileSync(`${root}/cats.yaml`).replace("60%", "0"));
    assert.equal((await fw("run", "cats.yaml", "--set", "note=no")).exit, 4);
    const { exit, out } = await fw("runs");
    assert.equal(exit, 0);
    const outcomes = out.trim().split("\n").slice(1).map((line) =>
      /(published v1|unchanged, v1|failed: limit)$/.exec(line)?.[1]
    );
    assert.deepEqual(outcomes, ["failed: limit", "published v1", "unchanged, v1", "published v1"]);
    const [newest] = (await fw("runs", "--json")).out.trim().split("\n").map((line) => JSON.parse(line));
    const one = await fw("runs", newest.dataset, "last");
    assert.match(one.out, /^cats~[0-9a-f]{8} \S+ {2}failed\n/);
    assert.match(one.out, /^ {2}manifest {2}cats\.yaml\n {2}settings {2}note=no$/m);
    assert.match(one.out, /^ {2}Cannot publish "cats": \d of 4 records were rejected/m);
  });
});

Deno.test("runs tells a run that was killed from one that goes on, and shows what was lost by class", async () => {
  await inTrustProject(async ({ root, fw, mood }) => {
    mood("too_dark");
    await fw("run", "cats.yaml");
    const [run = ""] = [...Deno.readDirSync(`${root}/store/runs/cats`)].map(({ name }) => name);
    const shown = await fw("runs", "cats", run.slice(0, 12));
    assert.match(shown.out, /^ {2}moody {2}too_dark {6}2$/m);
    assert.match(shown.out, /^ {2}stage {7}in {2}out/m);
    Deno.removeSync(`${root}/store/runs/cats/${run}/run.json`);
    assert.match((await fw("runs", "cats")).out, / killed$/m);
  });
});

Deno.test("runs knows of a run that was killed before it made anything", async () => {
  await inTrustProject(async ({ root, fw }) => {
    const process = startIn(root, ["run", "cats.yaml", "--json"]);
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read(); // its first event
    process.kill("SIGKILL");
    await process.status;
    await reader.cancel();
    await process.stderr.cancel();
    const { out } = await fw("runs", "cats");
    assert.match(out, / (killed|published v1)$/m);
  });
});

Deno.test("runs says what there is when it does not know a run", async () => {
  await inTrustProject(async ({ fw }) => {
    await fw("run", "cats.yaml");
    const { exit, err } = await fw("runs", "cats", "1999");
    assert.equal(exit, 2);
    assert.match(
      err,
      /^error: Cannot find the run "1999" of "cats": see what there is with `deno task fw runs cats`$/m,
    );
  });
});
