import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { createDigestOfFile } from "../../runtime/host/digest_of_file.ts";
import { inFolder, putFile } from "../temp_folder.ts";

Deno.test("createDigestOfFile tells the digest of a file, and nothing of what is no file", async () => {
  await inFolder(async (root) => {
    putFile(root, "scripts/x.py", "print(1)\n");
    const digestOfFile = createDigestOfFile(root);
    assert.equal(await digestOfFile("scripts/x.py"), digestOf("print(1)\n"));
    assert.equal(await digestOfFile(`${root}/scripts/x.py`), digestOf("print(1)\n"));
    for (const path of ["scripts", "gone.py", "--fast", "scripts/x.py/more", "\0", "x".repeat(10_000)]) {
      assert.equal(await digestOfFile(path), undefined, path.slice(0, 20));
    }
  });
});
