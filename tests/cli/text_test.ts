import assert from "node:assert/strict";
import {
  bytes,
  count,
  duration,
  fitted,
  padded,
  plain,
  plainLines,
  plural,
  widthOf,
  wrapped,
} from "../../runtime/cli/text.ts";

Deno.test("plain() writes out what would steer a terminal", () => {
  assert.equal(plain("a\u001b[31mred\u0007\nb\tc\r"), "a\\u{1b}[31mred\\u{7}\\nb\\tc\\u{d}");
  assert.equal(plain("\u009b31m \u202egpj.exe \u2066x\ufeff"), "\\u{9b}31m \\u{202e}gpj.exe \\u{2066}x\\u{feff}");
  assert.equal(plain("día 1/字.jpg 🏍"), "día 1/字.jpg 🏍");
});

Deno.test("plainLines() keeps line breaks and nothing else", () => {
  assert.equal(plainLines("one\r\n\ttwo\u001b[2J"), "one\n  two\\u{1b}[2J");
});

Deno.test("widthOf() counts columns, not code units", () => {
  assert.deepEqual(["abc", "字字", "🏍️a", "e\u0301"].map(widthOf), [3, 4, 3, 1]);
});

Deno.test("fitted() cuts at whole characters and says so", () => {
  assert.equal(fitted("abcdef", 6), "abcdef");
  assert.equal(fitted("abcdefg", 6), "abcde…");
  assert.equal(fitted("字字字字", 6), "字字…");
  assert.equal(fitted("abc", 1), "…");
  assert.equal(fitted("abc", 0), "");
  assert.equal(fitted("abc", -5), "");
});

Deno.test("padded() fills up on either side by columns", () => {
  assert.equal(padded("字", 4), "字  ");
  assert.equal(padded("7", 3, "right"), "  7");
  assert.equal(padded("long", 2), "long");
});

Deno.test("wrapped() breaks at spaces and leaves long words whole", () => {
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("extraordinary is it", 5), ["extraordinary", "is it"]);
  assert.deepEqual(wrapped("", 5), [""]);
});

Deno.test("count() sets thousands apart", () => {
  assert.deepEqual([0, 999, 1000, 1234567.4].map(count), ["0", "999", "1,000", "1,234,567"]);
  assert.deepEqual([plural(1, "item"), plural(0, "item")], ["1 item", "0 items"]);
});

Deno.test("duration() changes its unit where people do", () => {
  const texts = [0, 0.238, 8.14, 59.94, 59.96, 125, 3599.6, 11220].map(duration);
  assert.deepEqual(texts, [
    "0.00 s",
    "0.24 s",
    "8.1 s",
    "59.9 s",
    "1 min 00 s",
    "2 min 05 s",
    "1 h 00 min",
    "3 h 07 min",
  ]);
});

Deno.test("bytes() keeps two digits or three", () => {
  assert.deepEqual([0, 870, 999, 1000, 1234, 34_000_000, 999_600].map(bytes), [
    "0 B",
    "870 B",
    "999 B",
    "1.0 kB",
    "1.2 kB",
    "34 MB",
    "1.0 MB",
  ]);
});
