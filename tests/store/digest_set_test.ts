import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { createDigestSet, eachDigest } from "../../runtime/store/digest_set.ts";

function digestsIn(text: string): string[] {
  const found: string[] = [];
  eachDigest(new TextEncoder().encode(text), (at) => found.push(text.slice(at, at + 64)));
  return found;
}

Deno.test("createDigestSet() tells what was added from what was not, for many", () => {
  const set = createDigestSet();
  const digests = Array.from({ length: 50_000 }, (_, at) => digestOf(`${at}`));
  for (const digest of digests) assert.equal(set.add(digest), true);
  for (const digest of digests) assert.equal(set.add(digest), false);
  assert.equal(set.size, digests.length);
  assert.ok(digests.every(set.has));
  assert.ok(!Array.from({ length: 50_000 }, (_, at) => digestOf(`other ${at}`)).some(set.has));
});

Deno.test("createDigestSet() knows a digest by its text and by its bytes, whatever digits it begins with", () => {
  for (
    const start of ["00000000", "ffffffff", "0000000000000000", "00000001", "8000000000000000", "0123456789abcdef"]
  ) {
    const digest = start.padEnd(64, "3");
    const set = createDigestSet();
    assert.equal(set.has(digest), false, digest);
    assert.equal(set.addAt(new TextEncoder().encode(`..${digest}`), 2), true, digest);
    assert.equal(set.has(digest), true, digest);
    assert.equal(set.add(digest), false, digest);
  }
});

Deno.test("eachDigest() finds digests wherever they stand, but for those of inputs", () => {
  const [a, b, c] = ["a", "b", "c"].map((text) => digestOf(text));
  assert.deepEqual(digestsIn(""), []);
  assert.deepEqual(digestsIn(`${a}`), [a]);
  assert.deepEqual(digestsIn(`{"digest":"${a}","input":"${b}","x":"${c}"}`), [a, c]);
  assert.deepEqual(digestsIn(`path/${a}\t12\n${b}x${c}`), [a, b, c]);
  assert.deepEqual(digestsIn(`sha256:${a}`), [a]);
  assert.deepEqual(digestsIn(`"input":"${a}${b}"`), [b]);
  assert.deepEqual(digestsIn(a?.toUpperCase() ?? ""), [], "names are written in lower case");
  assert.deepEqual(digestsIn(`${a?.slice(0, 63)} ${b?.slice(1)}`), []);
});

Deno.test("eachDigest() finds all that a plain search finds, in text full of digits", () => {
  const letters = '0123456789abcdef0123456789abcdefgh"\n';
  let state = 7;
  const next = () => state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  for (let round = 0; round < 200; round++) {
    const noise = Array.from({ length: 300 }, () => letters[(next() >>> 8) % letters.length]).join("");
    const text = `${noise}${digestOf(noise)}${noise.slice(0, 70)}|${digestOf(`${round}`)}`;
    assert.deepEqual(digestsIn(text), text.match(/[0-9a-f]{64}/g));
  }
});
