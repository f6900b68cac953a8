// A colour for each label: the same one in every picture, chart and version as far as that can be. Pure.
import { digestOf } from "../contract/json.ts";

/** `text` is legible on `fill`. Labels beyond the eighth share a colour with another and are dashed. */
export type LabelColor = { readonly fill: string; readonly text: string; readonly dashed: boolean };

export type LabelColors = (label: string) => LabelColor;

/** The set of Okabe and Ito, "Color Universal Design", 2008, which people with any kind of colour vision tell apart. Grey
 *  stands for its black, which dark pictures would hide; it is the last to be chosen. */
const palette: readonly Omit<LabelColor, "dashed">[] = [
  { fill: "#e69f00", text: "#000000" },
  { fill: "#56b4e9", text: "#000000" },
  { fill: "#d55e00", text: "#ffffff" },
  { fill: "#f0e442", text: "#000000" },
  { fill: "#0072b2", text: "#ffffff" },
  { fill: "#cc79a7", text: "#000000" },
  { fill: "#009e73", text: "#000000" },
  { fill: "#bbbbbb", text: "#000000" },
];

const colorful = palette.length - 1;

/** Colours for labels in the order in which they may choose: each takes the one that its name asks for, or the next that
 *  is free. So a new label seldom changes the colour of others. */
export function labelColors(labels: readonly string[]): LabelColors {
  const chosen = new Map<string, LabelColor>();
  const taken = new Set<number>();
  for (const label of labels) {
    if (chosen.has(label)) continue;
    const asked = placeOf(label);
    const inTurn = Array.from({ length: colorful }, (_, step) => (asked + step) % colorful);
    const free = [...inTurn, colorful].find((place) => !taken.has(place));
    if (free !== undefined) taken.add(free);
    chosen.set(label, colorAt(free ?? asked, free === undefined));
  }
  return (label) => chosen.get(label) ?? colorAt(placeOf(label), true);
}

function placeOf(label: string): number {
  return Number.parseInt(digestOf(label).slice(0, 8), 16) % colorful;
}

function colorAt(place: number, dashed: boolean): LabelColor {
  return { fill: "#bbbbbb", text: "#000000", ...palette[place], dashed };
}
