import { defineItemStep, keep, sizeAfter, withFacts, z } from "../runtime/plugin.ts";

/** Notes what the header of the file says. It tells of the file as the source gave it, upright, whatever earlier steps
 *  did to the image: sizes after editing are in the exports anyway. */
export default defineItemStep({
  name: "image_info",
  version: 1,
  summary: "Notes size, format and other properties of the image file",
  options: z.strictObject({}),
  gives: [
    "image_size",
    "image_dimension",
    "image_format",
    "image_channels",
    "image_depth",
    "image_orientation",
    "image_pages",
    "image_alpha",
    "image_cmyk",
    "image_progressive",
    "image_icc",
  ],
  examples: [
    { title: "notes the size in pixels", with: {}, size: [64, 48], expect: { facts: { image_dimension: [64, 48] } } },
    { title: "notes a still as one page", with: {}, expect: { facts: { image_pages: 1, image_orientation: 1 } } },
  ],
  open: () => ({
    each(item) {
      const { blob, header, head } = item.image;
      const upright = sizeAfter(header, [{ op: "orient", value: header.orientation }]);
      return keep(withFacts(item, {
        image_size: head?.size ?? blob.size,
        image_dimension: [upright.width, upright.height],
        image_format: header.format.toUpperCase(),
        image_channels: header.channels,
        image_depth: header.depth,
        image_orientation: header.orientation,
        image_pages: header.pages,
        image_alpha: header.alpha,
        image_cmyk: header.cmyk,
        image_progressive: header.progressive,
        image_icc: header.icc,
      }));
    },
  }),
});
