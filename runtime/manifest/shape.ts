// The keys of a manifest and what they hold, plugin options aside. The check of manifests and the JSON Schema that
// editors use both come from here.
import { z } from "zod";
import { isCron, isTimezone } from "./moments.ts";
import { paramTypes } from "./params.ts";

const nameTitle = "a name of small letters, digits, `_` and `-`";
const name = z.string().regex(/^[a-z0-9][a-z0-9_-]*$/).max(100).meta({ title: nameTitle });
const uses = z.string().min(1);
const options = z.record(z.string(), z.unknown()).describe("Options of the plugin");
const id = name.describe("Names this place in the pipeline; the plugin's name when left out").optional();
const when = z.boolean().describe("Whether this takes part in the pipeline; `false` leaves it out").optional();
const concurrency = z.int().min(1).max(1024);

function texts(what: string) {
  return z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).describe(what);
}

const cron = z.string().refine(isCron, "expected five fields: minute, hour, day of month, month, day of week")
  .meta({ title: "a cron expression of five fields" });

const triggers = z.strictObject({
  cron: z.union([cron, z.array(cron).min(1)]).optional()
    .describe("When to run: minute, hour, day of month, month, day of week"),
  timezone: z.string().refine(isTimezone, "expected the name of a time zone, such as `Europe/Rome`").optional()
    .describe("Time zone of `cron`, such as `Europe/Rome`; UTC when left out"),
  webhook: z.boolean().optional().describe("Run when a signed webhook arrives"),
  version: texts("Run when these datasets have a new version").optional(),
  files: texts("Run when files at these paths change").optional(),
}).describe("What starts a run");

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const param = z.union([
  scalar,
  z.strictObject({
    type: z.enum(paramTypes).optional().describe("Type of the value; that of the default when left out"),
    default: z.unknown().optional().describe("Value when none is given; without one the parameter must be given"),
    description: z.string().optional().describe("One sentence for people"),
    enum: z.array(z.unknown()).min(1).optional().describe("The only values allowed"),
  }),
]);

const source = z.strictObject({
  uses: uses.describe("Name of a source plugin"),
  with: options.optional(),
  id,
});

const step = z.strictObject({
  uses: uses.describe("Name of a step plugin"),
  with: options.optional(),
  id,
  if: when,
  keep: z.boolean().optional().describe("Store what this step gives, so that later steps re-run from here"),
  concurrency: concurrency.optional().describe("Shards of this step's stage at once"),
});

const exporting = z.strictObject({
  uses: uses.describe("Name of an export plugin"),
  with: options.optional(),
  id: id.describe("Names the folder of this export; the plugin's name when left out"),
  if: when,
});

const sink = z.strictObject({
  uses: uses.describe("Name of a sink plugin"),
  with: options.optional(),
  id,
  if: when,
  optional: z.boolean().optional().describe(
    "Leave the sink out when a secret of it is not set, or a server it needs does not answer",
  ),
});

const limits = z.strictObject({
  concurrency: concurrency.optional().describe("Items at work at once"),
  max_rejected: z.union([z.int().min(0), z.string().regex(/^((100|\d{1,2}(\.\d+)?)%|\d+)$/)]).optional()
    .meta({ title: "a share from 0% to 100%, or a whole number" })
    .describe("Rejected records above which nothing is published: a share such as `5%`, or a number. Default 10%"),
  max_pixels: z.int().min(1).optional().describe("Pixels above which an image is rejected. Default 100000000"),
  max_bytes: z.int().min(1).optional().describe("Bytes above which a file is rejected. Default 268435456"),
  item_timeout: z.number().positive().max(86_400).optional()
    .describe("Seconds that one call of a plugin may take. Default 60"),
  retries: z.int().min(0).max(100).optional()
    .describe("Tries again of a call that failed for a passing reason. Default 3"),
});

const valueName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/)
  .meta({ title: "a name of letters, digits, `_` and `-`" });

function named<S extends z.ZodType>(what: string, value: S) {
  return z.record(valueName, value).describe(what);
}

/** A manifest with its templates filled in. */
export const manifestShape = z.strictObject({
  name: name.describe("Names the pipeline and its dataset"),
  description: z.string().optional().describe("What the pipeline is for"),
  on: triggers.optional(),
  params: named("Values that a run may set: a default, or `{ type, default, description, enum }`", param).optional(),
  env: named("Values for `${{ env.NAME }}`", scalar).optional(),
  source: source.describe("Where the images come from"),
  steps: z.array(step).optional().describe("What happens to every image, in order"),
  exports: z.array(exporting).optional().describe("The files that a version is published as"),
  sinks: z.array(sink).optional().describe("Who is told of a new version"),
  limits: limits.optional().describe("When a run gives up, and how much it may take"),
  store: z.string().min(1).optional()
    .describe(
      "Where the dataset lives: a folder or `s3://bucket/prefix?region=…`. On a line of its own, as plain text",
    ),
  publish: z.enum(["all", "files", "none"]).optional()
    .describe(
      "What of a version is published under plain names. `all`: everything; `files`: all but the pictures; `none`. " +
        "Default `all` on a folder, `files` on S3",
    ),
  seed: z.int().min(0).optional().describe("Changes everything drawn at random. Default 0"),
});

export type Manifest = z.output<typeof manifestShape>;
