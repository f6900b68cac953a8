import assert from "node:assert/strict";
import { inFolder } from "../temp_folder.ts";
import { type Ended, fw, root, summaryOf } from "./command.ts";

const frames = [
  "2023-jerez_q1_cam2_000064.jpg",
  "2023-jerez_race_cam1_000502.jpg",
  "2024-assen_race_cam1_000224.jpg",
  "2024-mugello_race_cam1_000118.jpg",
];

function manifestOf(folder: string): string {
  return `name: bikes
source: { uses: folder, with: { path: "${folder}/frames" } }
steps:
  - { uses: resize, with: { width: 320, height: 180 } }
  - { uses: detect, with: { model: demo } }
exports:
  - { uses: csv }
`;
}

/** A dataset of four frames with two versions: in the second, one frame is another picture and one is new. */
async function withVersions(body: (folder: string, run: (...args: string[]) => Promise<Ended>) => Promise<void>) {
  await inFolder(async (folder) => {
    const run = (...args: string[]) => fw(...args, "--store", `${folder}/store`);
    const put = (name: string, as = name) => Deno.copyFile(`${root}/examples/motogp/${name}`, `${folder}/frames/${as}`);
    Deno.mkdirSync(`${folder}/frames`);
    Deno.writeTextFileSync(`${folder}/bikes.yaml`, manifestOf(folder));
    for (const frame of frames) await put(frame);
    assert.equal(summaryOf(await run("run", `${folder}/bikes.yaml`, "--json")).number, 1);
    await put("2023-jerez_q1_cam2_000077.jpg", frames[0]);
    await put("2024-mugello_q2_cam1_000045.jpg");
    assert.equal(summaryOf(await run("run", `${folder}/bikes.yaml`, "--json")).number, 2);
    await body(folder, run);
  });
}

function ok({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Every line of JSON. */
function rows(ended: Ended) {
  return ok(ended).trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("`rollback` brings back what `log` and `diff` tell apart and `checkout` brings out", async () => {
  await withVersions(async (folder, run) => {
    const [second, first] = rows(await run("log", "bikes", "--json"));
    assert.deepEqual([first.why, second.why], [["first version"], ["records: 1 new, 1 changed"]]);
    const sizes = [frames[0], "2024-mugello_q2_cam1_000045.jpg"].map((name) =>
      Deno.statSync(`${folder}/frames/${name}`).size
    );
    assert.equal(second.added.sources, (sizes[0] ?? 0) + (sizes[1] ?? 0));

    const page = `${folder}/changes.html`;
    const text = ok(await run("diff", "bikes", "--html", page));
    assert.match(
      text,
      /^bikes v1 -> bikes v2\n {2}records {2}4 -> 5: 1 new, 1 changed\n {2}images {3}4 -> 5: 1 added, 1 ch/,
    );
    assert.match(text, /^ {2}boxes {4}.*added/m);
    assert.equal(Deno.readTextFileSync(page).match(/data:image\/jpeg/g)?.length, 3);
    assert.match((await run("diff", "bikes", "--html", `${folder}/bikes.yaml`)).stderr, /was not made by this command/);
    const changes = rows(await run("diff", "bikes@1", "bikes@2", "--json"));
    assert.deepEqual(changes.map(({ event, change, id }) => [event, change, id]), [
      ["change", "changed", frames[0]],
      ["change", "added", "2024-mugello_q2_cam1_000045.jpg"],
      ["summary", undefined, undefined],
    ]);

    const out = `${folder}/out`;
    const equal = async (number: number) => {
      const same = await new Deno.Command("diff", {
        args: ["-r", "-x", ".framewright.json", out, `${folder}/store/published/bikes/v${number}`],
      }).output();
      assert.equal(new TextDecoder().decode(same.stdout), "", `not v${number}`);
    };
    ok(await run("checkout", "bikes@1", out));
    await equal(1);
    const [over] = rows(await run("checkout", "bikes", out, "--json"));
    assert.deepEqual([over.number, over.written > 0, over.kept > 0], [2, true, true]);
    await equal(2);
    Deno.writeTextFileSync(`${out}/csv/metadata.csv`, "by hand");
    const refused = await run("checkout", "bikes@1", out);
    assert.deepEqual([refused.code, /1 file was changed by hand: "csv\/metadata.csv"/.test(refused.stderr)], [2, true]);
    ok(await run("checkout", "bikes@1", out, "--force"));
    await equal(1);

    ok(await run("tag", "bikes@2", "best"));
    assert.match(ok(await run("rollback", "bikes", "1")), /^Rolled back: bikes v3 is v1 again/);
    assert.equal(Deno.readLinkSync(`${folder}/store/published/bikes/latest`), "v3");
    const again = summaryOf(await run("run", `${folder}/bikes.yaml`, "--json"));
    assert.deepEqual([again.number, again.outcome], [4, "published"]);
    const history = rows(await run("versions", "bikes", "--json"));
    assert.deepEqual(history.map(({ number, tags, rolledBackTo }) => [number, tags, rolledBackTo]), [
      [4, [], undefined],
      [3, [], 1],
      [2, ["best"], undefined],
      [1, [], undefined],
    ]);
    assert.equal(history[0].version, history[2].version, "what was computed again is the same");
    assert.equal(history[1].version, history[3].version);
    assert.match(ok(await run("diff", "bikes@best", "bikes")), /^bikes v2 and bikes v4 are the same version\n$/);
  });
});
