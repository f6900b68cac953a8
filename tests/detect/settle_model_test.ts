import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import { readGraph } from "../../runtime/detect/graph.ts";
import type { ModelSpec } from "../../runtime/detect/model_spec.ts";
import { type ModelAnswer, type ModelQuestion, settleModel } from "../../runtime/detect/settle_model.ts";
import { assetPath, assetTest } from "../assets.ts";
import { onnxFile, type OnnxModel, type OnnxPort } from "./onnx_writer.ts";

const square: OnnxPort = { name: "images", shape: [1, 3, 640, 640] };

type Sketch = Partial<OnnxModel> & {
  /** Shapes of outputs by name. */
  readonly gives: Readonly<Record<string, readonly (number | string)[]>>;
  /** What computes the outputs: raw ones come from Conv and Sigmoid, decoded ones from Mul. */
  readonly by?: "Conv" | "Mul" | "TopK";
};

function questionOf({ gives, by = "Mul", ...model }: Sketch, request: ModelQuestion["request"] = {}): ModelQuestion {
  const bytes = onnxFile({
    inputs: [square],
    outputs: Object.entries(gives).map(([name, shape]) => ({ name, shape })),
    nodes: Object.keys(gives).map((name) => ({ operator: by, inputs: ["images"], outputs: [name] })),
    ...model,
  });
  return { name: "x.onnx", graph: readGraph(bytes, "x.onnx"), request };
}

function settled(question: ModelQuestion): Extract<ModelAnswer, { kind: "settled" }> {
  const answer = settleModel(question);
  assert(answer.kind === "settled", answer.kind);
  return answer;
}

function specOf(sketch: Sketch, request: ModelQuestion["request"] = {}): ModelSpec {
  return settled(questionOf(sketch, request)).spec;
}

function refusal(sketch: Sketch, request: ModelQuestion["request"] = {}): string {
  try {
    return `accepted as ${specOf(sketch, request).layout}`;
  } catch (error) {
    assert(error instanceof InputError, String(error));
    return error.message;
  }
}

const person = {
  names: "{0: 'person', 1: \"driver's seat\", 2: 'a, b: c'}",
  task: "detect",
  stride: "32",
  imgsz: "[480, 640]",
};

Deno.test("settleModel() knows layouts by shapes, and by what computes them", () => {
  const cases: readonly (readonly [Sketch, string, number])[] = [
    [{ gives: { output0: [1, 84, 8400] } }, "yolov8", 80],
    [{ gives: { output0: [1, 8400, 84] } }, "yolov8", 80],
    [{ gives: { output0: [1, 5, 8400] } }, "yolov8", 1],
    [{ gives: { output0: [1, 6, 8400] } }, "yolov8", 2],
    [{ gives: { output0: [1, 305, 8400] } }, "yolov8", 301],
    [{ gives: { output: [1, 25200, 85] } }, "yolov5", 80],
    [{ gives: { output: [1, 25200, 6] } }, "yolov5", 1],
    [{ gives: { output: [1, 8400, 85] }, by: "Conv" }, "yolox", 80],
    [{ gives: { output: [1, 8400, 6] }, by: "Conv" }, "yolox", 1],
    [{ gives: { output: [1, 8500, 112] }, by: "Conv" }, "nanodet", 80],
    [{ gives: { output0: [1, 300, 6] }, by: "TopK" }, "end_to_end", 0],
    [{ gives: { output: ["rows", 7] }, by: "TopK" }, "end_to_end", 0],
    [{ gives: { scores: [1, 4420, 2], boxes: [1, 4420, 4] } }, "ultraface", 1],
    [
      { gives: { "detection_boxes:0": [1, "n", 4], "detection_scores:0": [1, "n"], "detection_classes:0": [1, "n"] } },
      "ssd",
      0,
    ],
  ];
  for (const [sketch, layout, labels] of cases) {
    const spec = specOf(sketch);
    assert.deepEqual([spec.layout, spec.labels.length], [layout, labels], JSON.stringify(sketch.gives));
  }
});

