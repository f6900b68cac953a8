import assert from "node:assert/strict";
import { inFolder, putFile } from "../temp_folder.ts";
import { framewright } from "./process.ts";
import { commandLine } from "./terminals.ts";

/** Three versions, each with one frame more. */
async function putVersions(folder: string): Promise<void> {
  const { default: sharp } = await import("sharp");
  putFile(
    folder,
    "cats.yaml",
    `name: cats\nsource:\n  uses: folder\n  with: { path: "${folder}/frames" }\nexports:\n  - uses: csv\n`,
  );
  for (let frame = 1; frame <= 3; frame++) {
    const picture = sharp({
      create: { width: 40 + frame, height: 30, channels: 3, background: { r: frame, g: 9, b: 2 } },
    });
    putFile(folder, `frames/${frame}.png`, new Uint8Array(await picture.png().toBuffer()));
    const { exit, err } = await framewright(["run", "cats.yaml"], { folder });
    assert.equal(exit, 0, err);
  }
}

Deno.test("gc says what would go, lets versions expire, and leaves the others whole", async () => {
  await inFolder(async (folder) => {
    await putVersions(folder);
    const fw = async (...args: readonly string[]) => {
      const { exit, out, err } = await commandLine(args, { folder });
      assert.equal(exit, 0, err);
      return out;
    };
    assert.match(await fw("gc"), /^Nothing to clean in \.framewright\n {2}3 versions stay\n$/);
    const planned = await fw("gc", "cats", "--keep-last", "1", "--grace", "0", "--dry-run");
    assert.match(planned, /^Would clean \.framewright: .*\n {2}expired versions +2 +cats v1 to v2\n/);
    assert.match(planned, /1 version stays\nNothing was removed: leave out --dry-run to do so\n$/);
    assert.match(await fw("gc", "--keep-days", "1"), /^Nothing to clean/);
    const report = JSON.parse(await fw("gc", "--keep-last", "2", "--grace", "0", "--json"));
    assert.deepEqual(report.expired.map(({ number }: { number: number }) => number), [1]);
    assert.ok(report.removed.chunks.count > 0 && report.kept === 2);
    const done = await fw("gc", "--keep-last", "1", "--grace", "0");
    assert.match(done, /^Cleaned \.framewright: .*\n {2}expired versions +1 +cats v2\n/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/.framewright/published/cats`)].map(({ name }) => name).sort(), [
      "latest",
      "v3",
    ]);
    assert.match(await fw("verify"), /^Verified 1 version of cats/);
    assert.match(await fw("versions", "cats"), /v3/);
    const gone = await commandLine(["show", "cats@1"], { folder });
    assert.equal(gone.exit, 2);
    assert.match(gone.err, /Cannot find v1 of "cats" in .*: it has expired, and a clean-up removed it; there is v3/);
  });
});

Deno.test("gc refuses what makes no sense, and names what there is", async () => {
  await inFolder(async (folder) => {
    for (
      const [args, problem] of [
        [["gc", "--keep-last", "0"], /It must be a whole number, 1 or more/],
        [["gc", "--grace", "soon"], /It must be a length of time, such as 30m, 24h or 7d/],
        [["gc", "--grace", "5"], /It must be a length of time/],
        [["gc", "--keep-days", "x"], /It must be a number of days/],
        [["gc"], /Cannot read the store ".*": there is no such folder/],
      ] as const
    ) {
      const { exit, err } = await commandLine(args, { folder });
      assert.equal(exit, 2, args.join(" "));
      assert.match(err, problem);
    }
    Deno.mkdirSync(`${folder}/.framewright`);
    assert.match(
      (await commandLine(["gc", "dogs"], { folder })).err,
      /Cannot find the dataset "dogs": the store has none/,
    );
    assert.match(
      (await commandLine(["gc"], { folder })).out,
      /^Nothing to clean in \.framewright\n {2}0 versions stay\n$/,
    );
  });
});
