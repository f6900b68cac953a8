import assert from "node:assert/strict";
import { fileNameOf, folderNameOf } from "../../runtime/report/names.ts";

function nameOf(key: string, child = "", extension = "jpg"): string {
  return fileNameOf({ key, child }, extension);
}

Deno.test("fileNameOf() keeps plain lower-case keys readable without a digest", () => {
  assert.equal(nameOf("f001.jpg"), "f001.jpg");
  assert.equal(nameOf("cam_1/day-2/f001.jpg"), "cam_1--day-2--f001.jpg");
  assert.equal(nameOf("f001.jpg", "crop1"), "f001__crop1.jpg");
  assert.equal(nameOf("f001.jpg", "crop1.flip"), "f001__crop1__flip.jpg");
  assert.equal(nameOf("f001.png"), "f001-png.jpg");
  assert.equal(nameOf("f001.png", "", "png"), "f001.png");
});

/** Keys that a naive rule would map to one name, or to a name that breaks a reader. */
const hostile: readonly (readonly [string, string?])[] = [
  ["a.jpg"],
  ["A.jpg"],
  ["a.JPG"],
  ["a.jpeg"],
  ["a.png"],
  ["a-png.jpg"],
  ["a"],
  ["a."],
  [".a.jpg"],
  ["..jpg"],
  ["..", ""],
  ["../../etc/passwd"],
  ["/a.jpg"],
  ["a/b.jpg"],
  ["a--b.jpg"],
  ["a/-b.jpg"],
  ["a-/b.jpg"],
  ["a//b.jpg"],
  ["a\\b.jpg"],
  ["a__b.jpg"],
  ["a.jpg", "b"],
  ["a_b.jpg"],
  ["a.b.jpg"],
  ["a.jpg", "b.c"],
  ["a.jpg", "b__c"],
  ["a.jpg", "b_c"],
  ["a b.jpg"],
  ["a\nb.jpg"],
  ["a\u0000b.jpg"],
  ["a\tb.jpg"],
  [" a.jpg"],
  ["a.jpg "],
  ["con.jpg"],
  ["CON.jpg"],
  ["nul.jpg"],
  ["com1.jpg"],
  ["lpt9.jpg"],
  ["train/f1.jpg"],
  ["f_test_1.jpg"],
  ["Test1.jpg"],
  ["val.jpg"],
  ["-.jpg"],
  ["_.jpg"],
  ["日本.jpg"],
  ["日木.jpg"],
  ["ü.jpg"],
  ["u\u0308.jpg"],
  ["é.jpg"],
  ["😀.jpg"],
  ["\ud800.jpg"],
  ["\ud801.jpg"],
  ["a\u202egpj.exe"],
  ["=cmd|'/c calc'!a1.jpg"],
  ["<script>.jpg"],
  ["a?b=1&c=2.jpg"],
  ["a%2fb.jpg"],
  ["a#crop1.jpg"],
  ["__pycache__/a.jpg"],
  ["https://example.org/a.jpg"],
  ["x".repeat(300) + ".jpg"],
  ["x".repeat(301) + ".jpg"],
  ["d/".repeat(200) + "a.jpg"],
  [""],
  ["", "crop1"],
];

Deno.test("fileNameOf() makes safe names of hostile keys", () => {
  for (const [key, child] of hostile) {
    const name = nameOf(key, child);
    assert.match(name, /^[A-Za-z0-9][A-Za-z0-9_-]*\.jpg$/, JSON.stringify(key));
    assert.ok(name.length <= 110, name);
    const stem = name.slice(0, -4).toLowerCase();
    assert.ok(!["con", "nul", "com1", "lpt9"].includes(stem), name);
    const words = stem.split(/[^a-z]+/);
    assert.ok(!words.some((word) => ["train", "test", "val"].includes(word)), name);
  }
});

Deno.test("fileNameOf() never gives two items one name, also where case does not count", () => {
  const names = hostile.map(([key, child]) => nameOf(key, child).toLowerCase());
  const seen = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    assert.equal(seen.get(name), undefined, `${name} for ${JSON.stringify(hostile[index])}`);
    seen.set(name, JSON.stringify(hostile[index]));
  }
});

Deno.test("fileNameOf() does not let a key claim the marked name of another", () => {
  const marked = nameOf("A.jpg");
  assert.match(marked, /^A-[0-9a-f]{12}\.jpg$/);
  for (const claim of [marked, marked.toLowerCase()]) {
    assert.notEqual(nameOf(claim).toLowerCase(), marked.toLowerCase());
  }
});

Deno.test("folderNameOf() keeps plain words and marks everything else", () => {
  assert.equal(folderNameOf("train"), "train");
  assert.equal(folderNameOf("fold_1"), "fold_1");
  const names = ["Train", "train set", "../x", "", "con", "a-b", "a_b_", "é", "x".repeat(80)].map(folderNameOf);
  for (const name of names) assert.match(name, /^[A-Za-z0-9][A-Za-z0-9_]*_[0-9a-f]{12}$/);
  assert.equal(new Set(names).size, names.length);
});
