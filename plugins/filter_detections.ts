import {
  areaOf,
  type Box,
  defineItemStep,
  type Detection,
  detectionsOf,
  drop,
  iouOf,
  type Item,
  keep,
  type Size,
  sizeOf,
  type Verdict,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const share = z.number().min(0).max(1);
const label = z.string().min(1);
const options = z.strictObject({
  rename: z.record(label, label).default({}).describe(
    "New names of labels, `{ car: vehicle, truck: vehicle }`; comes first, so that all other options mean the new names",
  ),
  labels: z.array(label).min(1).optional().describe("Only boxes with these labels stay; all when absent"),
  exclude: z.array(label).default([]).describe("Boxes with these labels are left out"),
  min_score: share.default(0).describe("Boxes that score less are left out, 0 to 1; those without a score stay"),
  min_scores: z.record(label, share).default({}).describe("By label, in place of `min_score`: `{ ball: 0.2 }`"),
  min_area: z.number().min(0).default(0).describe("Boxes with fewer square pixels are left out"),
  min_area_share: share.default(0).describe("Boxes that fill less of the image are left out, 0 to 1"),
  max_area_share: share.default(1).describe("Boxes that fill more of the image are left out, 0 to 1"),
  edge: z.number().min(0).optional().describe(
    "Boxes that come as near to the border of the image, in pixels, are left out as cut off: 0 for those that touch it",
  ),
  merge: share.optional().describe(
    "Of boxes of one label that share more than this (intersection over union) the best stays, 0 to 1; all when absent",
  ),
  merge_across_labels: z.boolean().default(false).describe("Whether `merge` looks at boxes of different labels too"),
  most: z.int().min(0).optional().describe("The best ones that stay of an image; all when absent"),
  empty: z.enum(["keep", "drop"]).default("keep").describe("What becomes of an image that has no box left"),
});
type Options = z.output<typeof options>;

const car: Detection = { label: "car", score: 0.9, box: [10, 10, 20, 20] };
const sameCar: Detection = { label: "car", score: 0.5, box: [11, 10, 20, 20] };
const truck: Detection = { label: "truck", score: 0.6, box: [10, 11, 20, 20] };
const speck: Detection = { label: "person", score: 0.3, box: [40, 30, 2, 3] };
const cut: Detection = { label: "person", box: [54, 20, 10, 20] };

/** Cleans up what a detector found, or what a source knows. */
export default defineItemStep({
  name: "filter_detections",
  version: 1,
  summary: "Leaves out, renames and merges boxes by label, score, size and place",
  needs: ["detections"],
  gives: ["detections"],
  options,
  examples: [
    example("keeps everything when nothing is asked", {}, [car, speck], [car, speck]),
    example("keeps only some labels", { labels: ["car"] }, [car, truck], [car]),
    example("leaves labels out", { exclude: ["car"] }, [car, truck], [truck]),
    example("leaves out what scores little", { min_score: 0.4 }, [car, speck, cut], [car, cut]),
    example("takes a score for each label", { min_score: 0.4, min_scores: { person: 0.2 } }, [speck], [speck]),
    example("leaves out small boxes", { min_area: 7 }, [car, speck], [car]),
    example("leaves out boxes that fill little of the image", { min_area_share: 0.01 }, [car, speck], [car]),
    example("leaves out boxes that fill much of the image", { max_area_share: 0.1 }, [car, speck], [speck]),
    example("leaves out what the border cuts", { edge: 0 }, [car, cut], [car]),
    example("renames", { rename: { car: "vehicle", truck: "vehicle" } }, [car, truck], [
      { ...car, label: "vehicle" },
      { ...truck, label: "vehicle" },
    ]),
    example("merges boxes of one label", { merge: 0.5 }, [car, sameCar, truck], [car, truck]),
    example("merges across labels", { merge: 0.5, merge_across_labels: true }, [sameCar, truck, car], [car]),
    example("keeps the best ones", { most: 1 }, [sameCar, car], [car]),
    example("keeps an image without boxes", { labels: ["bus"], empty: "keep" }, [car], []),
    {
      title: "drops an image without boxes",
      with: { labels: ["bus"], empty: "drop" },
      facts: { detections: [car] },
      expect: { drop: "no_detections" },
    },
  ],
  open: (asked) => ({ each: (item) => sifted(item, asked) }),
});

function example(title: string, asked: Readonly<Record<string, unknown>>, before: Detection[], after: Detection[]) {
  return { title, with: asked, facts: { detections: before }, expect: { facts: { detections: after } } };
}

function sifted(item: Item, asked: Options): Verdict {
  const found = detectionsOf(item).map((detection) => renamed(detection, asked));
  const size = sizeOf(item.image);
  const removed = new Map<string, number>();
  const takeOut = (rule: string) => removed.set(rule, (removed.get(rule) ?? 0) + 1);
  const standing = found.filter((detection) => {
    const rule = ruleAgainst(detection, size, asked);
    if (rule !== undefined) takeOut(rule);
    return rule === undefined;
  });
  const best = bestOf(standing, asked, takeOut);
  const left = standing.filter((detection) => best.has(detection));
  const rules = [...removed].map(([rule, count]) => `${rule} ${count}`).join(", ");
  const summary = `took out ${found.length - left.length} of ${found.length} boxes: ${rules}`;
  if (left.length === 0 && asked.empty === "drop") {
    return drop("no_detections", found.length === 0 ? "There is no box" : `There is no box left: ${summary}`);
  }
  return keep(withFacts(item, { detections: left }), removed.size === 0 ? undefined : [summary]);
}

function renamed(detection: Detection, { rename }: Options): Detection {
  const { label } = detection;
  return Object.hasOwn(rename, label) ? { ...detection, label: rename[label] ?? label } : detection;
}

/** The option that takes out a box by itself, if one does. */
function ruleAgainst({ label, score, box }: Detection, size: Size, asked: Options): keyof Options | undefined {
  if (asked.labels?.includes(label) === false) return "labels";
  if (asked.exclude.includes(label)) return "exclude";
  const special = Object.hasOwn(asked.min_scores, label) ? asked.min_scores[label] : undefined;
  if (score !== undefined && score < (special ?? asked.min_score)) {
    return special === undefined ? "min_score" : "min_scores";
  }
  const area = areaOf(box);
  const filled = area / (size.width * size.height);
  if (area < asked.min_area) return "min_area";
  if (filled < asked.min_area_share) return "min_area_share";
  if (filled > asked.max_area_share) return "max_area_share";
  return asked.edge !== undefined && distanceToBorder(box, size) <= asked.edge ? "edge" : undefined;
}

function distanceToBorder([x, y, width, height]: Box, size: Size): number {
  return Math.min(x, y, size.width - x - width, size.height - y - height);
}

/** Those that stay when equal ones are merged and there are too many. A box without a score was drawn by a person, who
 *  was sure of it. */
function bestOf(
  detections: readonly Detection[],
  { merge, merge_across_labels, most = Infinity }: Options,
  takeOut: (rule: keyof Options) => void,
): ReadonlySet<Detection> {
  const best = new Set<Detection>();
  for (const one of detections.toSorted((left, right) => (right.score ?? 1) - (left.score ?? 1))) {
    const same = ({ label, box }: Detection) =>
      (merge_across_labels || label === one.label) && iouOf(box, one.box) > (merge ?? 1);
    if (merge !== undefined && [...best].some(same)) takeOut("merge");
    else if (best.size >= most) takeOut("most");
    else best.add(one);
  }
  return best;
}