Deno.test("settleModel() refuses coin tosses, and says what settles them", () => {
  const cases: readonly (readonly [Sketch, RegExp])[] = [
    [{ gives: { out: [1, 85, 85] } }, /it may be yolov8 .* or yolov8 .*: say which with `layout`/],
    [{ gives: { out: [1, 6, 300] } }, /6 values may be 4 \+ 2 classes, or corners, score and class/],
    [{ gives: { out: [1, 300, 6] } }, /it may be .* or .*: say which/],
    [{ gives: { out: [1, 8400, 6] } }, /it may be yolov5 .* or yolov8/],
    [{ gives: { out: [1, 8400, 85] } }, /it looks like yolov5, but models with one box a cell differ in the colours/],
    [{ gives: { out: [1, 8400, 37] }, by: "Conv" }, /it may be yolox .* or nanodet .*give its `labels`/],
    [{ gives: { out: [1, 56, 8400] } }, /those of a model for poses/],
  ];
  for (const [sketch, message] of cases) assert.match(refusal(sketch), message);
});

Deno.test("settleModel() lets labels or a layout decide", () => {
  const labels = ["a", "b"];
  assert.equal(specOf({ gives: { out: [1, 8400, 6] } }, { labels }).layout, "yolov8");
  assert.equal(specOf({ gives: { out: [1, 6, 300] } }, { labels }).layout, "yolov8");
  assert.equal(specOf({ gives: { out: [1, 300, 6] } }, { layout: "end_to_end" }).layout, "end_to_end");
  assert.equal(specOf({ gives: { out: [1, 8400, 85] } }, { layout: "yolov5" }).labels.length, 80);
  assert.match(
    refusal({ gives: { out: [1, 84, 8400] } }, { labels }),
    /there are 2 labels, and its outputs hold 80 as yolov8/,
  );
  assert.match(
    refusal({ gives: { out: [1, 84, 8400] } }, { layout: "ssd" }),
    /its outputs are not those of the layout ssd/,
  );
});

Deno.test("settleModel() names what is no detector", () => {
  const cases: readonly (readonly [Sketch, RegExp])[] = [
    [{ gives: { output0: [1, 116, 8400], output1: [1, 32, 160, 160] } }, /outline things \(segmentation\)/],
    [{ gives: { output0: [1, 56, 8400] }, metadata: { task: "pose" } }, /finds points of bodies \(pose\)/],
    [{ gives: { logits: [1, 1000] } }, /name whole images \(classification\)/],
    [{ gives: { out: [1, 21, 640, 640] } }, /gives? a picture/],
    [{ gives: { logits: [1, 300, 80], pred_boxes: [1, 300, 4] } }, /DETR without its post-processing/],
    [{ gives: { out: [1, 10, 4, 4, 3] } }, /no layout fits/],
    [{ gives: { out: [1, 1, 200, 7] } }, /no layout fits/],
    [{ gives: { out: ["rows", 6] } }, /no layout fits/],
    [{ gives: {} }, /it has no output/],
  ];
  for (const [sketch, message] of cases) assert.match(refusal(sketch), message);
});

Deno.test("settleModel() reads what Ultralytics writes: names, size, stride", () => {
  const inputs = [{ name: "images", shape: ["batch", 3, "height", "width"] }];
  const sketch: Sketch = { gives: { output0: [1, 7, 6300] }, metadata: person, inputs };
  const spec = specOf(sketch);
  assert.deepEqual(spec.labels, ["person", "driver's seat", "a, b: c"]);
  assert.deepEqual(spec.size, { width: 640, height: 480 });
  assert.match(refusal(sketch, { size: [400, 640] }), /400 x 640 is no multiple of 32/);
  assert.deepEqual(specOf({ ...sketch, metadata: { names: "{1: 'x'}" } }).labels, ["class 0", "class 1", "class 2"]);
});

Deno.test("settleModel() asks for a trial when shapes are open, and goes by what came out", () => {
  const inputs = [{ name: "images", type: "float16" as const, shape: ["b", 3, "h", "w"] }];
  const question = questionOf({ gives: { output0: ["b", "values", "places"] }, inputs }, { size: [320, 320] });
  const answer = settleModel(question);
  assert(answer.kind === "needs_trial");
  assert.deepEqual(answer.feeding, {
    size: { width: 320, height: 320 },
    input: { name: "images", type: "float16", order: "nchw", batch: 1 },
  });
  const trial = { outputs: [{ name: "output0", type: "float32" as const, shape: [1, 84, 2100] }] };
  assert.equal(settled({ ...question, trial }).spec.layout, "yolov8");
});

