// What steps that cut images ask about the boxes in them.
import { z } from "zod";

/** Options to spread into a step's own. Below the default, what is left of a box says little of what it was drawn
 *  around. */
export const boxOptions: { readonly min_visible: z.ZodDefault<z.ZodNumber> } = {
  min_visible: z.number().min(0).max(1).default(0.2)
    .describe("Share of a detected box that must be left for the box to stay, 0 to 1"),
};
