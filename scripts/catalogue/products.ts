// The products of the example catalogue, and the table that describes them.
import type { ColourName } from "./colours.ts";
import type { ShapeName } from "./shapes.ts";

export type Product = {
  readonly id: number;
  readonly gender: "Men" | "Women" | "Unisex";
  readonly shape: ShapeName;
  readonly colour: ColourName;
  readonly season: "Spring" | "Summer" | "Autumn" | "Winter";
  readonly year: number;
  readonly name: string;
};

/** Category and type of what is painted. */
const kinds: Readonly<Record<ShapeName, readonly [string, string]>> = {
  tee: ["Apparel", "T-shirt"],
  shirt: ["Apparel", "Shirt"],
  dress: ["Apparel", "Dress"],
  trousers: ["Apparel", "Trousers"],
  shorts: ["Apparel", "Shorts"],
  skirt: ["Apparel", "Skirt"],
  sneaker: ["Footwear", "Sneakers"],
  boot: ["Footwear", "Boots"],
  tote: ["Accessories", "Tote bag"],
  backpack: ["Accessories", "Backpack"],
  watch: ["Accessories", "Watch"],
  cap: ["Accessories", "Cap"],
};

const rows: readonly (readonly [Product["gender"], ShapeName, ColourName, Product["season"], number, string])[] = [
  ["Men", "tee", "navy", "Summer", 2012, "Harbour crew tee"],
  ["Women", "dress", "coral", "Summer", 2013, "Lido wrap dress"],
  ["Men", "sneaker", "white", "Spring", 2014, "Court low"],
  ["Women", "tote", "sand", "Spring", 2011, "Market tote"],
  ["Men", "shirt", "sky", "Spring", 2012, "Oxford shirt, button-down"],
  ["Unisex", "cap", "red", "Summer", 2010, "Ballpark cap"],
  ["Women", "boot", "brown", "Autumn", 2012, "Chelsea boot"],
  ["Men", "trousers", "olive", "Autumn", 2013, "Field chinos"],
  ["Women", "skirt", "plum", "Winter", 2011, "Pleated skirt"],
  ["Men", "watch", "black", "Winter", 2016, 'Diver watch, 42 mm "Tide"'],
  ["Women", "tee", "mint", "Summer", 2014, "Relaxed tee"],
  ["Unisex", "backpack", "teal", "Autumn", 2015, "Day pack 22 l"],
  ["Men", "shorts", "sand", "Summer", 2012, "Deck shorts"],
  ["Women", "sneaker", "coral", "Spring", 2015, "Runner"],
  ["Men", "boot", "black", "Winter", 2009, "Work boot"],
  ["Women", "shirt", "white", "Spring", 2013, "Poplin shirt"],
  ["Men", "tee", "mustard", "Summer", 2011, "Pocket tee"],
  ["Women", "dress", "navy", "Autumn", 2012, "Shift dress"],
  ["Unisex", "tote", "olive", "Summer", 2014, "Canvas carryall"],
  ["Men", "sneaker", "red", "Autumn", 2013, "Trail runner"],
  ["Women", "watch", "sand", "Spring", 2016, "Slim watch"],
  ["Men", "cap", "navy", "Summer", 2015, "Sailing cap"],
  ["Women", "trousers", "black", "Winter", 2010, "Tailored trousers"],
  ["Men", "shirt", "plum", "Autumn", 2010, "Flannel shirt"],
  ["Women", "backpack", "coral", "Spring", 2012, "City backpack"],
  ["Men", "trousers", "navy", "Winter", 2014, "Five-pocket trousers"],
  ["Women", "shorts", "mint", "Summer", 2013, "Linen shorts"],
  ["Men", "backpack", "black", "Autumn", 2016, "Roll-top pack"],
  ["Women", "skirt", "teal", "Summer", 2015, "A-line skirt"],
  ["Men", "tee", "white", "Spring", 2015, "Heavy tee"],
  ["Women", "boot", "plum", "Winter", 2014, "Ankle boot"],
  ["Men", "watch", "brown", "Autumn", 2012, "Field watch"],
  ["Women", "cap", "white", "Summer", 2012, "Tennis cap"],
  ["Men", "sneaker", "teal", "Summer", 2016, "Canvas high"],
  ["Women", "dress", "mustard", "Summer", 2016, "Sun dress"],
  ["Men", "shorts", "teal", "Summer", 2014, "Swim shorts"],
  ["Women", "tee", "plum", "Autumn", 2011, "Long-line tee"],
  ["Unisex", "sneaker", "mustard", "Spring", 2013, "Skate low"],
  ["Men", "shirt", "mint", "Summer", 2013, "Camp-collar shirt"],
  ["Women", "tote", "black", "Winter", 2015, "Leather tote"],
];

export const products: readonly Product[] = rows.map(([gender, shape, colour, season, year, name], at) => {
  return { id: 10_042 + at * 37 + at % 5 * 3, gender, shape, colour, season, year, name };
});

const header = "id,gender,category,type,colour,season,year,name";

/** Rows that are wrong on purpose: a comma that is not in quotes, a quote that is not closed, an image that is missing. */
const broken: readonly (readonly [after: number, line: string])[] = [
  [8, "10350,Men,Apparel,Shirt,sky,Spring,2013,Linen shirt, short sleeves"],
  [21, '10870,Men,Accessories,Cap,red,Summer,2012,"Cap with a badge'],
  [33, "11290,Women,Footwear,Sandals,sand,Summer,2014,Beach sandals"],
];

/** The table, as RFC 4180 has it but for the rows that are wrong on purpose. */
export function tableText(): string {
  const lines = products.flatMap((product, at) => [
    lineOf(product),
    ...broken.filter(([after]) => after === at).map(([, line]) => line),
  ]);
  return [header, ...lines, ""].join("\r\n");
}

function lineOf({ id, gender, shape, colour, season, year, name }: Product): string {
  return [id, gender, ...kinds[shape], colour, season, year, name].map(cellOf).join(",");
}

function cellOf(value: string | number): string {
  const text = String(value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
