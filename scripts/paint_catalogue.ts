// Paints the example catalogue: pictures of products, and the table that describes them.
import { shadesOf, wallOf } from "./catalogue/colours.ts";
import { type Product, products, tableText } from "./catalogue/products.ts";
import { shapes } from "./catalogue/shapes.ts";

const quality = 84;
export const size = { width: 320, height: 400 } as const;

/** The bytes of a product's picture. */
export async function paintProduct(product: Product): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  return await sharp(new TextEncoder().encode(svgOf(product))).jpeg({ quality }).toBuffer();
}

function svgOf({ shape, colour }: Product): string {
  const shades = shadesOf(colour);
  const { draw, shadow: [x, y, reach] } = shapes[shape];
  const { width, height } = size;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<defs>
${gradient("wall", wallOf(colour), 'x1="0" y1="0" x2="0" y2="1"')}
${gradient("body", [shades.light, shades.main, shades.dark], 'x1="0" y1="0" x2="1" y2="0.35"')}
${gradient("metal", ["#f3f1ec", "#b9b5ab", "#918d84"], 'x1="0" y1="0" x2="1" y2="1"')}
<filter id="soft" x="-50%" y="-200%" width="200%" height="500%"><feGaussianBlur stdDeviation="7"/></filter>
</defs>
<rect width="100%" height="100%" fill="url(#wall)"/>
<rect y="${y - 26}" width="100%" height="100%" fill="#ffffff" opacity="0.28"/>
<ellipse cx="${x}" cy="${y}" rx="${reach}" ry="9" fill="#2b2620" opacity="0.34" filter="url(#soft)"/>
${draw(shades)}
</svg>`;
}

function gradient(id: string, colours: readonly string[], line: string): string {
  const stops = colours.map((colour, at) => {
    return `<stop offset="${at / (colours.length - 1)}" stop-color="${colour}"/>`;
  });
  return `<linearGradient id="${id}" ${line}>${stops.join("")}</linearGradient>`;
}

async function paintAll(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/images`, { recursive: true });
  let total = 0;
  for (const product of products) {
    const bytes = await paintProduct(product);
    await Deno.writeFile(`${folder}/images/${product.id}.jpg`, bytes);
    total += bytes.length;
  }
  await Deno.writeTextFile(`${folder}/styles.csv`, tableText());
  console.log(`${products.length} pictures, ${total} bytes, and styles.csv`);
}

if (import.meta.main) await paintAll(Deno.args[0] ?? "examples/catalogue");
