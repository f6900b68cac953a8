// Model cards: what a model is, where its weights are, what it can do and what it cannot. Pure.
import { isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import { InputError, type Problem } from "../contract/errors.ts";
import type { Softmax } from "../contract/classification.ts";
import { type Layout, layouts, type Preprocess } from "../contract/detection.ts";
import { resizeFilters } from "../contract/image.ts";

export type Weights = {
  /** An official release. */
  readonly url?: string;
  /** A file beside the card. */
  readonly file?: string;
  /** Absent only for a `file`. */
  readonly sha256?: string;
  /** In bytes. */
  readonly size?: number;
  /** How to get the file, in a sentence, where there is no URL to download it from. */
  readonly how?: string;
  /** Digests of other files that hold the same model, such as another export of it: they may be used, too. */
  readonly same?: readonly string[];
};

export type CardOutput = {
  /** `classes`: it names whole images. */
  readonly layout?: Layout | "classes";
  /** Of a classifier: whether its numbers become shares of 1. */
  readonly softmax?: Softmax;
  readonly strides?: readonly number[];
  /** The number that the model gives to its first class. */
  readonly firstClass?: number;
  /** What coordinates of boxes count: pixels of the input, or shares of it (0 to 1). */
  readonly boxes?: "pixels" | "shares";
};

export type Card = {
  readonly name: string;
  readonly summary: string;
  /** Absent on a card that describes a family of models. */
  readonly weights?: Weights;
  readonly licence: string;
  readonly source?: string;
  readonly trainedOn?: string;
  readonly limits?: string;
  /** Width and height of the input. */
  readonly size?: readonly [number, number];
  readonly preprocess: Partial<Preprocess>;
  readonly output: CardOutput;
  readonly minScore?: number;
  readonly iou?: number;
  readonly labels?: readonly string[];
};

const sentence = z.string().trim().min(1).max(4000);
const side = z.int().min(1).max(4096);
const share = z.number().min(0).max(1);
const triple = z.tuple([z.number(), z.number(), z.number()]);
const httpsUrl = z.url({ protocol: /^https$/, error: "expected an https: URL" });

const digest = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 digits of 0-9 and a-f");

const weightsSchema = z.strictObject({
  url: httpsUrl.optional(),
  file: z.string().min(1).optional(),
  sha256: digest.optional(),
  size: z.int().min(1).optional(),
  how: sentence.optional(),
  same: z.array(digest).max(20).optional(),
})
  .refine(({ url, file }) => url === undefined || file === undefined, "`url` and `file`: one of them is enough")
  .refine(({ url, file, how }) => (url ?? file ?? how) !== undefined, "expected `url`, `file` or `how`")
  .refine(({ file, sha256 }) => file !== undefined || sha256 !== undefined, "`sha256` is missing");

const inputSchema = z.strictObject({
  size: z.tuple([side, side]).optional(),
  color: z.enum(["rgb", "bgr"]).optional(),
  scale: z.number().positive().optional(),
  mean: triple.optional(),
  std: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).optional(),
  fit: z.enum(["letterbox", "stretch"]).optional(),
  anchor: z.enum(["center", "top_left"]).optional(),
  pad: z.int().min(0).max(255).optional(),
  filter: z.enum(resizeFilters).optional(),
});

const outputSchema = z.strictObject({
  layout: z.enum([...layouts, "classes"]).optional(),
  softmax: z.union([z.boolean(), z.literal("auto")]).optional(),
  strides: z.array(z.int().min(1).max(1024)).min(1).max(8).optional(),
  first_class: z.int().min(0).max(1000).optional(),
  boxes: z.enum(["pixels", "shares"]).optional(),
});

const cardSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, "expected small letters, digits, `-`, `_` and `.`"),
  summary: sentence,
  weights: weightsSchema.optional(),
  licence: sentence,
  source: httpsUrl.optional(),
  trained_on: sentence.optional(),
  limits: sentence.optional(),
  input: inputSchema.default({}),
  output: outputSchema.default({}),
  min_score: share.optional(),
  iou: share.optional(),
  labels: z.array(z.string().trim().min(1).max(200)).min(1).max(10_000)
    .refine((labels) => new Set(labels).size === labels.length, "a label is there twice").optional(),
});

/** Longest card, in UTF-16 units, and brackets that it may hold: some texts take the YAML library very long. */
const most = { text: 500_000, brackets: 200 };

/** Reads a card. `file` is how problems call it. Throws `InputError` with every problem at its line. */
export function parseCard(text: string, file: string): Card {
  const refuse = (problems: readonly Problem[]) =>
    new InputError(`Cannot read the model card "${file}": ${problems[0]?.message ?? "it is empty"}`, problems);
  if (text.length > most.text || (text.match(/[[{]/g)?.length ?? 0) > most.brackets) {
    throw refuse([{ file, message: "it is too long for a card, or has too many brackets" }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2" });
  const placed = (at: number, message: string): Problem => {
    const { line, col } = lines.linePos(at);
    return { message, file, line, column: col };
  };
  if (document.errors.length > 0) {
    throw refuse(document.errors.map(({ pos, message }) => placed(pos[0], message.replace(/ at line \d.*/s, ""))));
  }
  visit(document, {
    Alias: (_key, { range }) => {
      throw refuse([placed(range?.[0] ?? 0, "aliases (`*name`) are not used in cards")]);
    },
  });
  const parsed = cardSchema.safeParse(document.toJS());
  if (parsed.success) return cardOf(parsed.data);
  throw refuse(
    parsed.error.issues.flatMap((issue) => issuesOf(issue)).map(({ path, message }) => {
      return placed(offsetOf(document, path), `${path.join(".") || "the card"}: ${message}`);
    }),
  );
}

type Flaw = { readonly path: readonly PropertyKey[]; readonly message: string };

function issuesOf(issue: z.core.$ZodIssue): readonly Flaw[] {
  const { path, message } = issue;
  if (issue.code !== "unrecognized_keys") {
    return [{
      path,
      message: message.endsWith("received undefined") ? "it is missing" : message.replace("Invalid input: ", ""),
    }];
  }
  return issue.keys.map((key) => ({ path: [...path, key], message: "this key is not known" }));
}

type Document = ReturnType<typeof parseDocument>;

/** Where the value of a path starts, or what is left of the path; for a map that lacks a key, the map. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path[length - 1])
      : undefined;
    const node = key?.key ?? document.getIn(path.slice(0, length), true);
    if (isScalar(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function cardOf({ input, output, trained_on, min_score, ...card }: z.infer<typeof cardSchema>): Card {
  const { size, ...preprocess } = input;
  const { first_class, ...rest } = output;
  return dropUndefined({
    ...card,
    size,
    preprocess: dropUndefined(preprocess),
    output: dropUndefined({ ...rest, firstClass: first_class }),
    trainedOn: trained_on,
    minScore: min_score,
    weights: card.weights === undefined ? undefined : dropUndefined(card.weights),
  });
}

/** Members that are `undefined` do not exist. */
type Dropped<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
  };

function dropUndefined<T extends object>(value: T): Dropped<T> {
  // Object.fromEntries() forgets the types of members; which of them are left is what `Dropped` says.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Dropped<T>;
}
