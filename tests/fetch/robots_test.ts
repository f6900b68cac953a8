import assert from "node:assert/strict";
import { optedOut } from "../../runtime/fetch/robots.ts";

const words = ["noai", "noimageai", "noindex"];

Deno.test("optedOut() finds the words for all robots and for us", () => {
  const cases: readonly (readonly [readonly string[], string | undefined])[] = [
    [["noai"], "noai"],
    [["all", "NoImageAI"], "noimageai"],
    [["nofollow, noindex"], "noindex"],
    [["none"], "none"],
    [["framewright: noai"], "noai"],
    [["Framewright: nofollow, noai"], "noai"],
    [["*: noai"], "noai"],
    [["otherbot: noai"], undefined],
    [["otherbot: nofollow, noai"], undefined],
    [["otherbot: noai, framewright: noindex"], "noindex"],
    [["unavailable_after: 25 Jun 2030 15:00:00 PST, noai"], "noai"],
    [["max-image-preview:large, noai"], "noai"],
    [["nofollow"], undefined],
    [["noaim, xnoai"], undefined],
    [[""], undefined],
    [[], undefined],
  ];
  for (const [headers, expected] of cases) assert.equal(optedOut(headers, words), expected, headers.join(" | "));
});

Deno.test("optedOut() is told which words count", () => {
  assert.equal(optedOut(["noai, noindex"], []), undefined);
  assert.equal(optedOut(["none"], ["noai"]), undefined);
  assert.equal(optedOut(["none"], ["nofollow"]), "none");
});
