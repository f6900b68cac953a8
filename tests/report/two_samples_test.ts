import assert from "node:assert/strict";
import { createSketch, quantileOf } from "../../runtime/report/sketch.ts";
import { compareCounts, compareSketches } from "../../runtime/report/two_samples.ts";

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);
}

function sketchOf(values: readonly number[]) {
  const survey = createSketch();
  values.forEach(survey.add);
  return survey.result();
}

// R: p <- a/sum(a); q <- b/sum(b); m <- (p+q)/2; sqrt(sum(p*log2(p/m) + q*log2(q/m)) / 2), and
// chisq.test(rbind(c(50,30,20,7), c(30,40,25,17)), correct=FALSE), whose last column holds the two rarest.
Deno.test("compareCounts() gives the distance and the probability that R gives", () => {
  const { distance, p } = compareCounts({ a: 50, b: 30, c: 20, d: 6, e: 1 }, { a: 30, b: 40, c: 25, d: 9, e: 8 });
  close(distance, 0.2129355646);
  close(p, 0.01149882836);
});

Deno.test("compareCounts() knows the ends of its scale", () => {
  assert.deepEqual(compareCounts({ a: 3, b: 4 }, { a: 30, b: 40 }), { distance: 0, p: 1 });
  assert.equal(compareCounts({ a: 100 }, { b: 100 }).distance, 1);
  assert.ok(compareCounts({ a: 100 }, { b: 100 }).p < 1e-12);
  assert.deepEqual(compareCounts({}, {}), { distance: 0, p: 1 });
  assert.deepEqual(compareCounts({ a: 1 }, {}), { distance: 1, p: 0 });
  assert.equal(compareCounts({ a: 1 }, { b: 1 }).p, 1);
});

// R: ks.test(1:15, seq(4.5, 20.5), exact=FALSE), which ends its series a little earlier.
Deno.test("compareSketches() gives the statistic and the probability that R gives", () => {
  const left = sketchOf(Array.from({ length: 15 }, (_, index) => index + 1));
  const right = sketchOf(Array.from({ length: 17 }, (_, index) => index + 4.5));
  const { distance, p } = compareSketches(left, right);
  close(distance, 0.35294118);
  assert.ok(Math.abs(p - 0.2740038) < 1e-4, String(p));
});

Deno.test("compareSketches() knows the ends of its scale", () => {
  const [low, high] = [sketchOf(new Array(200).fill(1)), sketchOf(new Array(200).fill(2))];
  assert.deepEqual(compareSketches(low, low), { distance: 0, p: 1 });
  assert.equal(compareSketches(low, high).distance, 1);
  assert.ok(compareSketches(low, high).p < 1e-12);
  assert.deepEqual(compareSketches(low, sketchOf([])), { distance: 1, p: 0 });
});

Deno.test("createSketch() stays small whatever it is given, and keeps mean and median", () => {
  const survey = createSketch();
  for (let index = 0; index < 200_000; index++) survey.add(((index * 7919) % 200_003) / 100 - 1000);
  for (const odd of [NaN, Infinity, -Infinity]) survey.add(odd);
  const sketch = survey.result();
  assert.equal(sketch.count, 200_000);
  assert.ok(sketch.bins.length < 10_000);
  assert.ok(Math.abs(sketch.mean) < 0.1 && Math.abs(quantileOf(sketch, 0.5)) < 1);
  assert.deepEqual(sketchOf([1e9, 1e-9, -0]).bins, [[0, 2], [1e6, 1]]);
  assert.equal(quantileOf(sketchOf([]), 0.5), 0);
});
