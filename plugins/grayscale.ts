import { defineItemStep, keep, withEdits, z } from "../runtime/plugin.ts";

/** Takes the colour out of every image. */
export default defineItemStep({
  name: "grayscale",
  version: 2,
  summary: "Turns the image into shades of grey",
  blind: true,
  options: z.strictObject({}),
  examples: [
    { title: "keeps the size", with: {}, size: [64, 48], expect: { size: [64, 48] } },
  ],
  open: () => ({
    each: (item) => keep(withEdits(item, [{ op: "grayscale" }])),
  }),
});
