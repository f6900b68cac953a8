// What all sinks that alert people have in common in a manifest.
import { z } from "zod";
import { readHours } from "./hours.ts";
import { isTimeZone } from "./moments.ts";

type Names = z.ZodArray<z.ZodString>;
const names: Names = z.array(z.string().min(1)).min(1);

const unitMs: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `10m`, `2h` or `7d`; `undefined` for anything else. */
export function readLength(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (unitMs[unit] ?? 0);
}

const length: z.ZodString = z.string().refine(
  (text) => readLength(text) !== undefined,
  "write a length such as `10m`, `2h` or `7d`",
);

export const digests: readonly ["all", "user", "rule", "camera", "none"] = ["all", "user", "rule", "camera", "none"];
export type Digesting = typeof digests[number];

/** Options of sinks that tell of new versions or of threats. */
export const alertOptions: {
  readonly of: z.ZodDefault<z.ZodEnum<{ version: "version"; threats: "threats" }>>;
  readonly rules: z.ZodOptional<Names>;
  readonly users: z.ZodOptional<Names>;
  readonly cooldown: z.ZodOptional<z.ZodString>;
  readonly quiet_hours: z.ZodOptional<z.ZodString>;
  readonly quiet_timezone: z.ZodOptional<z.ZodString>;
  readonly quiet_except: z.ZodDefault<Names>;
  readonly digest: z.ZodDefault<z.ZodEnum<{ [one in Digesting]: one }>>;
  readonly max_per_delivery: z.ZodDefault<z.ZodInt>;
  readonly older_than: z.ZodDefault<z.ZodNullable<z.ZodString>>;
  readonly give_up: z.ZodDefault<z.ZodString>;
} = {
  of: z.enum(["version", "threats"]).default("version").describe(
    "What is told: that there is a new version, or every hit of a rule of the step `threat` in new images",
  ),
  rules: names.optional().describe("With threats: only hits of these rules; of all when absent"),
  users: names.optional().describe("With threats: only hits that concern one of these users; all when absent"),
  cooldown: length.optional().describe(
    "With threats: the least time between two alerts of one rule and camera, by the time of the images. Hits in " +
      "between are collected and told together when it is over",
  ),
  quiet_hours: z.string().refine((text) => readHours(text) !== undefined, "write a span such as `22:00-07:00`")
    .optional().describe("Nothing is sent in these hours, `22:00-07:00` over midnight: it waits until they are over"),
  quiet_timezone: z.string().refine(isTimeZone, "write a name of the time zone database, such as `Europe/Rome`")
    .optional().describe("Whose clock tells the quiet hours; that of each camera when absent, UTC where it has none"),
  quiet_except: names.default([]).describe("With threats: rules that do not wait for the end of quiet hours"),
  digest: z.enum(digests).default("rule").describe(
    "With threats: what goes out together. `rule`: all that is due of one rule; `user`, `camera` likewise; `all`: one " +
      "for everything; `none`: one for each rule, camera and cooldown",
  ),
  max_per_delivery: z.int().min(1).max(500).default(20).describe(
    "With threats: hits that are shown one by one; the others are counted",
  ),
  older_than: length.nullable().default(null).describe(
    "With threats: hits that are older than this when they would be sent are left out, and noted as such",
  ),
  give_up: length.default("7d").describe("A delivery that goes on failing is tried again for so long"),
};

/** Options as parsed from `alertOptions`. */
export type AlertOptions = z.output<z.ZodObject<typeof alertOptions>>;
