import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { canonicalJson, compareUtf8, digestOf, type Json } from "../../runtime/contract/json.ts";

Deno.test("canonicalJson() sorts members and leaves out undefined ones", () => {
  assert.equal(canonicalJson({ b: 1, a: [true, null, "x\n"], c: undefined }), '{"a":[true,null,"x\\n"],"b":1}');
});

Deno.test("canonicalJson() refuses what is not plain finite data", () => {
  for (const value of [NaN, Infinity, new Date(0), () => 1, 1n, Symbol("s"), new Map()]) {
    assert.throws(() => canonicalJson(value as unknown as Json), TypeError);
  }
});

Deno.test("canonicalJson() refuses that wherever it stands, also beside names that an object puts in order itself", () => {
  for (const value of [NaN, new Date(0), () => 1, new Map(), undefined]) {
    for (
      const holder of [[value], { b: [1, "x", value], a: 1 }, { 10: "x", 9: [value] }, { ["__proto__"]: [[value]] }]
    ) {
      assert.throws(() => canonicalJson(holder as unknown as Json), TypeError);
    }
  }
});

Deno.test("canonicalJson() keeps the order of texts where an object would have numbers first", () => {
  assert.equal(canonicalJson({ 10: 1, 9: 2, a: 3, "-1": 4 }), '{"-1":4,"10":1,"9":2,"a":3}');
  assert.equal(
    canonicalJson([{ z: { b: { 2: 1, 10: 0 }, a: "é\ud800" } }]),
    '[{"z":{"a":"é\\ud800","b":{"10":0,"2":1}}}]',
  );
  assert.equal(canonicalJson(JSON.parse('{"z":1,"__proto__":{"b":1,"a":2}}')), '{"__proto__":{"a":2,"b":1},"z":1}');
});

Deno.test("canonicalJson() leaves what it is given as it is, and gives its own text back", () => {
  const value = { b: [{ d: undefined, c: -0 }], a: { toJSON: "no function" } };
  const before = Deno.inspect(value);
  const text = canonicalJson(value);
  assert.equal(text, '{"a":{"toJSON":"no function"},"b":[{"c":0}]}');
  assert.equal(canonicalJson(JSON.parse(text)), text);
  assert.equal(Deno.inspect(value), before);
});

Deno.test("compareUtf8() orders as the bytes do, also beyond the basic plane", () => {
  const texts = ["", "a", "aa", "b", "é", "\uE000", "\uFFFD", "\u{1F3CD}", "\u{10FFFF}", "Z", "~", "日本"];
  const encoder = new TextEncoder();
  const byBytes = [...texts].sort((a, b) => Buffer.compare(encoder.encode(a), encoder.encode(b)));
  assert.deepEqual([...texts].reverse().sort(compareUtf8), byBytes);
});

Deno.test("digestOf() is SHA-256 in hexadecimal", () => {
  assert.equal(digestOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
