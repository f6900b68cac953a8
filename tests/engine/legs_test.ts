import assert from "node:assert/strict";
import { type Leg, legsOf, stepsOf } from "../../runtime/engine/legs.ts";
import { defineDatasetStep, z } from "../../runtime/plugin.ts";
import { bound, itemStep } from "./fixtures.ts";

const split = defineDatasetStep({
  name: "split",
  version: 1,
  summary: "Splits",
  options: z.strictObject({}),
  examples: [],
  open: () => ({ async *whole() {} }),
});

function shapeOf(legs: readonly Leg[]): string {
  return legs.map((leg) => (
    leg.kind === "whole"
      ? `<${leg.step.id}>`
      : leg.stages.map((part) => (part.kind === "raw" ? "raw " : "") + stepsOf(part).map(({ id }) => id).join("+"))
        .join(" | ")
  )).join(" ");
}

function unplanned(): never {
  throw new TypeError("Cannot plan: nothing is run here");
}

Deno.test("legsOf() cuts after costly steps, where told to keep, and at dataset steps", () => {
  const plain = (id: string) => bound(id, itemStep());
  const costly = bound("detect", itemStep({ costly: true }));
  const kept = { ...plain("resize"), keep: true };
  assert.equal(shapeOf(legsOf([plain("a"), plain("b")])), "a+b");
  assert.equal(shapeOf(legsOf([plain("a"), costly, plain("b"), plain("c")])), "a+detect | b+c");
  assert.equal(shapeOf(legsOf([kept, plain("b"), bound("split", split), plain("c")])), "resize | b <split> c");
  assert.equal(shapeOf(legsOf([bound("split", split), costly])), "<split> detect");
  assert.equal(shapeOf(legsOf([])), "");
  const sifting = bound("detect", itemStep({ raw: { plan: unplanned, open: () => ({ find: unplanned }) } }));
  assert.equal(shapeOf(legsOf([plain("a"), sifting, plain("b")])), "a | raw detect | detect+b");
  assert.equal(shapeOf(legsOf([bound("split", split), sifting])), "<split> raw detect | detect");
});
