import {
  type Candidates,
  defineItemStep,
  type DetectorPlan,
  type DetectorRequest,
  InputError,
  keep,
  layouts,
  type ModelNote,
  modelOptions,
  modelRequest,
  type PlanHost,
  type RawPlan,
  siftCandidates,
  type SiftOptions,
  sizeOf,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const score = z.number().min(0).max(1);
const share = z.number().min(0).max(1);
const region = z.strictObject({
  name: z.string().min(1),
  polygon: z.array(z.tuple([share, share])).min(3),
});

const options = z.strictObject({
  model: z.string().min(1).describe(
    "Which detector: the name of a card (`deno task fw models` lists them), the path of a card or of an ONNX file, or " +
      "an https URL with `sha256`",
  ),
  min_score: score.optional().describe(
    "Detections that score less are left out, 0 to 1; what the card says when absent",
  ),
  min_scores: z.record(z.string(), score).optional().describe("By label, in place of `min_score`: `{ ball: 0.2 }`"),
  iou: score.optional().describe(
    "Of two boxes that share more than this, the better stays, 0 to 1; 1 keeps all; what the card says when absent",
  ),
  per_class: z.boolean().default(true).describe("Whether boxes put aside only those of their own class"),
  labels: z.array(z.string().min(1)).min(1).optional().describe("Only these classes of the model; all when absent"),
  min_area: z.number().min(0).optional().describe("Boxes with fewer square pixels are left out"),
  max_detections: z.int().min(1).max(3000).default(300).describe("The best ones that are kept of an image"),
  regions: z.array(region).min(1).optional().describe(
    "Parts of the image to look at: `{ name, polygon: [[x, y], …] }`, corners in shares of its width and height, 0 to " +
      "1. What stands in none is left out; the others name theirs",
  ),
  region_point: z.enum(["foot", "center"]).default("foot")
    .describe("What of a box must lie in a region: the middle of its lower edge, or its own"),
  layout: z.enum(layouts).optional().describe("How the model writes its answer, where neither card nor file say it"),
  class_names: z.array(z.string().min(1)).min(1).optional()
    .describe("What the model's classes are called, in its order, where neither card nor file say it"),
  ...modelOptions,
});
type Options = z.output<typeof options>;

/** Finds objects with an ONNX model. The fact `detections` lists them, best first, each with label, score and box: left,
 *  top, width and height in pixels of the image as it is at this place of the pipeline; later steps move the boxes along.
 *  What the model found is kept: another `min_score` or other `labels` only sift it anew. */
export default defineItemStep({
  name: "detect",
  version: 1,
  summary: "Finds objects with an ONNX model and lists them with label, score and box",
  options,
  blind: true,
  gives: ["detections"],
  examples: [
    {
      title: "finds nothing in a gradient",
      with: { model: "demo", min_score: 0.9, backend: "native" },
      size: [64, 48],
      expect: { facts: { detections: [] } },
    },
  ],
  raw: {
    plan: async (asked, host, signal) => rawPlanOf(await planned(asked, host, signal), asked),
    async open(asked, { detectors }) {
      const detector = await detectors.open(requestOf(asked), new AbortController().signal);
      return { find: ({ image }, signal) => detector.find(image, signal), close: detector.close };
    },
  },
  async open(asked, host) {
    const plan = await planned(asked, host, new AbortController().signal);
    const sift = siftOptions(asked, plan);
    return {
      each(item, _, raw) {
        const candidates = raw as Candidates; // what `find` gave
        return keep(withFacts(item, {
          detections: siftCandidates(candidates, plan.labels, sizeOf(item.image), sift),
        }));
      },
    };
  },
});

/** Throws `InputError` for labels that the model does not know. */
async function planned(asked: Options, { detectors }: Pick<PlanHost, "detectors">, signal: AbortSignal) {
  const plan = await detectors.plan(requestOf(asked), signal);
  const known = plan.labels;
  const named = [...asked.labels ?? [], ...Object.keys(asked.min_scores ?? {})];
  const unknown = known.length === 0 ? undefined : named.find((label) => !known.includes(label));
  if (unknown === undefined) return plan;
  throw new InputError(`Cannot look for "${unknown}": the model "${plan.name}" knows only ${known.join(", ")}`);
}

function requestOf(asked: Options): DetectorRequest {
  const { model, layout, class_names } = asked;
  return {
    model,
    floor: floorOf(asked),
    ...modelRequest(asked),
    ...(layout === undefined ? {} : { layout }),
    ...(class_names === undefined ? {} : { labels: class_names }),
  };
}

/** In a few steps, so that few changes of `min_score` ask for candidates that were not kept. */
function floorOf({ min_score, min_scores }: Options): number {
  const least = Math.min(min_score ?? 1, ...Object.values(min_scores ?? {}));
  return [0.05, 0.01, 0.001].find((floor) => least >= floor) ?? 0;
}

function rawPlanOf(plan: DetectorPlan, { labels }: Options): RawPlan {
  const { name, digest, layout, backend, runtime, card } = plan;
  const model: ModelNote = {
    name,
    digest,
    layout,
    runtime: `${backend}, ${runtime}`,
    labels: labels === undefined ? plan.labels : plan.labels.filter((label) => labels.includes(label)),
    ...card,
  };
  return { key: plan.key, notes: plan.notes, model };
}

function siftOptions(asked: Options, { defaults }: DetectorPlan): SiftOptions {
  const { labels, min_scores, min_area, regions } = asked;
  return {
    minScore: asked.min_score ?? defaults.minScore,
    iou: asked.iou ?? defaults.iou,
    perClass: asked.per_class,
    most: asked.max_detections,
    regionPoint: asked.region_point,
    ...(labels === undefined ? {} : { keepLabels: labels }),
    ...(min_scores === undefined ? {} : { minScores: min_scores }),
    ...(min_area === undefined ? {} : { minArea: min_area }),
    ...(regions === undefined ? {} : { regions }),
  };
}
