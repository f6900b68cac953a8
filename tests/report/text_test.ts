import assert from "node:assert/strict";
import {
  csvLine,
  escapeHtml,
  inPieces,
  markdownCode,
  markdownTable,
  markdownText,
  visible,
} from "../../runtime/report/text.ts";

Deno.test("visible() shows what would be invisible, on one line", () => {
  assert.equal(visible("a\nb\u0000c"), "a\\u{a}b\\u{0}c");
  assert.equal(visible("a\u202egpj.exe"), "a\\u{202e}gpj.exe");
  assert.equal(visible("\ud800"), "\\u{d800}");
  assert.equal(visible("Łódź 日本 😀"), "Łódź 日本 😀");
});

Deno.test("visible() cuts long texts in the middle, between characters", () => {
  assert.equal(visible("abcdefghij", 5), "ab…ij");
  assert.equal(visible("😀".repeat(10), 5), "😀😀…😀😀");
  assert.equal(Array.from(visible("x".repeat(1000))).length, 160);
});

Deno.test("escapeHtml() leaves no character that ends an element or an attribute", () => {
  assert.equal(escapeHtml(`<a href="x" id='y'>&`), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
});

Deno.test("markdownText() leaves no markup, tag, cell border, link or mention", () => {
  assert.equal(markdownText("a|b"), "a\\|b");
  assert.equal(markdownText("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  assert.equal(markdownText("![x](y)"), "!\\[x\\](y)");
  assert.equal(markdownText("*a* _b_ `c` \\ $d$ ~e~"), "\\*a\\* \\_b\\_ \\`c\\` \\\\ \\$d\\$ \\~e\\~");
  assert.equal(markdownText("https://x.org www.y.org @me"), "https&#58;//x.org &#119;ww.y.org &#64;me");
  assert.ok(!markdownText("a\n# b").includes("\n"));
});

Deno.test("markdownCode() holds backticks, borders and line ends inside", () => {
  assert.equal(markdownCode("a_b.jpg"), "`a_b.jpg`");
  assert.equal(markdownCode("a`b"), "`` a`b ``");
  assert.equal(markdownCode("``"), "``` `` ```");
  assert.equal(markdownCode("a|b\nc"), "`a\\|b\\u{a}c`");
  assert.equal(markdownCode(""), "");
});

Deno.test("markdownTable() aligns the columns of numbers", () => {
  assert.equal(markdownTable(["a", "n"], [["x", "1"]], [1]), "| a | n |\n| --- | ---: |\n| x | 1 |\n");
});

Deno.test("csvLine() quotes as RFC 4180 has it and changes no value", () => {
  assert.equal(csvLine(["a", 1, true, undefined, ""]), "a,1,true,,\r\n");
  assert.equal(csvLine(['say "hi"', "a,b", "a\nb", "a\rb"]), '"say ""hi""","a,b","a\nb","a\rb"\r\n');
  assert.equal(csvLine(["=1+1", "-3", "@x", "+4", " x "]), '=1+1,-3,@x,+4," x "\r\n');
});

Deno.test("inPieces() gives the same text in few pieces", async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `${index}\n`);
  const pieces: string[] = [];
  for await (const piece of inPieces(lines)) pieces.push(piece);
  assert.equal(pieces.join(""), lines.join(""));
  assert.equal(pieces.length, 2);
});
