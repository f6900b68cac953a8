import assert from "node:assert/strict";
import { numbersOf } from "../../runtime/contract/random.ts";
import { type LayoutEdge, type LayoutNode, layoutOf, type Placed } from "../../runtime/report/graph_layout.ts";

const gaps = { across: 50, down: 20 };

function node(id: string, width = 100, height = 40): LayoutNode {
  return { id, width, height };
}

function arrows(...pairs: readonly string[]): LayoutEdge[] {
  return pairs.map((pair) => ({ from: pair[0] ?? "", to: pair[1] ?? "" }));
}

function placeOf(places: ReadonlyMap<string, Placed>, id: string): Placed {
  return places.get(id) ?? assert.fail(`${id} has no place`);
}

/** Any graph: numbers of nodes, and arrows between any two of them, circles and double ones too. */
function randomGraph(seed: number): { readonly nodes: LayoutNode[]; readonly edges: LayoutEdge[] } {
  const random = numbersOf(`graph ${seed}`);
  const upTo = (most: number) => Math.floor(random() * most);
  const nodes = Array.from({ length: 1 + upTo(12) }, (_, at) => node(`n${at}`, 40 + upTo(200), 20 + upTo(80)));
  const any = () => nodes[upTo(nodes.length)]?.id ?? "";
  return { nodes, edges: Array.from({ length: upTo(20) }, () => ({ from: any(), to: any(), room: upTo(90) })) };
}

Deno.test("layoutOf() lets no nodes overlap, and arrows lead to the right unless they close a circle", () => {
  for (let seed = 0; seed < 500; seed++) {
    const { nodes, edges } = randomGraph(seed);
    const layout = layoutOf(nodes, edges, gaps);
    const places = nodes.map(({ id }) => placeOf(layout.nodes, id));
    for (const [at, one] of places.entries()) {
      assert.ok(one.x >= 0 && one.y >= 0 && one.x + one.width <= layout.width && one.y + one.height <= layout.height);
      for (const other of places.slice(at + 1)) {
        const apart = one.x + one.width <= other.x || other.x + other.width <= one.x ||
          one.y + one.height <= other.y || other.y + other.height <= one.y;
        assert.ok(apart, `seed ${seed}: ${JSON.stringify([one, other])}`);
      }
    }
    for (const [at, { from, to }] of edges.entries()) {
      if (layout.backwards[at] === true) continue;
      const [start, end] = [placeOf(layout.nodes, from), placeOf(layout.nodes, to)];
      assert.ok(start.x + start.width < end.x, `seed ${seed}: ${from} to ${to}`);
    }
    assert.deepEqual(layoutOf(nodes, edges, gaps), layout);
  }
});

Deno.test("layoutOf() finds circles, and only those", () => {
  const nodes = ["a", "b", "c", "d"].map((id) => node(id));
  const backwards = (...pairs: string[]) => layoutOf(nodes, arrows(...pairs), gaps).backwards;
  assert.deepEqual(backwards("ab", "bc", "ac", "cd"), [false, false, false, false]);
  assert.deepEqual(backwards("ab", "bc", "ca"), [false, false, true]);
  assert.deepEqual(backwards("aa"), [true]);
});

Deno.test("layoutOf() puts a source right before what is made from it, and long arrows past what is between", () => {
  const nodes = ["a", "b", "c", "s"].map((id) => node(id));
  const layout = layoutOf(nodes, arrows("ab", "bc", "sc", "ac"), gaps);
  const x = (id: string) => placeOf(layout.nodes, id).x;
  assert.equal(x("s"), x("b"));
  assert.equal(layout.ways[3]?.length, 1);
  assert.deepEqual(layout.ways.slice(0, 3), [[], [], []]);
});

Deno.test("layoutOf() crosses no arrows that need not cross", () => {
  const nodes = ["a", "b", "c", "x", "y", "z"].map((id) => node(id));
  const { nodes: places } = layoutOf(nodes, arrows("az", "by", "cx"), gaps);
  const order = (ids: string) => [...ids].sort((left, right) => placeOf(places, left).y - placeOf(places, right).y);
  const firsts = order("abc");
  const ends: Readonly<Record<string, string>> = { a: "z", b: "y", c: "x" };
  assert.deepEqual(order("xyz"), firsts.map((id) => ends[id]));
});

Deno.test("layoutOf() makes something of nothing", () => {
  const { width, height, nodes } = layoutOf([], [], gaps);
  assert.deepEqual([width, height, nodes.size], [0, 0, 0]);
});
