import assert from "node:assert/strict";
import { publishAgain } from "../../runtime/cli/commands/rollback.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage, type DatasetStorage } from "../../runtime/store/open.ts";
import { names, pictureBench } from "../store/gc_fixtures.ts";
import { textsIn } from "../store/checkouts.ts";
import { inFolder } from "../temp_folder.ts";
import { commandLine, type Ran } from "./terminals.ts";

type Around = {
  readonly folder: string;
  readonly storage: DatasetStorage;
  fw(...args: string[]): Promise<Ran>;
};

/** A store with a dataset `test` of so many versions, each with one image more. */
async function withVersions(versions: number, body: (around: Around) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const storage = createStorage(await openFolderStore(`${folder}/store`));
    const bench = pictureBench(storage, names(3));
    for (let version = 1; version <= versions; version++) {
      if (version > 1) bench.files.set(`g${version}`, `more ${version}`);
      await bench.run();
    }
    await body({ folder, storage, fw: (...args) => commandLine([...args, "--store", `${folder}/store`], { folder }) });
  });
}

Deno.test("versions says of a number without a version that it has expired", async () => {
  await withVersions(4, async ({ fw, storage }) => {
    assert.equal((await fw("tag", "test@2", "old")).exit, 0);
    await storage.refs.expire("test", [2, 3]);
    const [, gone] = (await fw("versions", "test", "--json")).out.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(gone, { dataset: "test", number: 3, tags: [], expired: true });
    assert.match((await fw("versions", "test")).out, /^ +v2 {2}expired +old$/m);
    const { out } = await fw("log", "test");
    assert.match(out, /^v4 .*\n {2}v3, which it followed, has expired\n/);
    assert.match(out, /^v3 {2}expired\n\nv2 {2}expired {2}old\n\nv1 /m);
    const show = await fw("show", "test@old");
    assert.equal(show.exit, 2);
    assert.match(show.err, /Cannot find the tag "old" of "test" .*: it led to v2, which has expired/);
    const diff = await fw("diff", "test");
    assert.match(diff.out, /^test v1 -> test v4\n/, "the nearest version before it");
  });
});

Deno.test("log shows as many versions as it is asked for, and says that there are more", async () => {
  await withVersions(3, async ({ fw }) => {
    const { out, err } = await fw("log", "test", "--limit", "2");
    assert.deepEqual(out.match(/^v\d/gm), ["v3", "v2"]);
    assert.match(
      out,
      /^v3 .*\n {2}records: 1 new\n {2}6? ?.*items from 5 records; by test\n {2}.* added: images 6 B, /,
    );
    assert.match(err, /1 older version not shown; --limit shows more/);
  });
});

Deno.test("diff says so when there is nothing to compare with", async () => {
  await withVersions(1, async ({ fw }) => {
    const { exit, err } = await fw("diff", "test");
    assert.equal(exit, 2);
    assert.match(err, /Cannot compare "test@1": there is no version before it; name two/);
    assert.match((await fw("diff", "test", "tset")).err, /Cannot find the dataset "tset".*Did you mean `test`\?/);
    assert.equal((await fw("diff", "test", "test@1")).out, "test v1 and test v1 are the same version\n");
  });
});

Deno.test("tag moves, lists and takes names away, and refuses those that look like versions", async () => {
  await withVersions(2, async ({ fw }) => {
    assert.equal((await fw("tag", "test@1", "best")).out, "best leads to test v1\n");
    assert.equal((await fw("tag", "test", "best")).out, "best leads to test v2; it led to v1\n");
    assert.match((await fw("tag", "test", "--list")).out, /^ {2}best +v2 {2}\d{4}-/m);
    assert.deepEqual(JSON.parse((await fw("tag", "test@best", "prod", "--json")).out), {
      dataset: "test",
      name: "prod",
      number: 2,
    });
    assert.equal(
      (await fw("tag", "test", "--remove", "best")).out,
      "best is taken away; it led to test v2, which stays\n",
    );
    assert.match((await fw("tag", "test", "--remove", "best")).err, /"test" has none of that name/);
    for (const name of ["latest", "v3", "3", "A", "../x"]) assert.equal((await fw("tag", "test", name)).exit, 2, name);
    assert.match((await fw("tag", "test@9", "x")).err, /Cannot find v9 of "test" .*: the store has "test", v1 to v2/);
  });
});

