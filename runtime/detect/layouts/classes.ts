// Classifiers: one number for each class. Pure.
import { type ClassScores, mostClassScores } from "../../contract/classification.ts";
import { badOutput } from "../found.ts";
import type { ClassifierSpec } from "../model_spec.ts";
import type { Tensors } from "../tensor.ts";
import { floatsOf } from "./numbers.ts";

/** Of rounding in half precision. */
const slack = 0.01;

/** The best classes of the first image of a run. Throws `ItemError` `bad_output`. */
export function decodeClasses(outputs: Tensors, spec: ClassifierSpec): ClassScores {
  const scores = scoresOf(firstRow(outputs, spec), spec);
  const ranked = Array.from(scores, (score, index) => ({ index, score: Math.round(10_000 * score) }));
  ranked.sort((left, right) => right.score - left.score || left.index - right.index);
  const best = ranked.slice(0, mostClassScores);
  return { classes: best.map(({ index }) => index), scores: best.map(({ score }) => score) };
}

/** Throws when the model gave another number of classes than it announced. */
function firstRow(outputs: Tensors, { name, outputs: { scores: output = "" }, classes, input }: ClassifierSpec) {
  const tensor = outputs[output];
  if (tensor === undefined) throw badOutput(name, `it gave no output "${output}"`);
  const { shape, data } = tensor;
  if (data.length === classes * input.batch) return floatsOf(data).subarray(0, classes);
  throw badOutput(name, `its output "${output}" is [${shape.join(", ")}], which is not ${classes} classes an image`);
}

function scoresOf(row: Float32Array, { name, softmax }: ClassifierSpec): Float32Array {
  const strange = row.find((value) => !Number.isFinite(value));
  if (strange !== undefined) throw badOutput(name, `a score is ${strange}`);
  if (softmax === true || (softmax === "auto" && !areShares(row))) return shares(row);
  const outside = row.find((value) => value < -slack || value > 1 + slack);
  if (outside === undefined) return row.map((value) => Math.min(Math.max(value, 0), 1));
  throw badOutput(
    name,
    `a score is ${outside}, which is not from 0 to 1; \`softmax: true\` makes shares of such numbers`,
  );
}

function areShares(row: Float32Array): boolean {
  return row.every((value) => value >= -slack && value <= 1 + slack) && Math.abs(sum(row) - 1) <= slack;
}

/** The greatest is taken off first, so that no power overflows. */
function shares(row: Float32Array): Float32Array {
  const greatest = row.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = Float64Array.from(row, (value) => Math.exp(value - greatest));
  const total = sum(powers);
  return Float32Array.from(powers, (power) => power / total);
}

function sum(numbers: Float32Array | Float64Array): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
