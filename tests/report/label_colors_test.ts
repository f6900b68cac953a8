import assert from "node:assert/strict";
import { labelColors } from "../../runtime/report/label_colors.ts";

const labels = ["rider", "motorbike", "person", "car", "ball", "referee", "dog", "flag"];

/** WCAG's contrast of two colours such as `#e69f00`: 1 to 21. */
function contrast(left: string, right: string): number {
  const [dark = 0, light = 0] = [luminance(left), luminance(right)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

Deno.test("labelColors() gives eight labels eight colours, whatever they are called", () => {
  for (let round = 0; round < 50; round++) {
    const colorOf = labelColors(labels.map((label) => `${label} ${round}`));
    const colors = labels.map((label) => colorOf(`${label} ${round}`));
    assert.equal(new Set(colors.map(({ fill }) => fill)).size, 8);
    assert.ok(colors.every(({ dashed }) => !dashed));
  }
});

Deno.test("labelColors() keeps the colours of most labels when there is a new one", () => {
  const few = labels.slice(0, 4);
  const [before, after] = [labelColors(few), labelColors(["zebra", ...few])];
  const changed = few.filter((label) => before(label).fill !== after(label).fill);
  assert.ok(changed.length <= 1, changed.join());
  assert.deepEqual(few.map((label) => labelColors([...few, "zebra"])(label)), few.map((label) => before(label)));
});

Deno.test("labelColors() marks labels that share a colour, and those that it was not told of", () => {
  const colorOf = labelColors([...labels, "ninth"]);
  assert.equal(colorOf("ninth").dashed, true);
  assert.equal(labelColors([])("unknown").dashed, true);
});

Deno.test("labelColors() gives texts that can be read on their colours", () => {
  const colorOf = labelColors(labels);
  for (const label of labels) {
    const { fill, text } = colorOf(label);
    assert.ok(contrast(fill, text) >= 3.5, `${fill} ${text} ${contrast(fill, text)}`);
  }
});
