// The colours of the products, and what stands behind them.

/** Shades of one colour, from light to dark. */
export type Shades = { readonly light: string; readonly main: string; readonly dark: string; readonly line: string };

const hues = {
  white: [40, 12, 93],
  black: [220, 8, 22],
  navy: [222, 45, 30],
  sky: [207, 55, 68],
  teal: [180, 45, 36],
  mint: [155, 38, 68],
  olive: [75, 28, 36],
  mustard: [43, 70, 52],
  sand: [36, 36, 70],
  brown: [22, 42, 32],
  coral: [10, 72, 63],
  red: [357, 62, 46],
  plum: [315, 28, 36],
} as const;

export type ColourName = keyof typeof hues;

export function shadesOf(name: ColourName): Shades {
  const [hue, saturation, lightness] = hues[name];
  const at = (change: number) => `hsl(${hue}, ${saturation}%, ${Math.max(4, Math.min(97, lightness + change))}%)`;
  return { light: at(10), main: at(0), dark: at(-12), line: at(lightness > 80 ? -32 : -22) };
}

/** A pale wall in a tone that goes with the product. */
export function wallOf(name: ColourName): readonly [string, string] {
  const [hue] = hues[name];
  const tone = (hue + 180) % 360;
  return [`hsl(${tone}, 22%, 95%)`, `hsl(${tone}, 18%, 84%)`];
}
