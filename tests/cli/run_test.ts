import assert from "node:assert/strict";
import { inFolder, putFile } from "../temp_folder.ts";
import { framewright, startFramewright } from "./process.ts";

/** Six frames, a file that is no image, and a manifest for them. */
async function putFrames(folder: string): Promise<void> {
  const { default: sharp } = await import("sharp");
  for (let frame = 1; frame <= 6; frame++) {
    const background = { r: frame * 40, g: 90, b: 200 - frame * 20 };
    const picture = sharp({ create: { width: 96 + frame, height: 64, channels: 3, background } });
    putFile(folder, `frames/cam${frame % 2}_000${frame}.png`, new Uint8Array(await picture.png().toBuffer()));
  }
  putFile(folder, "frames/notes.txt", "no image");
  putFile(folder, "cats.yaml", manifestOf(folder));
}

function manifestOf(folder: string): string {
  return `name: cats
params:
  width: { type: integer, default: 48 }
  most: { type: string, default: 20% }
source:
  uses: folder
  with: { path: "${folder}/frames" }
steps:
  - uses: resize
    with: { width: "\${{ params.width }}", height: 32 }
  - uses: split
    with: { train: 50, test: 50 }
  - uses: random_crop
    with: { width: 16, height: 16, count: 2 }
exports:
  - uses: csv
limits: { max_rejected: "\${{ params.most }}" }
`;
}

Deno.test("run publishes a version, says so, and finds nothing to do the second time", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    const first = await framewright(["run", "cats.yaml"], { folder });
    assert.equal(first.exit, 0, first.err);
    // On a busy machine a line about loading may come first, one about listing between.
    const begun =
      /^(Loading .*\n)?cats {2}run \S+\n(listing: .*\n)?Plan for cats, for its first version\n {2}records {2}7: new 7, /;
    assert.match(first.err, begun);
    assert.match(
      first.out,
      /^Published cats v1 {2}[0-9a-f]{12} {2}in \S+ s\n {2}records {2}7: kept 6, dropped 0, rejected 1\n/,
    );
    assert.match(first.out, /^ {2}notes\.txt {2}admit {2}not_an_image/m);
    assert.match(first.out, /^ {2}files {2}\.framewright\/published\/cats\/v1$/m);
    const published = `${folder}/.framewright/published/cats`;
    assert.equal(Deno.realPathSync(`${published}/latest`), Deno.realPathSync(`${published}/v1`));
    assert.equal([...Deno.readDirSync(`${published}/latest/csv/images`)].length, 12);
    const second = await framewright(["run", "cats.yaml"], { folder });
    assert.match(second.out, /^Nothing changed: cats v1 stands/);
  });
});

Deno.test("run writes to the store that the manifest names, and refuses a name it cannot see in time", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    putFile(folder, "cats.yaml", `store: elsewhere\n${manifestOf(folder)}`);
    const { exit, out, err } = await framewright(["run", "cats.yaml"], { folder });
    assert.equal(exit, 0, err);
    assert.match(out, /^ {2}files {2}elsewhere\/published\/cats\/v1$/m);
    putFile(folder, "flow.yaml", `{ name: flow, store: hidden, source: { uses: folder, with: { path: ${folder} } } }`);
    const hidden = await framewright(["run", "flow.yaml"], { folder });
    assert.equal(hidden.exit, 3);
    assert.match(
      hidden.err,
      /Cannot use the store "hidden" of ".*flow\.yaml": write it as plain text on a line of its own/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "cats.yaml",
      "elsewhere",
      "flow.yaml",
      "frames",
    ]);
  });
});

Deno.test("run prints one JSON object a line, the last one the summary", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    const { exit, out, err } = await framewright(["run", "cats.yaml", "--json", "--store", "elsewhere"], { folder });
    assert.equal(exit, 0);
    assert.equal(err, "");
    const events = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(events[0].event, "started");
    assert.equal(events.at(-1).event, "summary");
    assert.equal(events.at(-1).counts.items, 12);
    assert.equal(events.at(-1).store, `${folder}/elsewhere`);
    assert.ok(Deno.statSync(`${folder}/elsewhere/published/cats/v1`).isDirectory);
  });
});

Deno.test("run says one line when it should be quiet", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    const { out, err } = await framewright(["run", "cats.yaml", "--quiet", "--set", "width=64"], { folder });
    assert.equal(err, "");
    assert.match(out, /^published cats~[0-9a-f]{8}@1 [0-9a-f]{12}\n$/);
  });
});

Deno.test("plan shows what a run would do and publishes nothing", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    const { exit, out } = await framewright(["plan", "cats.yaml", "--limit", "3"], { folder });
    assert.equal(exit, 0);
    assert.match(out, /^Plan for cats~[0-9a-f]{8}, for its first version\n {2}records {2}3: new 3,/);
    assert.match(out, /^Planned cats~[0-9a-f]{8} in \S+ s; nothing was written$/m);
    assert.equal((await framewright(["versions"], { folder })).out, "");
  });
});