Deno.test("rollback makes no number twice, and says when somebody else published first", async () => {
  await withVersions(3, async ({ fw, storage }) => {
    const head = await storage.refs.head("test") ?? assert.fail("no head");
    assert.match((await fw("rollback", "test", "3")).out, /^test v3 is the newest version already\n/);
    assert.equal((await fw("rollback", "test", "v1")).exit, 0);
    assert.equal((await fw("rollback", "test", "1")).out, "test v4 is v1 again already\n");
    const error = { name: "StoreError", failure: "conflict" };
    await assert.rejects(publishAgain(storage, "test", head, await openDataset(storage, "test", 2)), error);
    const { out } = await fw("rollback", "test", "2", "--json");
    const { number, rolledBackTo, version } = JSON.parse(out);
    assert.deepEqual([number, rolledBackTo, version], [5, 2, (await storage.refs.get("test", 2))?.version]);
    assert.match((await fw("show", "test")).out, /^ {2}rollback {3}it is v2 again$/m);
    for (const which of ["latest", "0", "", "x y"]) assert.equal((await fw("rollback", "test", which)).exit, 2, which);
  });
});

Deno.test("rollback publishes nothing that cannot be read", async () => {
  await withVersions(2, async ({ fw, storage, folder }) => {
    const { version } = await openDataset(storage, "test", 1);
    Deno.removeSync(`${folder}/store/chunks/${version.tree.slice(0, 2)}/${version.tree}.zst`);
    assert.equal((await fw("rollback", "test", "1")).exit, 6);
    assert.equal((await storage.refs.head("test"))?.number, 2);
  });
});

Deno.test("publish makes the plain files of a version that was run without, or puts them elsewhere", async () => {
  await withVersions(2, async ({ fw, folder }) => {
    assert.match((await fw("publish", "test@1")).out, /^test v1 is at store\/published\/test\/v1\n/);
    const texts = textsIn(`${folder}/store/published/test/v1`);
    assert.deepEqual(Object.keys(texts), [
      "beside/run.txt",
      "pictures/images/f0000.png",
      "pictures/images/f0001.png",
      "pictures/images/f0002.png",
      "pictures/list.txt",
    ]);
    assert.equal(Deno.readLinkSync(`${folder}/store/published/test/latest`), "v1");
    assert.match((await fw("publish", "test@1", "--delete")).err, /--only, --delete and --force are for a target/);
    assert.match((await fw("publish", "test@1", "pub")).out, /^test v1 is at pub .*\n {2}5 files written/);
    const { "framewright.json": index, ...published } = textsIn(`${folder}/pub`);
    assert.deepEqual(published, texts);
    assert.equal(JSON.parse(index ?? "").number, 1);
    assert.match((await fw("publish", "test", "store/elsewhere")).err, /it is in the store itself/);
    assert.match((await fw("publish", "test", "s3://x")).err, /Cannot/);
  });
});

Deno.test("checkout takes only files that fit a glob", async () => {
  await withVersions(1, async ({ fw, folder }) => {
    const only = ["--only", "pictures/images/*1.png", "--only", "beside/"];
    assert.match(
      (await fw("checkout", "test", "out", ...only)).out,
      /^test v1 in out .*\n {2}2 files written \(.*\)\n$/,
    );
    assert.deepEqual(Object.keys(textsIn(`${folder}/out`)), ["beside/run.txt", "pictures/images/f0001.png"]);
    assert.match((await fw("checkout", "test", "out", "--only", "none")).out, /2 files removed/);
  });
});
