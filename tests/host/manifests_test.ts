import assert from "node:assert/strict";
import { createManifestFinder } from "../../runtime/host/manifests.ts";
import { inFolder, putFile } from "../temp_folder.ts";

Deno.test("createManifestFinder() finds the manifest that makes a dataset, with parameters too", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "pipelines/one.yaml", "# name: wrong\nname: 'cameras' # the first\n");
    putFile(folder, "pipelines/two.yml", "steps:\n  - name: inner\nname: video\n");
    putFile(folder, "pipelines/notes.txt", "name: notes\n");
    const find = createManifestFinder(["pipelines", `${folder}/pipelines`, "no-such-folder"], folder);
    assert.equal(await find("cameras"), "pipelines/one.yaml");
    assert.equal(await find("video~1a2b3c4d"), "pipelines/two.yml");
    for (const name of ["inner", "notes", "wrong", ""]) assert.equal(await find(name), undefined, name);
    assert.equal(
      await createManifestFinder([`${folder}/pipelines`], "/")("video"),
      `${folder.slice(1)}/pipelines/two.yml`,
    );
  });
});
