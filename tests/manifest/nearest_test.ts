import assert from "node:assert/strict";
import { didYouMean, editDistance, nearest } from "../../runtime/manifest/nearest.ts";

const names = ["resize", "crop", "random_crop", "imagefolder", "image_info"];

Deno.test("nearest() finds a name with a letter wrong, missing, added or swapped", () => {
  assert.equal(nearest("resise", names), "resize");
  assert.equal(nearest("reszie", names), "resize");
  assert.equal(nearest("crops", names), "crop");
  assert.equal(nearest("imagefoldr", names), "imagefolder");
});

Deno.test("nearest() takes capitals, dashes and spaces for what they stand for", () => {
  assert.equal(nearest("Random-Crop", names), "random_crop");
});

Deno.test("nearest() finds nothing for a name that is like no other", () => {
  assert.equal(nearest("detect", names), undefined);
  assert.equal(nearest("x", names), undefined);
  assert.equal(nearest("x".repeat(10_000), names), undefined);
});

Deno.test("didYouMean() says the name, or nothing", () => {
  assert.equal(didYouMean("cropp", names), "Did you mean `crop`?");
  assert.equal(didYouMean("detect", names), undefined);
});

Deno.test("editDistance() counts a swap of neighbours once", () => {
  assert.equal(editDistance("", "abc"), 3);
  assert.equal(editDistance("abc", "abc"), 0);
  assert.equal(editDistance("ab", "ba"), 1);
  assert.equal(editDistance("kitten", "sitting"), 3);
});