Deno.test("run ends with the exit code of what went wrong", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    putFile(
      folder,
      "wrong.yaml",
      "name: cats\nsource: { uses: folder, with: { path: x } }\nsteps:\n  - uses: resise\n",
    );
    putFile(folder, "absent.yaml", manifestOf(`${folder}/nowhere`));
    putFile(folder, "file", "no folder");
    const cases: readonly (readonly [string[], number, RegExp])[] = [
      [["run", "wrong.yaml"], 3, /wrong\.yaml:4:11: Unknown plugin `resise`[^]*Did you mean `resize`\?/],
      [["run", "none.yaml"], 3, /none\.yaml": there is no such file/],
      [["run", "cats.yaml", "--set", "wdith=3"], 3, /wdith[^]*Did you mean `width`\?/],
      [["run", "cats.yaml", "--set", "most=5%"], 4, /1 of 7 records were rejected/],
      [["run", "cats.yaml", "--store", "file/store"], 6, /^error: Cannot /m],
      [["run", "absent.yaml"], 7, /nowhere\/frames": there is no such folder/],
      [["run", "cats.yaml", "--stoer", "x"], 2, /Did you mean --store/],
    ];
    for (const [args, exit, message] of cases) {
      const ran = await framewright(args, { folder });
      assert.equal(ran.exit, exit, `${args.join(" ")}\n${ran.err}`);
      assert.match(ran.err, message);
      assert.equal(ran.out, "");
    }
  });
});

Deno.test("run reads .env where the user stands, and the process goes first", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    putFile(folder, ".env", "# where\nFRAMEWRIGHT_STORE=from_file\n");
    await framewright(["run", "cats.yaml", "--quiet"], { folder });
    assert.ok(Deno.statSync(`${folder}/from_file/refs`).isDirectory);
    await framewright(["run", "cats.yaml", "--quiet"], { folder, env: { FRAMEWRIGHT_STORE: "from_process" } });
    assert.ok(Deno.statSync(`${folder}/from_process/refs`).isDirectory);
  });
});

Deno.test("run stops cleanly when the system asks, and the next run goes on", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    const process = startFramewright(["run", "cats.yaml"], { folder });
    const reader = process.stderr.getReader();
    await reader.read();
    process.kill("SIGTERM");
    const [{ code }] = await Promise.all([process.status, reader.cancel(), process.stdout.cancel()]);
    assert.ok([0, 130].includes(code), String(code)); // 0: it was faster than the signal
    assert.equal((await framewright(["run", "cats.yaml", "--quiet"], { folder })).exit, 0);
  });
});

Deno.test("why tells what a run made, as do versions and show", async () => {
  await inFolder(async (folder) => {
    await putFrames(folder);
    await framewright(["run", "cats.yaml", "--quiet"], { folder });
    const fw = (...args: string[]) => framewright(args, { folder });

    const versions = await fw("versions");
    assert.match(
      versions.out,
      /^ {2}dataset {2}version[^]*\n {2}cats {10}v1 {2}\d{4}-\d\d-\d\d \d\d:\d\d +7 +1 +12 {2}[0-9a-f]{12}\n$/,
    );
    const [row] = (await fw("versions", "cats", "--json")).out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(row.counts.items, 12);

    const show = await fw("show", "cats@1");
    assert.match(show.out, /^ {2}step {7}resize v\d+ {2}height 32, width 48$/m);
    assert.match(show.out, /^ {2}csv\/ {5}13 {2}/m);
    assert.match(show.out, /^ {2}at {2}\.framewright\/published\/cats\/v1$/m);
    assert.equal((await fw("show", "cats", "--files")).out.trimEnd().split("\n").length, 13);
    assert.equal(JSON.parse((await fw("show", "cats@latest", "--json")).out).version.counts.kept, 6);

    const why = await fw("why", "cats", "cam1_0001.png#crop2");
    assert.match(why.out, /^cam1_0001\.png#crop2 {2}kept, 1 item in cats v1\n/);
    assert.match(why.out, /^ {2}edits {2}1\. resized to 48 x 32\n {9}2\. cut to 16 x 16 at \d+, \d+$/m);
    assert.match(why.out, /^ {2}facts {2}.*split (train|test)/m);
    assert.match(why.out, /^ {2}files {2}csv\/images\/cam1_0001/m);
    const rejected = await fw("why", "cats", "notes.txt");
    assert.match(rejected.out, /^notes\.txt {2}rejected, 0 items in cats v1\n/);
    assert.match(rejected.out, /rejected by admit: not_an_image/);
    const item = JSON.parse((await fw("why", "cats", "cam1_0001.png", "--json")).out);
    assert.equal(item.items.length, 2);

    const unknown = await fw("why", "cats", "cam1_001.png");
    assert.equal(unknown.exit, 2);
    assert.match(unknown.err, /Near to it are "cam1_0001\.png"/);
    assert.match((await fw("why", "cats", "cam1_0001.png#crop7")).err, /there are "cam1_0001\.png#crop1", /);
    assert.match((await fw("show", "cats@7")).err, /Cannot find v7 of "cats"/);
    assert.match((await fw("show", "cast")).err, /Did you mean `cats`\?/);
  });
});

Deno.test("schema ends quietly when nobody reads on", async () => {
  await inFolder(async (folder) => {
    const process = startFramewright(["schema"], { folder });
    const reader = process.stdout.getReader();
    await reader.read();
    await reader.cancel();
    assert.equal(await new Response(process.stderr).text(), "");
    assert.equal((await process.status).code, 0);
  });
});
