// Small items and plugins for tests of the engine.
import type { Image, ImageHeader } from "../../runtime/contract/image.ts";
import type { Item } from "../../runtime/contract/item.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import type { Bound } from "../../runtime/contract/manifest.ts";
import {
  type Facts,
  type ItemStep,
  type ItemStepDefinition,
  type Json,
  keep,
  type RawHalf,
  type Verdict,
  z,
} from "../../runtime/plugin.ts";

export function header(width = 64, height = 48): ImageHeader {
  return {
    format: "jpeg",
    width,
    height,
    channels: 3,
    depth: 8,
    orientation: 1,
    pages: 1,
    alpha: false,
    cmyk: false,
    progressive: false,
    icc: false,
  };
}

export function image(text: string): Image {
  return { blob: { digest: digestOf(text), size: text.length }, header: header(), edits: [] };
}

export function item(key: string, child = "", facts: Facts = {}): Item {
  return { key, child, image: image(key), facts };
}

export function bound<D>(id: string, definition: D, options: Record<string, number | string> = {}): Bound<D> {
  return { id, definition, options, written: options, keep: false };
}

export type EachStep = {
  name?: string;
  version?: number;
  costly?: boolean;
  blind?: boolean;
  raw?: RawHalf;
  plan?: NonNullable<ItemStepDefinition["plan"]>;
  tuning?: readonly string[];
  each?: (item: Item, raw: Json | undefined) => Verdict | Promise<Verdict>;
};

/** An item step made of a function. */
export function itemStep(
  { name = "step", version = 1, each = (item) => keep(item), ...more }: EachStep = {},
): ItemStepDefinition {
  const open = (): ItemStep => ({ each: (one, _, raw) => each(one, raw) });
  const options = z.looseObject({});
  return { kind: "item", name, version, summary: "A step of a test", options, examples: [], open, ...more };
}
