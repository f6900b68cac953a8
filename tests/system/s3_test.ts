import assert from "node:assert/strict";
import { openStore } from "../../runtime/store/open.ts";
import { openBucket, s3Test } from "../s3/server.ts";
import { inFolder } from "../temp_folder.ts";
import { type Ended, fw, summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

function run(store: string, frames: string): Promise<Ended> {
  const settings = [`frames=${frames}`, "detect=false"].flatMap((setting) => ["--set", setting]);
  return fw("run", "pipelines/motogp.yaml", "--store", store, ...settings, "--json");
}

s3Test("`motogp.yaml` makes, keeps and extends versions in a bucket, for any machine", () =>
  inFolder(async (root) => {
    await using bucket = await openBucket();
    const place = bucket.address("teams/red");
    const frames = `${root}/frames`;
    await makeFrames(frames, 6);

    const first = summaryOf(await run(place, frames));
    assert.equal(first.outcome, "published");
    assert.equal(first.files, `s3://${bucket.bucket}/teams/red/published/${first.dataset}/v1/`);
    assert.equal(first.version, summaryOf(await run(`${root}/folder`, frames)).version);

    // A second machine has nothing but the address: no folder here holds anything of the first run.
    const again = summaryOf(await run(place, frames));
    assert.deepEqual([again.outcome, again.number, again.version], ["unchanged", 1, first.version]);
    assert.equal(again.stages.reduce((sum, { computed }) => sum + computed, 0), 0);

    await makeFrames(`${root}/more`, 7);
    const late = "cam1/2024-mugello_race_cam1_000006.jpg";
    await Deno.copyFile(`${root}/more/${late}`, `${frames}/${late}`);
    const second = summaryOf(await run(place, frames));
    assert.deepEqual([second.number, second.counts?.records], [2, 7]);
    assert.equal(second.stages.find(({ id }) => id === "admit")?.computed, 1);

    await checkTree(place, first.dataset, 2);
    await checkCommands(place, first.dataset);
  }));

/** The files that people look at, without the pictures, complete. */
async function checkTree(place: string, dataset: string, number: number): Promise<void> {
  const store = await openStore(place);
  const home = `published/${dataset}`;
  const textOf = async (key: string) => new TextDecoder().decode(await store.get(`${home}/${key}`));
  assert.equal(await textOf("latest.json"), `{"folder":"v${number}"}\n`);
  assert.equal(await textOf(`v${number}/_complete.json`), '{"holds":"files"}\n');
  const keys = await Array.fromAsync(store.list(`${home}/v${number}/`), ({ key }) => key);
  assert.ok(keys.some((key) => key.endsWith("metadata.csv")), keys.join("\n"));
  assert.ok(keys.some((key) => key.includes("/report/")), keys.join("\n"));
  assert.deepEqual(keys.filter((key) => key.includes("/imagefolder/") && key.endsWith(".jpg")), []);
}

async function checkCommands(place: string, dataset: string): Promise<void> {
  const versions = await fw("versions", dataset, "--store", place, "--json");
  assert.equal(linesOf(versions).length, 2, versions.stderr);
  const shown = await fw("show", dataset, "--store", place);
  assert.equal(shown.code, 0, shown.stderr);
  const why = await fw("why", dataset, "cam1/2024-mugello_race_cam1_000000.jpg", "--store", place);
  assert.equal(why.code, 0, why.stderr);
}

function linesOf({ stdout }: Ended): readonly string[] {
  return stdout.trim().split("\n");
}

s3Test("`run` says in one line what is wrong with a bucket", async () => {
  await using bucket = await openBucket();
  const refused = async (place: string) => {
    const { code, stderr } = await fw("versions", "motogp", "--store", place);
    return { code, said: stderr.trim().split("\n").at(-1) ?? "" };
  };
  const none = await refused(bucket.address("").replace(bucket.bucket, "no-such-bucket-here"));
  assert.deepEqual(none.code, 6);
  assert.match(none.said, /there is no bucket "no-such-bucket-here".*; make it, or mend the name/);
  const misspelt = await refused(bucket.address("a", "&regoin=eu-west-1"));
  assert.equal(misspelt.code, 2);
  assert.match(misspelt.said, /`regoin` is no parameter. Did you mean `region`\?/);
});
