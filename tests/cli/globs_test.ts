import assert from "node:assert/strict";
import { matchesGlob } from "node:path";
import { anyCase, anyOf, cutGlob, literally, noneOf } from "../../runtime/cli/globs.ts";

const names = [
  "plain.jpg",
  "a b.jpg",
  "x[1].jpg",
  "what?.jpg",
  "a*b.jpg",
  "+(a).jpg",
  "!no.jpg",
  "p|q.jpg",
  "é@(1).jpg",
];

Deno.test("literally() fits the name itself and no other", () => {
  for (const name of names) {
    const fitting = names.filter((other) => matchesGlob(other, literally(name)));
    assert.deepEqual(fitting, [name]);
  }
});

Deno.test("literally() lets any character stand for braces and backslashes, which globs cannot hold", () => {
  for (const name of ["a{b,c}.jpg", "{}.jpg", "a}b.jpg"]) assert.ok(matchesGlob(name, literally(name)), name);
  assert.ok(!matchesGlob("ab.jpg", literally("a{b,c}.jpg")));
});

Deno.test("anyOf() fits every name of thousands, in few globs", () => {
  const many = [...names, ...Array.from({ length: 5_000 }, (_, at) => `IMG_${at}.jpg`)];
  const globs = anyOf(many);
  assert.ok(globs.length <= 3, String(globs.length));
  const fits = (name: string) => globs.some((glob) => matchesGlob(name, glob));
  for (const name of [...names, "IMG_0.jpg", "IMG_4999.jpg"]) assert.ok(fits(name), name);
  for (const name of ["IMG_5000.jpg", "MG_1.jpg", "IMG_1.jpg.jpg"]) assert.ok(!fits(name), name);
  assert.deepEqual(anyOf(["a.jpg"]), ["a.jpg"]);
});

Deno.test("noneOf() fits every name but those", () => {
  const others = ["other", "plain", "b"];
  for (const other of others) assert.ok(matchesGlob(other, noneOf(names)), other);
  for (const name of names) assert.ok(!matchesGlob(name, noneOf(names)), name);
  assert.equal(noneOf([]), "*");
});

Deno.test("anyCase() fits capitals and small letters", () => {
  for (const name of ["a.jpg", "a.JPG", "a.Jpg"]) assert.ok(matchesGlob(name, `*.${anyCase("jpg")}`), name);
  assert.ok(!matchesGlob("a.jpeg", `*.${anyCase("jpg")}`));
});

Deno.test("cutGlob() cuts behind the plain folders", () => {
  assert.deepEqual(cutGlob("a/b/*.jpg"), { folder: "a/b", glob: "*.jpg" });
  assert.deepEqual(cutGlob("*.jpg"), { folder: "", glob: "*.jpg" });
  assert.deepEqual(cutGlob("/*/x.jpg"), { folder: "/", glob: "*/x.jpg" });
  assert.deepEqual(cutGlob("a/**/b/{c,d}.png"), { folder: "a", glob: "**/b/{c,d}.png" });
  assert.equal(cutGlob("a/b.jpg"), undefined);
});
