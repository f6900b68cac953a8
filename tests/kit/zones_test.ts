import assert from "node:assert/strict";
import { type Polygon, readZones, shareIn, standsIn } from "../../runtime/kit/zones.ts";

const size = { width: 200, height: 100 };

function zone(text: string): Polygon {
  const zones = readZones(`z: ${text}`);
  return typeof zones === "string" ? assert.fail(zones) : zones.z ?? assert.fail(text);
}

Deno.test("readZones() reads corners as SVG writes points, and several zones", () => {
  const door = [[0.1, 0.2], [0.5, 0.2], [0.5, 1]];
  assert.deepEqual(readZones("door: 0.1,0.2 0.5,0.2 0.5,1"), { door });
  assert.deepEqual(readZones(" door:.1 0.2, 0.5 0.2, 0.5 1.0 ; "), { door });
  assert.deepEqual(readZones("back door: 0 0 1 0 1 1; yard: 0 0 0 1 1 1"), {
    "back door": [[0, 0], [1, 0], [1, 1]],
    yard: [[0, 0], [0, 1], [1, 1]],
  });
  assert.deepEqual(readZones("  "), {});
});

Deno.test("readZones() says what is wrong", () => {
  for (
    const [text, says] of [
      ["0 0 1 0 1 1", /does not begin with a name and a colon/],
      [": 0 0 1 0 1 1", /does not begin with a name/],
      ["a: 0 0 1 0", /has 2 corners; three are the least/],
      ["a: 0 0 1 0 1", /has 5 numbers/],
      ["a: 0 0 1 0 1.1 1", /"1\.1", which is no number from 0 to 1/],
      ["a: 0 0 -0.1 0 1 1", /"-0\.1"/],
      ["a: 0 0 50% 0 1 1", /"50%"/],
      ["a: 0 0 1e-1 0 1 1", /"1e-1"/],
      ["a: 0 0 1 1 1 0 0 1", /edges that cross/],
      ["a: 0 0 0.5 0.5 1 1", /no area/],
      ["a: 0 0 1 0 1 1; a: 0 0 1 0 1 1", /"a" is there twice/],
    ] as const
  ) {
    const problem = readZones(text);
    assert.ok(typeof problem === "string", text);
    assert.match(problem, says, text);
  }
});

Deno.test("standsIn() looks at the middle of the lower edge", () => {
  const lower = zone("0 0.5 1 0.5 1 1 0 1");
  assert.ok(standsIn(lower, [10, 0, 20, 60], size), "its foot is in, its middle is not");
  assert.ok(!standsIn(lower, [10, 0, 20, 40], size));
  const left = zone("0 0 0.5 0 0.5 1 0 1");
  assert.ok(standsIn(left, [85, 0, 28, 60], size), "foot at 99 of 100");
  assert.ok(!standsIn(left, [87, 0, 28, 60], size), "foot at 101 of 100");
  assert.ok(standsIn(zone("0 0 1 0 1 1 0 1"), [0, 0, 200, 100], size), "a foot at the very edge of the picture");
});

Deno.test("standsIn() knows polygons with a bay", () => {
  const horseshoe = zone("0 0 1 0 1 1 0.7 1 0.7 0.3 0.3 0.3 0.3 1 0 1");
  assert.ok(standsIn(horseshoe, [20, 10, 10, 40], size));
  assert.ok(!standsIn(horseshoe, [95, 10, 10, 40], size));
  assert.ok(standsIn(horseshoe, [95, 10, 10, 15], size));
});

Deno.test("shareIn() gives the part of a box that lies in a zone, whichever way round the corners go", () => {
  const box = [50, 20, 100, 40] as const;
  const close = (actual: number, wanted: number) => assert.ok(Math.abs(actual - wanted) < 1e-9, `${actual}`);
  close(shareIn(zone("0 0 0.5 0 0.5 1 0 1"), box, size), 0.5);
  close(shareIn(zone("0 1 0.5 1 0.5 0 0 0"), box, size), 0.5);
  close(shareIn(zone("0 0 1 0 1 1 0 1"), box, size), 1);
  close(shareIn(zone("0.8 0.8 1 0.8 1 1"), box, size), 0);
  close(shareIn(zone("0.4 0.3 0.6 0.3 0.6 0.5 0.4 0.5"), box, size), 0.2);
  close(shareIn(zone("0 0 1 0 1 1 0.7 1 0.7 0.3 0.3 0.3 0.3 1 0 1"), [0, 0, 200, 100], size), 0.72);
  assert.equal(shareIn(zone("0 0 1 0 1 1"), [5, 5, 0, 10], size), 0);
});
