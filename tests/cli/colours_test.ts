// The pipeline that shows the step `exec`, as users start it.
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { inFolder } from "../temp_folder.ts";
import { framewright } from "./process.ts";
import { projectRoot } from "./terminals.ts";

async function colours(root: string, ...sets: string[]) {
  const set = sets.flatMap((one) => ["--set", one]);
  const manifest = `${projectRoot}/pipelines/colours.yaml`;
  const args = ["run", manifest, "--store", `${root}/store`, ...set];
  const { exit, out, err } = await framewright(args, { folder: root });
  assert.equal(exit, 0, out + err);
  return out + err;
}

/** Parameters that are set are in the name of the dataset; there is one in the store. */
function tableOf(root: string): readonly Record<string, string>[] {
  const [dataset] = [...Deno.readDirSync(`${root}/store/published`)].map(({ name }) => name);
  return parse(Deno.readTextFileSync(`${root}/store/published/${dataset}/latest/csv/metadata.csv`), { columns: true });
}

Deno.test("colours.yaml tells the colours of the examples by a Python program, once", async () => {
  await inFolder(async (root) => {
    assert.match(await colours(root, "pictures=examples/soccer"), /kept 23, dropped 0, rejected 0/);
    const rows = tableOf(root);
    assert.equal(rows.length, 23);
    assert.ok(rows.filter(({ colour }) => colour === "green").length > 12, "grass is green");
    assert.ok(rows.every(({ light }) => Number(light) > 40 && Number(light) < 200));
    assert.match(await colours(root, "pictures=examples/soccer"), /Nothing changed/);
  });
});

// Debian's r-base-core is not among the packages of CI: it takes more than its worth there.
if (hasR()) {
  Deno.test("colours.yaml tells shapes by an R program", async () => {
    await inFolder(async (root) => {
      const sets = ["pictures=examples/motogp", "shapes=true", "darkest=85", "side=64"];
      assert.match(await colours(root, ...sets), /colours +too_dark/);
      const rows = tableOf(root);
      assert.deepEqual(new Set(rows.map(({ shape }) => shape)), new Set(["landscape", "portrait"]));
      assert.ok(rows.every(({ megapixels }) => Number(megapixels) > 0.3));
    });
  });
}

function hasR(): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/Rscript`).isFile;
    } catch {
      return false; // not there
    }
  });
}
