import assert from "node:assert/strict";
import { layouts } from "../../runtime/contract/detection.ts";
import { ItemError } from "../../runtime/contract/errors.ts";
import { decodeOutputs, layoutDefinitions } from "../../runtime/detect/layouts/layouts.ts";
import type { ModelSpec } from "../../runtime/detect/model_spec.ts";
import type { Tensors } from "../../runtime/detect/tensor.ts";
import { floats } from "./onnx_writer.ts";
import { rowsOf, specFor } from "./specs.ts";

/** A table whose rows are zero but those given. */
function sparse(rows: number, columns: number, filled: Readonly<Record<number, readonly number[]>>): Tensors {
  const data = new Float32Array(rows * columns);
  for (const [row, values] of Object.entries(filled)) data.set(values, Number(row) * columns);
  return { out: floats([1, rows, columns], data) };
}

function decoded(outputs: Tensors, spec: ModelSpec, floor = 0.1): number[][] {
  return rowsOf(decodeOutputs(outputs, spec, floor));
}

Deno.test("layoutDefinitions has every layout under its name", () => {
  assert.deepEqual(Object.keys(layoutDefinitions), [...layouts]);
  for (const layout of layouts) assert.equal(layoutDefinitions[layout].layout, layout);
});

Deno.test("decodeOutputs() of yolox adds places of the grids, and takes widths by their logarithm", () => {
  const spec = specFor("yolox", { form: { strides: [16, 32] } });
  // 4 x 2 places of 16 pixels, then 2 x 1 of 32: the sixth is (1, 1), the tenth (1, 0).
  const outputs = sparse(10, 7, {
    5: [0.5, 0.25, Math.log(2), 0, 0.5, 0.4, 0.8],
    6: [0, 0, 0, 0, 0.09, 1, 1],
    9: [0.5, 0.5, 0, 0, 1, 0.9, 0],
  });
  assert.deepEqual(decoded(outputs, spec), [[1, 0.4, 8, 12, 40, 28], [0, 0.9, 32, 0, 64, 32]]);
});

Deno.test("decodeOutputs() of yolov5 multiplies what it is sure of by the best class", () => {
  const outputs = sparse(3, 8, { 1: [10, 20, 4, 6, 0.5, 0.1, 0.2, 0.9], 2: [1, 1, 1, 1, 0.5, 0.1, 0.15, 0.1] });
  assert.deepEqual(decoded(outputs, specFor("yolov5")), [[2, 0.45, 8, 17, 12, 23]]);
});

Deno.test("decodeOutputs() of yolov8 reads places as rows and as columns alike", () => {
  const places = [[10, 20, 4, 6, 0.2, 0.8], [1, 2, 2, 2, 0.05, 0.01], [30, 8, 8, 8, 0.3, 0.1]];
  const expected = [[1, 0.8, 8, 17, 12, 23], [0, 0.3, 26, 4, 34, 12]];
  const columns = places[0]?.map((_, value) => places.map((place) => place[value] ?? 0)) ?? [];
  const byPlace = { out: floats([1, 3, 6], places.flat()) };
  const byValue = { out: floats([1, 6, 3], columns.flat()) };
  assert.deepEqual(decoded(byPlace, specFor("yolov8", { form: { rows: "places" } })), expected);
  assert.deepEqual(decoded(byValue, specFor("yolov8", { form: { rows: "values" } })), expected);
});

Deno.test("decodeOutputs() of end_to_end reads six and seven columns, of the first image", () => {
  const six = { out: floats([1, 2, 6], [1, 2, 3, 4, 0.9, 7, 0, 0, 0, 0, 0, -1]) };
  assert.deepEqual(decoded(six, specFor("end_to_end")), [[7, 0.9, 1, 2, 3, 4]]);
  assert.deepEqual(decoded(six, specFor("end_to_end", { form: { boxes: "shares" } })), [[7, 0.9, 64, 64, 192, 128]]);
  const seven = { out: floats([2, 7], [0, 1, 2, 3, 4, 5, 0.8, 1, 1, 2, 3, 4, 5, 0.9]) };
  assert.deepEqual(decoded(seven, specFor("end_to_end")), [[5, 0.8, 1, 2, 3, 4]]);
  assert.deepEqual(decoded({ out: floats([0, 7], []) }, specFor("end_to_end")), []);
});

Deno.test("decodeOutputs() of ssd takes shares from top to bottom, classes from 1, and as many rows as count", () => {
  const outputs = { boxes: "b", classes: "c", scores: "s", amount: "n" };
  const spec = specFor("ssd", { outputs, form: { firstClass: 1, boxes: "shares" } });
  const tensors = {
    b: floats([1, 3, 4], [0.25, 0.5, 0.5, 1, 0, 0, 1, 1, 0, 0, 1, 1]),
    c: floats([1, 3], [1, 90, 3]),
    s: floats([1, 3], [0.9, 0.5, 0.8]),
    n: floats([1], [2]),
  };
  assert.deepEqual(decoded(tensors, spec), [[0, 0.9, 32, 8, 64, 16], [89, 0.5, 0, 0, 64, 32]]);
});

