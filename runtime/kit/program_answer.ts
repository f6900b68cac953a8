// What a program says of an item, as JSON on a line, and the verdict that it means. Pure.
import { z } from "zod";
import { InputError, messageOf } from "../contract/errors.ts";
import { type Facts, type Item, movingFacts, type Verdict } from "../contract/item.ts";
import { canonicalJson, type Json } from "../contract/json.ts";
import { sizeOf } from "../image/edits.ts";
import { withEdits } from "../image/item_edits.ts";
import { detectionsOf } from "../report/items.ts";

const word = z.string().regex(/^[a-z0-9_]+$/, "is no snake_case word").max(100);
const sentence = z.string().max(2000);
const facts = z.record(z.string(), z.unknown());
const notes = z.array(sentence).max(100).optional();
const pixel = z.int().min(0);
const child = z.strictObject({
  name: z.string().regex(/^[a-z0-9_-]+$/, "is no name for a child").max(100),
  crop: z.tuple([pixel, pixel, pixel.min(1), pixel.min(1)]).optional(),
  facts: facts.optional(),
});

const answers = {
  keep: z.strictObject({ id: z.string(), keep: z.literal(true), facts: facts.optional(), notes }),
  drop: z.strictObject({ id: z.string(), drop: word, detail: sentence.optional() }),
  reject: z.strictObject({ id: z.string(), reject: word, detail: sentence.optional() }),
  many: z.strictObject({ id: z.string(), many: z.array(child).min(1).max(10_000), notes }),
};
const kinds = ["keep", "drop", "reject", "many"] as const;

/** `id`: the item's, which the answer must name. `gives`: the facts that it must give, and the only ones. */
export type Asked = { readonly id: string; readonly item: Item; readonly gives: readonly string[] };

/** The verdict, what is wrong with the answer as a sentence, or `earlier` when it answers `before`, an id that was
 *  answered already. */
export type Understood = { readonly verdict: Verdict } | { readonly problem: string } | { readonly earlier: true };

export function understood(line: string, asked: Asked, before: string | undefined): Understood {
  try {
    const said = parsed(line);
    if (said["id"] !== asked.id) {
      if (before !== undefined && said["id"] === before) return { earlier: true };
      return { problem: `Its answer is for ${shown(said["id"])}, and it was asked about ${shown(asked.id)}` };
    }
    return { verdict: verdictOf(said, asked) };
  } catch (thrown) {
    if (thrown instanceof InputError) return { problem: thrown.message };
    throw thrown;
  }
}

function parsed(line: string): Record<string, unknown> {
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    throw new InputError(`Its answer is no JSON: ${shown(line)}; messages belong on stderr`);
  }
  if (typeof said === "object" && said !== null && !Array.isArray(said)) return { ...said };
  throw new InputError(`Its answer is no JSON object: ${shown(line)}; messages belong on stderr`);
}

function verdictOf(said: Record<string, unknown>, asked: Asked): Verdict {
  const [kind, other] = kinds.filter((one) => said[one] !== undefined);
  if (kind === undefined || other !== undefined) {
    throw new InputError(`Its answer has ${kind === undefined ? "none" : "more than one"} of ${kinds.join(", ")}`);
  }
  switch (kind) {
    case "keep": {
      const { facts, notes } = checked(answers.keep, said);
      const item = withGiven(asked.item, facts, asked.gives);
      return notes === undefined ? { kind, item } : { kind, item, notes };
    }
    case "drop": {
      const { drop: reason, detail } = checked(answers.drop, said);
      return detail === undefined ? { kind, reason } : { kind, reason, detail };
    }
    case "reject": {
      const { reject: reason, detail } = checked(answers.reject, said);
      return detail === undefined ? { kind, reason } : { kind, reason, detail };
    }
    case "many": {
      const { many, notes } = checked(answers.many, said);
      const children = many.map((one) => ({ name: one.name, item: childOf(one, asked) }));
      if (new Set(many.map(({ name }) => name)).size < many.length) {
        throw new InputError("Two of its children have the same name");
      }
      return notes === undefined ? { kind, children } : { kind, children, notes };
    }
  }
}

function checked<T>(schema: z.ZodType<T>, said: Record<string, unknown>): T {
  const result = schema.safeParse(said);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0
    ? "Its answer"
    : `"${issue.path.join(".")}" in its answer`;
  throw new InputError(`${where} is not as agreed: ${issue?.message ?? "it is something else"}`);
}

function childOf({ crop, facts }: z.output<typeof child>, { item, gives }: Asked): Item {
  if (crop === undefined) return withGiven(item, facts, gives);
  const [x, y, width, height] = crop;
  const size = sizeOf(item.image);
  if (x + width > size.width || y + height > size.height) {
    throw new InputError(`Its crop ${crop.join(", ")} does not lie within ${size.width}x${size.height}`);
  }
  return withGiven(withEdits(item, [{ op: "crop", x, y, width, height }]), facts, gives);
}

function withGiven(item: Item, given: Readonly<Record<string, unknown>> = {}, gives: readonly string[]): Item {
  const other = Object.keys(given).find((name) => !gives.includes(name));
  if (other !== undefined) throw new InputError(`It gives the fact "${other}", which \`gives\` does not name`);
  const missing = gives.find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined) throw new InputError(`It gives no fact "${missing}", which \`gives\` names`);
  const facts = { ...item.facts, ...plain(given) };
  return withMovingChecked({ ...item, facts }, gives);
}

/** JSON can say what is no plain value here: numbers without end, halves of characters. */
function plain(given: Readonly<Record<string, unknown>>): Facts {
  const facts = given as Facts; // what JSON.parse gave
  try {
    canonicalJson(facts as Json);
    return facts;
  } catch (thrown) {
    throw new InputError(`Its facts are no plain JSON: ${messageOf(thrown)}`);
  }
}

/** Boxes as everybody reads them, within the image. */
function withMovingChecked(item: Item, gives: readonly string[]): Item {
  const given = movingFacts.filter((name) => gives.includes(name) && item.facts[name] !== null);
  if (given.length === 0) return item;
  const detections = detectionsOf(item).map(({ label, score, box, regions }) => {
    if (score !== undefined && (score < 0 || score > 1)) {
      throw new InputError(`Its detection of "${label}" has the score ${score}, which is not from 0 to 1`);
    }
    return {
      label,
      box,
      ...(score === undefined ? {} : { score }),
      ...(regions === undefined ? {} : { regions }),
    };
  });
  return { ...item, facts: { ...item.facts, detections } };
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
  return `"${text.length > 120 ? `${text.slice(0, 120)}…` : text}"`;
}
