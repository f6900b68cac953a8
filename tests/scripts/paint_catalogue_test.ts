import assert from "node:assert/strict";
import { readHeader } from "../../runtime/image/header.ts";
import { structureProblem } from "../../runtime/plugin.ts";
import { products, tableText } from "../../scripts/catalogue/products.ts";
import { shapes } from "../../scripts/catalogue/shapes.ts";
import { size } from "../../scripts/paint_catalogue.ts";

const folder = new URL("../../examples/catalogue/", import.meta.url);

Deno.test("paintProduct() gives the same whole JPEG file every time, and another for each product", async () => {
  // In a process of its own: others in this one have blocked what reads SVG.
  const script = `
    import { products } from "./scripts/catalogue/products.ts";
    import { paintProduct } from "./scripts/paint_catalogue.ts";
    const pictures = await Promise.all([products[0], products[0], products[1]].map(paintProduct));
    console.log(JSON.stringify(pictures.map((bytes) => [...bytes])));`;
  const cwd = new URL("../../", import.meta.url);
  const { stdout } = await new Deno.Command("deno", { args: ["eval", "-q", script], cwd }).output();
  const [first, again, second]: number[][] = JSON.parse(new TextDecoder().decode(stdout));
  assert.ok(first !== undefined);
  assert.deepEqual(again, first);
  assert.notDeepEqual(second, first);
  const { width, height } = readHeader(Uint8Array.from(first));
  assert.deepEqual([width, height], [size.width, size.height]);
});

Deno.test("products show every shape, each under an id of its own", () => {
  assert.equal(new Set(products.map(({ id }) => id)).size, products.length);
  assert.deepEqual(new Set(products.map(({ shape }) => shape)), new Set(Object.keys(shapes)));
});

Deno.test("products are all in the example folder, in their size, with nothing else, in 600 kB", () => {
  const names = [...Deno.readDirSync(new URL("images/", folder))].map(({ name }) => name).sort();
  assert.deepEqual(names, products.map(({ id }) => `${id}.jpg`).sort());
  let total = 0;
  for (const name of names) {
    const bytes = Deno.readFileSync(new URL(`images/${name}`, folder));
    assert.deepEqual([readHeader(bytes).width, readHeader(bytes).height], [size.width, size.height], name);
    assert.equal(structureProblem(bytes, "jpeg"), undefined, name);
    total += bytes.length;
  }
  assert.ok(total < 600_000, `${total} bytes`);
});

Deno.test("tableText() is the table in the example folder", () => {
  assert.equal(Deno.readTextFileSync(new URL("styles.csv", folder)), tableText());
});
