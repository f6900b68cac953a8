import { defineItemStep, keep, withEdits, z } from "../runtime/plugin.ts";

/** Mirrors every image. */
export default defineItemStep({
  name: "flip",
  version: 2,
  summary: "Mirrors the image left to right or top to bottom",
  blind: true,
  options: z.strictObject({
    axis: z.enum(["horizontal", "vertical"]).default("horizontal")
      .describe("`horizontal` swaps left and right, `vertical` swaps top and bottom"),
  }),
  examples: [
    { title: "keeps the size", with: {}, size: [64, 48], expect: { size: [64, 48] } },
  ],
  open: ({ axis }) => ({
    each: (item) => keep(withEdits(item, [{ op: "flip", axis }])),
  }),
});
