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

Deno.test("compareUtf8() orders as the bytes do, also beyond the basic plane", () => {
  const texts = ["", "a", "aa", "b", "é", "\uE000", "\uFFFD", "\u{1F3CD}", "\u{10FFFF}", "Z", "~", "日本"];
  const encoder = new TextEncoder();
  const byBytes = [...texts].sort((a, b) => Buffer.compare(encoder.encode(a), encoder.encode(b)));
  assert.deepEqual([...texts].reverse().sort(compareUtf8), byBytes);
});

Deno.test("digestOf() is SHA-256 in hexadecimal", () => {
  assert.equal(digestOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