Deno.test("settleModel() settles inputs: order, batch, bytes, sizes, and refuses others", () => {
  const gives = { output0: [1, 84, 8400] };
  const input = (...inputs: readonly OnnxPort[]) => ({ gives, inputs });
  assert.equal(specOf(input({ name: "i", shape: [1, 640, 640, 3] })).input.order, "nhwc");
  const bytes = specOf(input({ name: "i", type: "uint8", shape: [4, 3, 640, 640] }));
  assert.deepEqual([bytes.input.batch, bytes.preprocess.scale], [4, 1]);
  assert.match(refusal(input({ name: "i", shape: [1, 5, 640, 640] })), /takes 5 channels; images have 3/);
  assert.match(refusal(input({ name: "i", type: "int8", shape: [1, 3, 640, 640] })), /numbers of the type int8/);
  assert.match(refusal(input({ name: "i", shape: [1, 3, 99999, 640] })), /at most 4096 a side/);
  assert.match(refusal(input({ name: "i", shape: [500, 3, 64, 64] })), /it takes 500 images at once/);
  assert.match(
    refusal(input(square, { name: "scale_factor", shape: [1, 2] })),
    /besides the image it asks for "scale_factor"/,
  );
  assert.match(
    refusal(input({ name: "audio", shape: [1, 16000] })),
    /one input of four dimensions.*"audio" is \[1, 16000\]/,
  );
  assert.match(
    refusal(input(square), { size: [320, 320] }),
    /the size asked for is 320 x 320, and the model takes 640 x 640/,
  );
});

Deno.test("settleModel() reads boxes of DETR in pixels where the size is asked for, and refuses to guess otherwise", () => {
  const gives = { labels: ["n", "q"], boxes: ["n", "q", 4], scores: ["n", "q"] };
  const sizes: OnnxPort = { name: "orig_target_sizes", type: "int64", shape: ["n", 2] };
  const spec = specOf({ gives, inputs: [square, sizes] });
  assert.deepEqual([spec.layout, spec.form.boxes, spec.sizes], ["detr", "pixels", { name: sizes.name, type: "int64" }]);
  assert.match(refusal({ gives }), /in pixels or in shares of the input: say which with `output.boxes`/);
});

Deno.test("settleModel() puts the request before the card, and the card before what is usual", () => {
  const question = questionOf({ gives: { output0: [1, 5, 8400] } }, { preprocess: { pad: 0 } });
  const card = {
    name: "ball",
    summary: "Finds balls",
    licence: "MIT",
    preprocess: { pad: 7, color: "bgr" as const },
    output: {},
    minScore: 0.6,
    labels: ["ball"],
  };
  const { spec, notes } = settled({ ...question, card });
  assert.deepEqual([spec.preprocess.pad, spec.preprocess.color, spec.preprocess.fit], [0, "bgr", "letterbox"]);
  assert.deepEqual([spec.labels, spec.defaults], [["ball"], { minScore: 0.6, iou: 0.45 }]);
  assert.deepEqual(notes, [
    'input "images": float32, nchw, 640 x 640, as the model says',
    'layout yolov8: output "output0" is [1, 5, 8400], which is 4 + 1 classes in 8400 places',
    "labels: 1, from its card",
    "pixels: bgr, value / 255, letterboxed in the centre on 0, resized by linear",
  ]);
});

assetTest("settleModel() guesses the models of the assets right without a card", async () => {
  const layouts = {
    "yolox_nano_416_coco80": "yolox",
    "nanodet_m_416": "nanodet",
    "deimv2_atto_coco": "detr",
    "ultraface_version-RFB-320": "ultraface",
    "yolox_nano_as_yolov8_1x84xN": "yolov8",
    "yolox_nano_as_tf_ssd_nms": "ssd",
  };
  for (const [name, layout] of Object.entries(layouts)) {
    const graph = readGraph(await Deno.readFile(assetPath(`models/${name}.onnx`)), name);
    assert.equal(settled({ name, graph, request: {} }).spec.layout, layout);
  }
});