Deno.test("decodeOutputs() of detr reads labels of 64 bits", () => {
  const spec = specFor("detr", { outputs: { labels: "l", boxes: "b", scores: "s" } });
  const tensors: Tensors = {
    l: { type: "int64", shape: [1, 2], data: BigInt64Array.of(79n, 3n) },
    b: floats([1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
    s: floats([1, 2], [0.05, 0.5]),
  };
  assert.deepEqual(decoded(tensors, spec), [[3, 0.5, 5, 6, 7, 8]]);
});

Deno.test("decodeOutputs() of ultraface passes over the background", () => {
  const spec = specFor("ultraface", { outputs: { scores: "s", boxes: "b" }, form: { boxes: "shares" } });
  const tensors = {
    s: floats([1, 2, 2], [0.9, 0.05, 0.2, 0.8]),
    b: floats([1, 2, 4], [0, 0, 1, 1, 0.25, 0.5, 0.5, 1]),
  };
  assert.deepEqual(decoded(tensors, spec), [[0, 0.8, 16, 16, 32, 32]]);
});

/** Weights of a distribution that is all at one step. */
function sureOf(step: number): readonly number[] {
  return Array.from({ length: 8 }, (_, index) => index === step ? 100 : 0);
}

Deno.test("decodeOutputs() of nanodet takes the mean of distributions, from grids apart and in one", () => {
  const box = [...sureOf(1), ...sureOf(0), ...sureOf(2), ...sureOf(1)];
  const even = Array.from({ length: 32 }, () => 5);
  const apart = specFor("nanodet", {
    outputs: { "scores 32": "s", "boxes 32": "b" },
    form: { strides: [32], center: 0.5 },
  });
  const tensors = { s: floats([1, 2, 2], [0.1, 0.7, 0.6, 0.2]), b: floats([1, 2, 32], [...box, ...even]) };
  const expected = [[1, 0.7, -16, 16, 80, 48], [0, 0.6, -64, -96, 160, 128]];
  assert.deepEqual(decoded(tensors, apart), expected);
  const together = specFor("nanodet", { form: { strides: [32], center: 0.5 } });
  const one = { out: floats([1, 2, 34], [0.1, 0.7, ...box, 0.6, 0.2, ...even]) };
  assert.deepEqual(decoded(one, together), expected);
  assert.deepEqual(decoded(one, specFor("nanodet", { form: { strides: [32], center: 0 } }))[0], [
    1,
    0.7,
    -32,
    0,
    64,
    32,
  ]);
});

Deno.test("decodeOutputs() reads the first image of a batch", () => {
  const outputs = { out: floats([2, 1, 6], [1, 1, 2, 2, 0.5, 0.9, 9, 9, 2, 2, 0.9, 0.5]) };
  assert.deepEqual(decoded(outputs, specFor("yolov8")), [[1, 0.9, 0, 0, 2, 2]]);
});

Deno.test("decodeOutputs() rejects the image when numbers are nonsense, naming the model", () => {
  const yolov8 = specFor("yolov8");
  const values = specFor("yolov8", { form: { rows: "values" } });
  const yolox = specFor("yolox", { form: { strides: [32] } });
  const ssd = specFor("ssd", { outputs: { boxes: "b", classes: "c", scores: "s", amount: "n" } });
  const cases: readonly (readonly [Tensors, ModelSpec, RegExp])[] = [
    [{ out: floats([1, 1, 5], [1, 1, 1, 1, NaN]) }, yolov8, /a score is NaN/],
    [{ out: floats([1, 5, 1], [1, 1, 1, 1, NaN]) }, values, /a score is NaN/],
    [{ out: floats([1, 1, 5], [1, Infinity, 1, 1, 0.9]) }, yolov8, /a box has no finite corners/],
    [{ out: floats([1, 1, 5], [1, 1, 1, 1, 7.5]) }, yolov8, /a score is 7.5, which is not from 0 to 1/],
    [{ out: floats([1, 2, 6], new Float32Array(12).fill(NaN)) }, yolox, /a score is NaN/],
    [{ out: floats([1, 2, 6], [0, 0, 0, 0, 1, NaN, 0, 0, 0, 0, 0, 0]) }, yolox, /a score is NaN/],
    [{ out: floats([1, 2, 6], [0, 0, 1e6, 0, 1, 1, 0, 0, 0, 0, 0, 0]) }, yolox, /no finite corners/],
    [{ out: floats([1, 3, 6], new Float32Array(18)) }, yolox, /it gave 3 places/],
    [{ out: floats([1, 1, 6], [0, 0, 1, 1, 0.9, -3]) }, specFor("end_to_end"), /a class has the number -3/],
    [
      { b: floats([1, 1, 4], [0, 0, 1, 1]), c: floats([1, 1], [1]), s: floats([1, 1], [1]), n: floats([1], [NaN]) },
      ssd,
      /NaN boxes/,
    ],
    [{ other: floats([1], [1]) }, yolov8, /it gave no output "out"/],
    [{ out: floats([1, 9, 9], [1]) }, yolov8, /its output "out" is \[1, 9, 9\]/],
  ];
  for (const [outputs, spec, message] of cases) {
    assert.throws(() => decodeOutputs(outputs, spec, 0.1), (error) => {
      assert(error instanceof ItemError, String(error));
      assert.equal(error.code, "bad_output");
      assert.match(error.message, /^Cannot use what the model "test" found: /);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("decodeOutputs() keeps the best 3000 of a million boxes, and of equal ones the first", () => {
  const rows = 1_000_000;
  const data = new Float32Array(rows * 5);
  let seed = 5;
  for (let row = 0; row < rows; row++) {
    seed = Math.imul(seed, 1103515245) + 12345 >>> 0;
    data.set([row, 1, 2, 2, Math.floor((seed >>> 8) / 2 ** 24 * 500) / 500], row * 5);
  }
  const found = decodeOutputs({ out: floats([1, rows, 5], data) }, specFor("yolov8"), 0);
  const order = Array.from({ length: rows }, (_, row) => row).sort((left, right) => {
    return (data[right * 5 + 4] ?? 0) - (data[left * 5 + 4] ?? 0) || left - right;
  });
  const expected = order.slice(0, 3000).sort((left, right) => left - right).map((row) => row - 1);
  assert.equal(found.count, 3000);
  assert.deepEqual(Array.from({ length: 3000 }, (_, at) => found.boxes[4 * at]), expected);
});
