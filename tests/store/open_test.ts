import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { bytesOf } from "../suites/object_store_suite.ts";
import { inFolder } from "../temp_folder.ts";

Deno.test("openStore() opens a folder by its path or address", () =>
  inFolder(async (root) => {
    assert.equal((await openStore(root)).place, root);
    assert.equal((await openStore(`file://${root}`)).place, root);
    assert.equal((await openStore(".framewright")).place, `${Deno.cwd()}/.framewright`);
  }));

Deno.test("openStore() says what it knows when it is given something else", async () => {
  for (const spec of ["gs://b", "HTTP://x/y"]) {
    await assert.rejects(openStore(spec), (error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /^Cannot open the store ".*": ".*:\/\/" is not known; name it by /);
      return true;
    });
  }
  await assert.rejects(openStore(""), InputError);
  await assert.rejects(openStore("file://elsewhere/x"), InputError);
});

Deno.test("createStorage() puts all parts into the one store", () =>
  inFolder(async (root) => {
    const storage = createStorage(await openStore(root));
    const { digest } = await storage.blobs.put(bytesOf("x"));
    await storage.refs.publish("d", 1, { version: digest, run: "r", publishedAt: "2026-01-01T00:00:00Z" });
    const again = createStorage(await openStore(root));
    assert.equal((await again.refs.head("d"))?.ref.version, digest);
    assert.deepEqual(await again.blobs.get(digest), bytesOf("x"));
  }));
