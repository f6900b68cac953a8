import assert from "node:assert/strict";
import { putFile } from "../temp_folder.ts";
import { inTrustProject, moody } from "./trust_project.ts";

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => (
    isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`]
  )).sort();
}

/** All objects but leases, which say who is at work. */
function objectsIn(store: string): string[] {
  return filesIn(store).filter((path) => !path.startsWith(`${store}/leases/`));
}

function flipByte(path: string): void {
  const bytes = Deno.readFileSync(path);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  Deno.chmodSync(path, 0o644);
  Deno.writeFileSync(path, bytes);
  Deno.chmodSync(path, 0o444);
}

Deno.test("verify reads all, replays all, writes nothing, and says so", async () => {
  await inTrustProject(async ({ root, fw, addFrame }) => {
    await fw("run", "cats.yaml");
    await addFrame("a3", 7);
    await fw("run", "cats.yaml");
    const before = objectsIn(`${root}/store`);
    const { exit, out } = await fw("verify", "cats", "--replay", "--all");
    assert.equal(exit, 0, out);
    assert.match(
      out,
      /^Verified 2 versions of cats in \S+ s: all is as it was written\n {2}\d+ chunks, \d+ blobs; \S+ \S+ hashed, \S+ \S+\/s\n/,
    );
    assert.match(out, /^Replayed cats@1 in \S+ s: equal bit for bit {2}[0-9a-f]{12}\nReplayed cats@2 /m);
    assert.deepEqual(objectsIn(`${root}/store`), before);
  });
});

Deno.test("verify names what is damaged, what that costs and the way out, and ends with 6", async () => {
  await inTrustProject(async ({ root, fw }) => {
    await fw("run", "cats.yaml");
    const picture = `${root}/store/published/cats/v1/csv/images/a1-png.jpg`;
    flipByte(picture);
    const people = await fw("verify", "--replay");
    assert.equal(people.exit, 6);
    assert.match(
      people.out,
      /^1 thing is wrong in store\n\n {2}blobs\/sha256\/\S+\n {4}its bytes are not those of its name\n/,
    );
    assert.match(people.out, /^ {4}affects {2}1 picture of cats@1: a1\.png$/m);
    assert.match(people.out, /^ {4}affects {2}1 file of cats@1: csv\/images\/a1-png\.jpg$/m);
    assert.match(people.out, /^ {4}way out {2}bring it back from a copy of the store, where it has the same name$/m);
    assert.match(people.err, /^Nothing was computed again: what it would be computed from is damaged$/m);
    const lines = (await fw("verify", "cats@1", "--json")).out.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(lines.map(({ event }) => event), ["finding", "verified"]);
    assert.equal(lines[0].kind, "blob");
    assert.equal(lines[1].findings, 1);
  });
});

Deno.test("verify says why a version cannot be replayed here, and what comes out otherwise", async () => {
  await inTrustProject(async ({ root, fw, mood }) => {
    await fw("run", "cats.yaml");
    mood("too_dark");
    const other = await fw("verify", "--replay");
    assert.equal(other.exit, 6);
    assert.match(other.out, /^Differs: cats@1, computed again in \S+ s, comes out otherwise$/m);
    assert.match(other.out, /^ {2}stage {5}moody\+flip\n {2}shard {5}a1\.png to b2\.png\n {2}key {7}b1\.png$/m);
    assert.match(other.out, /^ {2}file {6}csv\/images\/b1-png\.jpg$/m);
    putFile(root, "plugins/moody.ts", moody(root, 2));
    const refused = await fw("verify", "--replay");
    assert.equal(refused.exit, 2);
    assert.match(refused.err, /^error: Cannot replay "cats" here: something differs from when this version was made$/m);
    assert.match(refused.err, /^"moody" was moody v1, here it is v2$/m);
  });
});

Deno.test("verify says which versions there are when it is asked for another", async () => {
  await inTrustProject(async ({ fw }) => {
    await fw("run", "cats.yaml");
    const { exit, err } = await fw("verify", "cats@7");
    assert.equal(exit, 2);
    assert.match(err, /^error: Cannot find "7" of "cats": it has v1$/m);
  });
});
