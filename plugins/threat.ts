import {
  boxInWhole,
  clockAt,
  createFrameHistory,
  type DatasetHost,
  defineDatasetStep,
  type Detection,
  detectionsOf,
  type HourSpan,
  isWithinHours,
  type Item,
  type ItemsView,
  keep,
  labelCounts,
  matcherOf,
  type Polygon,
  readHours,
  shareIn,
  standsIn,
  type Threat,
  type Verdict,
  weekdays,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const word = z.string().min(1);
const words = z.array(word).min(1);
const hours = word.refine((text) => readHours(text) !== undefined, "write a span such as `22:00-06:00`");

const conditions = {
  labels: words.describe("What must be in an image, such as `person`: any of them will do"),
  users: words.optional().describe(
    "Whom it concerns: users, or names of `groups`; the owners of the camera when absent",
  ),
  cameras: words.optional().describe(
    "Ids of cameras, with `*` for anything and `?` for one character; all when absent",
  ),
  locations: words.optional().describe("Locations, in the same way"),
  owners: words.optional().describe("Owners of cameras, in the same way: any of a camera's owners will do"),
  min_score: z.number().min(0).max(1).default(0).describe(
    "Score from which a detection counts; one without counts as 1",
  ),
  zones: words.optional().describe(
    "Zones of the camera in which it must stand, any of them. A camera that has none of these zones does not meet the rule",
  ),
  overlap: z.number().gt(0).max(1).optional().describe(
    "Share of its box that must lie in the zone; when absent, the middle of the box's lower edge, its foot, must",
  ),
  hours: z.union([hours, z.array(hours).min(1)]).transform((given) => typeof given === "string" ? [given] : given)
    .optional().describe("Hours of the day by the clock of the camera's time zone, `22:00-06:00` over midnight"),
  days: z.array(z.enum(weekdays)).min(1).optional().describe(
    "Days of the week, by the same clock; what lies behind midnight belongs to the day on which the hours began",
  ),
  frames: z.strictObject({
    least: z.int().min(1).default(1).describe("Images that must meet the rule"),
    of: z.int().min(1).max(1000).default(1).describe(
      "How many images of the camera are looked at: this one and those before",
    ),
    gap: z.number().positive().default(600).describe(
      "Seconds between two images after which they no longer count together",
    ),
  }).prefault({}).refine(({ least, of }) => least <= of, "`least` must not be more than `of`")
    .describe("How often a rule must be met: this image and enough of those just before it, by time"),
};

const rule = z.strictObject({ name: word.describe("What the rule is called"), ...conditions });
type Rule = z.output<typeof rule>;

const options = z.strictObject({
  rules: z.array(rule).default([]).describe("Rules, each with a name of its own"),
  labels: words.optional().describe("A single rule without more: what must be in an image. It is called `threat`"),
  groups: z.record(word, words).default({}).describe("Users by the name of their group"),
}).refine(
  ({ rules, labels }) => rules.length > 0 !== (labels !== undefined),
  "give either `rules`, or `labels` for a single one",
).refine(
  ({ rules }) => new Set(rules.map(({ name }) => name)).size === rules.length,
  "give each rule a name of its own",
);
type Options = z.output<typeof options>;

/** Says of every image which rules it meets: the fact `threats`, an empty list where there are none, and `threat_count`.
 *  A rule is met by an image that shows what the rule asks for, where enough of the camera's images just before it, by
 *  time, show it as well. */
export default defineDatasetStep({
  name: "threat",
  version: 1,
  summary: "Says which images meet rules about labels, scores, cameras, zones, hours and how often in a row",
  options,
  adds: true,
  needs: (asked) => neededBy(rulesOf(asked)),
  gives: ["threats", "threat_count"],
  examples: [
    {
      title: "finds what a rule asks for",
      with: { labels: ["person"] },
      facts: { detections: [{ label: "person", score: 0.9, box: [4, 4, 8, 16] }], camera: "gate", taken_unix: 1.7e9 },
      expect: { facts: { threat_count: 1 } },
    },
    {
      title: "gives an empty list where there is nothing",
      with: { labels: ["person"] },
      facts: { detections: [], camera: "gate", taken_unix: 1.7e9 },
      expect: { facts: { threats: [], threat_count: 0 } },
    },
  ],
  open: (asked, host) => ({
    async *whole(dataset, signal): AsyncGenerator<Verdict> {
      const rules = rulesOf(asked).map((one) => compiled(one, asked));
      const history = await historyOf(dataset, rules, signal);
      const survey = createSurvey(rules);
      let index = 0;
      for await (const item of dataset.scan()) {
        signal.throwIfAborted();
        const found = detectionsOf(item);
        survey.add(item, found);
        const threats = rules.flatMap((one, nth) => threatOf(item, found, one, history?.(index, nth)) ?? []);
        index++;
        yield keep(withFacts(item, { threats, threat_count: threats.length }));
      }
      survey.tell(host);
    },
  }),
});

function rulesOf({ rules, labels }: Options): readonly Rule[] {
  return labels === undefined ? rules : [rule.parse({ name: "threat", labels })];
}

function neededBy(rules: readonly Rule[]): readonly string[] {
  const isAbout = (facts: readonly string[], asks: (one: Rule) => unknown) => rules.some(asks) ? facts : [];
  return [
    "detections",
    ...isAbout(
      ["camera", "taken_unix"],
      ({ cameras, hours, days, frames }) => cameras ?? hours ?? days ?? frames.of > 1,
    ),
    ...isAbout(["location"], ({ locations }) => locations),
    ...isAbout(["owner"], ({ owners }) => owners),
    ...isAbout(["zones"], ({ zones }) => zones),
  ];
}

/** A rule made ready: what an image has to show, and where and when. */
type Compiled = {
  readonly rule: Rule;
  readonly users: readonly string[] | undefined;
  readonly isFor: (item: Item) => boolean;
  readonly isTimeFor: (item: Item) => boolean;
};

function compiled(one: Rule, { groups }: Options): Compiled {
  const users = one.users?.flatMap((name) => groups[name] ?? [name]);
  const selectors = [
    selectorOf(one.cameras, (item) => [textOf(item, "camera")]),
    selectorOf(one.locations, (item) => [textOf(item, "location")]),
    selectorOf(one.owners, ownersOf),
  ];
  const spans = one.hours?.map((text) => readHours(text) ?? wholeDay) ?? [wholeDay];
  const isTimeFor = one.hours === undefined && one.days === undefined ? () => true : (item: Item) => {
    const unix = item.facts.taken_unix;
    if (typeof unix !== "number") return false;
    const clock = clockAt(unix, textOf(item, "timezone") || "UTC");
    return spans.some((span) => isWithinHours(span, one.days, clock));
  };
  return {
    rule: one,
    users: users === undefined ? undefined : [...new Set(users)],
    isFor: (item) => selectors.every((selects) => selects(item)),
    isTimeFor,
  };
}

const wholeDay: HourSpan = { from: 0, to: 24 * 60 };

function selectorOf(patterns: readonly string[] | undefined, textsOf: (item: Item) => readonly string[]) {
  if (patterns === undefined) return () => true;
  const matches = matcherOf(patterns);
  return (item: Item) => textsOf(item).some(matches);
}

function textOf({ facts }: Item, fact: string): string {
  const value = facts[fact];
  return typeof value === "string" ? value : "";
}

function ownersOf(item: Item): readonly string[] {
  return textOf(item, "owner").split(";").map((one) => one.trim()).filter((one) => one !== "");
}

type Match = { readonly detection: Detection; readonly score: number; readonly zone?: string };

/** What of all that was found in an image meets a rule, best first. What is quick to tell is asked first. */
function matchesOf(item: Item, found: readonly Detection[], { rule, isFor, isTimeFor }: Compiled): readonly Match[] {
  const wanted = found.filter(({ label, score = 1 }) => rule.labels.includes(label) && score >= rule.min_score);
  if (wanted.length === 0 || !isFor(item) || !isTimeFor(item)) return [];
  return wanted.flatMap((detection): Match[] => {
    const score = detection.score ?? 1;
    if (rule.zones === undefined) return [{ detection, score }];
    const zone = zoneOf(item, detection, rule);
    return zone === undefined ? [] : [{ detection, score, zone }];
  }).sort((left, right) => right.score - left.score);
}

/** The first of the rule's zones in which something stands. */
function zoneOf(item: Item, { box }: Detection, { zones = [], overlap }: Rule): string | undefined {
  const polygons = zonesOf(item);
  const whole = boxInWhole(box, item.image);
  return zones.find((name) => {
    const zone = polygons.get(name);
    if (zone === undefined) return false;
    return overlap === undefined
      ? standsIn(zone, whole.box, whole.size)
      : shareIn(zone, whole.box, whole.size) >= overlap - 1e-9;
  });
}

function zonesOf({ facts: { zones } }: Item): ReadonlyMap<string, Polygon> {
  const isObject = typeof zones === "object" && zones !== null && !Array.isArray(zones);
  return new Map(isObject ? Object.entries(zones as Record<string, Polygon>) : []); // as the source `cameras` gives them
}

/** How the images up to and with this one met a rule: the best score in each, oldest first, 0 where it did not. */
type Window = readonly number[];

function threatOf(
  item: Item,
  found: readonly Detection[],
  one: Compiled,
  window: Window | undefined,
): Threat | undefined {
  if (window?.at(-1) === -1) return undefined;
  const matches = matchesOf(item, found, one);
  const [best] = matches;
  if (best === undefined) return undefined;
  const scores = window ?? [rounded(best.score)];
  const frames = scores.filter((score) => score >= 0).length;
  if (frames < one.rule.frames.least) return undefined;
  return {
    rule: one.rule.name,
    users: one.users ?? ownersOf(item),
    labels: Object.fromEntries(labelCounts(matches.map(({ detection }) => detection))),
    score: rounded(best.score),
    frames,
    of: scores.length,
    scores: scores.map((score) => Math.max(0, score)),
    ...(best.zone === undefined ? {} : { zone: best.zone }),
  };
}

function rounded(score: number): number {
  return Math.round(score * 1e4) / 1e4;
}

/** Tells the window of an item, by its place in the scan, for each rule. Images are looked at in the order of time, which
 *  is not that of keys; hence a scan of its own. */
async function historyOf(dataset: ItemsView, rules: readonly Compiled[], signal: AbortSignal) {
  if (rules.every(({ rule }) => rule.frames.of === 1)) return undefined;
  const history = createFrameHistory(dataset.count, rules.map(({ rule }) => rule.frames));
  for await (const item of dataset.scan()) {
    signal.throwIfAborted();
    const { camera, taken_unix: unix } = item.facts;
    const seen = typeof camera === "string" && typeof unix === "number" ? { camera, unix } : {};
    const found = detectionsOf(item);
    history.add(seen, rules.map((one) => matchesOf(item, found, one)[0]?.score));
  }
  return history.settled();
}

/** Looks for rules that nothing can meet, such as for a label that is written in another way. */
function createSurvey(rules: readonly Compiled[]) {
  const labels = new Set<string>();
  const zones = new Set<string>();
  const asksForZones = rules.some(({ rule }) => rule.zones !== undefined);
  return {
    add(item: Item, found: readonly Detection[]) {
      for (const { label } of found) labels.add(label);
      for (const name of asksForZones ? zonesOf(item).keys() : []) zones.add(name);
    },
    tell({ log }: DatasetHost) {
      for (const { rule: { name, ...asked } } of rules) {
        const unseen = asked.labels.filter((label) => !labels.has(label));
        if (unseen.length > 0) log(`rule "${name}" asks for what no image shows so far: ${unseen.join(", ")}`);
        const unknown = asked.zones?.filter((zone) => !zones.has(zone)) ?? [];
        if (unknown.length > 0) log(`rule "${name}" asks for zones that no camera has: ${unknown.join(", ")}`);
      }
    },
  };
}
