import {
  type ClassifierPlan,
  type ClassifierRequest,
  defineItemStep,
  type Facts,
  InputError,
  keep,
  modelOptions,
  modelRequest,
  mostClassScores,
  type PlanHost,
  type RawPlan,
  withFacts,
  z,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  model: z.string().min(1).describe(
    "Which classifier: the name of a card (`deno task fw models` lists them), the path of a card or of an ONNX file, or " +
      "an https URL with `sha256`",
  ),
  top_k: z.int().min(1).max(mostClassScores).default(5).describe(
    `How many of its best classes \`predictions\` lists, 1 to ${mostClassScores}`,
  ),
  min_score: z.number().min(0).max(1).default(0).describe(
    "Classes that score less are left out, 0 to 1; an image of which none is left has no `prediction`",
  ),
  labels: z.array(z.string().min(1)).min(1).optional().describe(
    `Only these classes, of the ${mostClassScores} best of an image; all when absent`,
  ),
  softmax: z.union([z.boolean(), z.literal("auto")]).optional().describe(
    "Whether the model's numbers become shares of 1. `auto`, the default where its card says nothing: numbers from 0 to " +
      "1 that sum to 1 are taken as they are, so are those of a Sigmoid; others become shares",
  ),
  class_names: z.array(z.string().min(1)).min(1).optional().describe(
    "What the model's classes are called, in its order, where neither card nor file say it, nor a `labels.txt` beside it",
  ),
  ...modelOptions,
});
type Options = z.output<typeof options>;

/** What is kept of an image: its best classes, best first, by name, since a card may give them others; `scores` in
 *  ten-thousandths. */
type Ranking = { readonly labels: readonly string[]; readonly scores: readonly number[] };

/** Names images with an ONNX classifier. The facts: `prediction`, the best class, and `prediction_score`, 0 to 1, both
 *  `null` when none scores enough; `predictions`, the best `top_k`, each with label and score. What the model made of
 *  each image is kept: another `top_k`, `min_score` or other `labels` only sift it anew. */
export default defineItemStep({
  name: "predict",
  version: 1,
  summary: "Names images with an ONNX classifier and lists their best classes with scores",
  options,
  blind: true,
  tuning: ["sessions"],
  gives: ["prediction", "prediction_score", "predictions"],
  examples: [
    {
      title: "takes no more than asked",
      with: { model: "demo-scenes", top_k: 2, min_score: 1, labels: ["street"], backend: "native" },
      expect: { facts: { prediction: null, prediction_score: null, predictions: [] } },
    },
  ],
  raw: {
    plan: async (asked, host, signal) => rawPlanOf(await planned(asked, host, signal), asked),
    async open(asked, { classifiers }) {
      const classifier = await classifiers.open(requestOf(asked), new AbortController().signal);
      const known = classifier.plan.labels;
      return {
        async find({ image }, signal) {
          const { classes, scores } = await classifier.classify(image, signal);
          return { labels: classes.map((index) => known[index] ?? `class ${index}`), scores };
        },
        close: classifier.close,
      };
    },
  },
  open(asked) {
    return {
      each: (item, _, raw) => keep(withFacts(item, factsOf(raw as Ranking, asked))), // what `find` gave
    };
  },
});

function factsOf({ labels, scores }: Ranking, { top_k, min_score, labels: wanted }: Options): Facts {
  const predictions = labels
    .map((label, at) => ({ label, score: (scores[at] ?? 0) / 10_000 }))
    .filter(({ label, score }) => score >= min_score && (wanted === undefined || wanted.includes(label)))
    .slice(0, top_k);
  const [best] = predictions;
  return { prediction: best?.label ?? null, prediction_score: best?.score ?? null, predictions };
}

/** Throws `InputError` for labels that the model does not know. */
async function planned(asked: Options, { classifiers }: Pick<PlanHost, "classifiers">, signal: AbortSignal) {
  const plan = await classifiers.plan(requestOf(asked), signal);
  const unknown = asked.labels?.find((label) => !plan.labels.includes(label));
  if (unknown === undefined) return plan;
  const known = plan.labels.length > 20 ? `${plan.labels.length} other classes` : plan.labels.join(", ");
  throw new InputError(`Cannot look for "${unknown}": the model "${plan.name}" knows only ${known}`);
}

function requestOf(asked: Options): ClassifierRequest {
  const { model, softmax, class_names } = asked;
  return {
    model,
    ...modelRequest(asked),
    ...(softmax === undefined ? {} : { softmax }),
    ...(class_names === undefined ? {} : { labels: class_names }),
  };
}

/** The names of classes are part of what is kept. */
function rawPlanOf(plan: ClassifierPlan, { labels }: Options): RawPlan {
  const { name, digest, layout, backend, runtime, card, key, notes } = plan;
  const shown = labels === undefined ? plan.labels : plan.labels.filter((label) => labels.includes(label));
  const model = { name, digest, layout, runtime: `${backend}, ${runtime}`, labels: shown, ...card };
  return { key: { model: key, labels: plan.labels }, notes, model };
}
