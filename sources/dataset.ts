import { defineSource, upstreamRecords, z } from "../runtime/plugin.ts";

const version = /^[a-z0-9][a-z0-9_-]*(?:~[0-9a-f]+)?(?:@(?:latest|v?[1-9]\d{0,8}|[a-z][a-z0-9._-]*))?$/;
const name = z.string().min(1).refine(
  (text) => version.test(text),
  "write a dataset's name, such as `cameras`, `cameras@3` or `cameras@approved`",
);
const factName = z.string().min(1).refine((text) => /^[a-z][a-z0-9_]*$/.test(text), "write a name in snake_case");

const options = z.strictObject({
  datasets: z.union([name, z.array(name).min(1)]).transform((names) => typeof names === "string" ? [names] : names)
    .refine(
      (names) => new Set(names.map((one) => one.split("@")[0])).size === names.length,
      "name each dataset only once",
    )
    .describe(
      "Datasets of the same store: `cameras` for the newest version, `cameras@3` for that one, `cameras@approved` for " +
        "the one that is tagged so",
    ),
  include: z.array(z.string().min(1)).default([])
    .describe("Globs of the ids to take, such as `cam1/**` or `**#crop1`; all when there are none"),
  exclude: z.array(z.string().min(1)).default([]).describe("Globs of ids to leave out"),
  facts: z.array(factName).default([])
    .describe("Facts of the items that steps may count on, such as `detections`; all facts come along anyway"),
  prefix: z.boolean().default(false)
    .describe("Puts the dataset's name before each id, as `cameras/f001.jpg`, where several have equal ones"),
  name_fact: factName.optional().describe("A fact that is to hold the name of the dataset that an item comes from"),
});

/** Items of other datasets, with their edits and their facts: nothing is decoded, nothing rendered. An id is the same as
 *  there. Which version was read is part of the provenance of the version that is made. */
export default defineSource({
  name: "dataset",
  version: 1,
  summary: "Items of other datasets of the same store, with all that was done to them",
  options,
  gives: ({ facts, name_fact }) => name_fact === undefined ? facts : [...facts, name_fact],
  async open(asked, { datasets, log }) {
    const inputs = await Array.fromAsync(asked.datasets, (one) => datasets.open(one)); // in turn: the first error is told
    return {
      records(signal) {
        log(`reads ${inputs.map(({ dataset, number }) => `${dataset} v${number}`).join(", ")}`);
        return upstreamRecords(inputs, asked, log, signal);
      },
      read: ({ key }) => Promise.reject(new TypeError(`Cannot read "${key}": its bytes are in the store`)),
    };
  },
});
