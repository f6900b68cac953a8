import {
  defineItemStep,
  type Facts,
  hashBits,
  keep,
  orientations,
  perceptualHash,
  smallView,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  bits: z.union(hashBits.map((bits) => z.literal(bits))).default(64).describe(
    "Length of the hash: 64 finds cropped and brightened copies as well, 256 tells more alike pictures apart",
  ),
  orientations: z.enum(orientations).default("none").describe(
    "Turned copies that are to be found as well: `none`, `flip` (mirrored left to right) or `rotate` (quarter turns and " +
      "mirrored); searching takes two or eight times as long",
  ),
});

/** Gives each picture a hash, so that `dedupe` finds pictures that look alike. A picture of one colour has none (`null`):
 *  all of them would be alike. */
export default defineItemStep({
  name: "phash",
  version: 1,
  summary: "Gives pictures a perceptual hash, by which those that look alike are found",
  options,
  blind: true,
  gives: ({ orientations }) => orientations === "none" ? ["phash"] : ["phash", "phash_turned"],
  examples: [
    { title: "hashes a picture", with: {}, expect: "keep" },
    { title: "hashes a picture as it would be turned, too", with: { bits: 256, orientations: "flip" }, expect: "keep" },
  ],
  open: (asked, host) => ({
    async each(item) {
      const found = perceptualHash(await host.pixels(smallView(item.image), "model"), asked);
      const turned: Facts = asked.orientations === "none" ? {} : { phash_turned: found?.turned ?? [] };
      const notes = found === undefined ? ["the picture is flat, so it has no hash"] : undefined;
      return keep(withFacts(item, { phash: found?.hash ?? null, ...turned }), notes);
    },
  }),
});
