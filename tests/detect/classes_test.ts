import assert from "node:assert/strict";
import type { ClassifierRequest } from "../../runtime/contract/classification.ts";
import { InputError, ItemError } from "../../runtime/contract/errors.ts";
import { pngOf } from "../image/pictures.ts";
import { colourModel } from "./colour_models.ts";
import { type Detecting, withDetectors } from "./detecting.ts";
import { constantModel, floats } from "./onnx_writer.ts";

const never = new AbortController().signal;
const plain = { preprocess: { scale: 1 } } as const;

type Place = Detecting & {
  readonly folder: string;
  /** What a model, written into the folder, makes of an image of one colour. */
  scoresOf(model: Uint8Array, request?: Partial<ClassifierRequest>, colour?: readonly number[]): Promise<number[]>;
};

async function withPlace(body: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await withDetectors({ weights: folder, cores: 1 }, async (detecting) => {
      let count = 0;
      await body({
        ...detecting,
        folder,
        async scoresOf(model, request = {}, colour = [255, 51, 0]) {
          const path = `${folder}/model${count++}.onnx`;
          await Deno.writeFile(path, model);
          const asked = { model: path, backend: "native", ...plain, ...request } as const;
          const classifier = await detecting.classifiers.open(asked, never);
          try {
            const { classes, scores } = await classifier.classify(detecting.imageOf(await pictureOf(colour)), never);
            return classes.flatMap((index, rank) => [index, scores[rank] ?? NaN]);
          } finally {
            await classifier.close();
          }
        },
      });
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function pictureOf(colour: readonly number[], [width, height] = [16, 16]): Promise<Uint8Array> {
  const channels = colour.length === 4 ? 4 : 3;
  const data = Uint8Array.from({ length: width * height * channels }, (_, at) => colour[at % channels] ?? 0);
  return await pngOf({ width, height, channels, data });
}

function refusal(pattern: RegExp): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof InputError, String(thrown));
    assert.match(thrown.message, pattern);
    return true;
  };
}

/** Shares of 1 by softmax, in ten-thousandths. */
function shares(...numbers: number[]): number[] {
  const powers = numbers.map(Math.exp);
  const total = powers.reduce((sum, power) => sum + power);
  return powers.map((power) => Math.round(10_000 * power / total));
}

Deno.test("classify() makes shares of logits, and takes shares and scores as they are", async () => {
  await withPlace(async ({ scoresOf }) => {
    const [red, green, blue] = shares(2.55, 0.51, 0);
    const softened = [0, red, 1, green, 2, blue];
    assert.deepEqual(await scoresOf(colourModel({ factor: 0.01 })), softened, "logits");
    assert.deepEqual(await scoresOf(colourModel({ factor: 0.01, last: "Softmax" })), softened, "shares");
    const sigmoid = [0, 9276, 1, 6248, 2, 5000];
    assert.deepEqual(await scoresOf(colourModel({ factor: 0.01, last: "Sigmoid" })), sigmoid, "scores");
    const given = await scoresOf(colourModel({ factor: 1 / 255 }), { softmax: false });
    assert.deepEqual(given, [0, 10_000, 1, 2000, 2, 0], "softmax: false");
    const twice = await scoresOf(colourModel({ factor: 1 / 306 }), { softmax: true });
    assert.deepEqual(
      twice,
      [0, ...shares(255 / 306, 51 / 306, 0)].flatMap((share, at) => at < 2 ? share : [at - 1, share]),
    );
  });
});

Deno.test("classify() reads either order, fixed and open batches, and outputs with lengths of 1", async () => {
  await withPlace(async ({ scoresOf }) => {
    const [red, green, blue] = shares(0, 0.51, 2.55);
    const expected = [2, blue, 1, green, 0, red];
    const models = {
      nhwc: colourModel({ factor: 0.01, order: "nhwc" }),
      "batch of 4": colourModel({ factor: 0.01, batch: 4 }),
      "nhwc in batches of 4": colourModel({ factor: 0.01, batch: 4, order: "nhwc" }),
      "open batch": colourModel({ factor: 0.01, batch: "n" }),
      "open shape": colourModel({ factor: 0.01, batch: "n", more: { outputs: [{ name: "scores" }] } }),
    };
    for (const [name, model] of Object.entries(models)) {
      assert.deepEqual(await scoresOf(model, {}, [0, 51, 255]), expected, name);
    }
    const image = [{ name: "images", shape: [1, 3, 8, 8] }];
    const long = constantModel(image, { scores: floats([1, 3, 1, 1], [0.5, 0.2, 0.3]) });
    assert.deepEqual(await scoresOf(long), [0, 5000, 2, 3000, 1, 2000], "[1, 3, 1, 1]");
  });
});

Deno.test("classify() takes images of any shape, with alpha, and of one pixel", async () => {
  await withPlace(async ({ classifiers, imageOf, folder }) => {
    await Deno.writeFile(`${folder}/m.onnx`, colourModel({ factor: 1 / 255 }));
    const asked = { model: `${folder}/m.onnx`, backend: "native", softmax: false, ...plain } as const;
    const classifier = await classifiers.open(asked, never);
    for (
      const [colour, size] of [[[0, 255, 0, 128], [1, 1]], [[0, 255, 0], [500, 1]], [[0, 255, 0], [3, 200]]] as const
    ) {
      const { classes, scores } = await classifier.classify(imageOf(await pictureOf(colour, [...size])), never);
      assert.deepEqual([classes[0], scores[0]], [1, 10_000], size.join(" x "));
    }
    await classifier.close();
  });
});

Deno.test("classify() keeps the 50 best, equal ones in the order of the model", async () => {
  await withPlace(async ({ scoresOf }) => {
    const numbers = Array.from({ length: 200 }, (_, index) => index === 150 ? 0.5 : 0.5 / 199);
    const model = constantModel([{ name: "images", shape: [1, 3, 8, 8] }], { scores: floats([1, 200], numbers) });
    const found = await scoresOf(model);
    assert.equal(found.length, 100);
    assert.deepEqual(found.slice(0, 6), [150, 5000, 0, 25, 1, 25]);
  });
});

Deno.test("classify() rejects an image on which the model gives nonsense", async () => {
  await withPlace(async ({ scoresOf }) => {
    const cases: readonly (readonly [Uint8Array, Partial<ClassifierRequest>, RegExp])[] = [
      [colourModel({ last: "Log", factor: -1 }), {}, /a score is (NaN|-Infinity)/],
      [colourModel({ last: "Reciprocal" }), {}, /a score is Infinity/],
      [colourModel(), { softmax: false }, /a score is 255, which is not from 0 to 1; `softmax: true` makes shares/],
      [
        colourModel({ more: { outputs: [{ name: "scores", shape: [1, 4] }] } }),
        {},
        /its output "scores" is \[1, 3\], which is not 4 classes an image/,
      ],
    ];
    for (const [model, request, message] of cases) {
      await assert.rejects(scoresOf(model, request), (thrown) => {
        assert.ok(thrown instanceof ItemError, String(thrown));
        assert.equal(thrown.code, "bad_output");
        assert.match(thrown.message, message);
        return true;
      });
    }
  });
});

Deno.test("plan() takes labels as asked, from labels.txt and from metadata, and makes equal ones distinct", async () => {
  await withPlace(async ({ classifiers, folder }) => {
    const metadata = { names: "{0: 'rot', 1: 'gruen', 2: 'blau'}" };
    await Deno.writeFile(`${folder}/m.onnx`, colourModel({ more: { metadata } }));
    const labelsFor = async (request: Partial<ClassifierRequest> = {}) =>
      (await classifiers.plan({ model: `${folder}/m.onnx`, backend: "native", ...request }, never)).labels;
    assert.deepEqual(await labelsFor(), ["rot", "gruen", "blau"]);
    await Deno.writeTextFile(`${folder}/labels.txt`, "\ufeffcrane\r\ncrane\r\nmaillot\r\n\r\n");
    assert.deepEqual(await labelsFor({ sessions: 1 }), ["crane", "crane (1)", "maillot"]);
    assert.deepEqual(await labelsFor({ labels: ["a", "b", "c"] }), ["a", "b", "c"]);
    const tooFew = labelsFor({ labels: ["a", "b"] });
    await assert.rejects(tooFew, refusal(/there are 2 labels, and its output holds 3 classes/));
    await Deno.writeTextFile(`${folder}/labels.txt`, "one\n");
    await assert.rejects(labelsFor({ sessions: 2 }), refusal(/there are 1 labels, and its output holds 3 classes/));
  });
});

Deno.test("plan() reads a card of a classifier, and its notes say what was chosen", async () => {
  await withPlace(async ({ classifiers, folder }) => {
    await Deno.writeFile(`${folder}/m.onnx`, colourModel());
    const card = "name: colours\nsummary: A test\nlicence: MIT\nweights: { file: m.onnx }\ninput: { scale: 1 }\n";
    await Deno.writeTextFile(
      `${folder}/card.yaml`,
      `${card}output: { layout: classes, softmax: true }\nlabels: [a, b, c]`,
    );
    const { name, labels, layout, notes, card: shown } = await classifiers.plan(
      { model: `${folder}/card.yaml`, backend: "native" },
      never,
    );
    assert.deepEqual([name, labels, layout, shown.licence], ["colours", ["a", "b", "c"], "classes", "MIT"]);
    assert.deepEqual(notes.slice(1), [
      'input "images": float32, nchw, 8 x 8, as the model says',
      'layout classes: output "scores" is [1, 3], made shares by softmax',
      "labels: 3, from its card",
      "pixels: rgb, value, stretched to the input, resized by linear",
    ]);
  });
});

Deno.test("plan() refuses what is no classifier, and says which step a model is for", async () => {
  await withPlace(async ({ classifiers, detectors, folder }) => {
    const image = [{ name: "images", shape: [1, 3, 8, 8] }];
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [constantModel(image, { boxes: floats([1, 2, 6], new Array(12).fill(0)) }), /a classifier has an output/],
      [constantModel(image, { one: floats([1, 1], [0.5]) }), /one number an image: say `softmax: false`/],
      [
        constantModel(image, { one: floats([1, 2], [0, 1]), other: floats([1, 3], [0, 1, 2]) }),
        /several of its outputs may be the scores/,
      ],
      [
        constantModel(image, { numbers: { type: "int64", shape: [1, 3], data: BigInt64Array.of(1n, 2n, 3n) } }),
        /of floating-point numbers; output "numbers"/,
      ],
    ];
    for (const [at, [model, message]] of cases.entries()) {
      await Deno.writeFile(`${folder}/case${at}.onnx`, model);
      const asked = { model: `${folder}/case${at}.onnx`, backend: "native" } as const;
      await assert.rejects(classifiers.plan(asked, never), refusal(message));
    }
    const asked = { backend: "native", floor: 0 } as const;
    await assert.rejects(classifiers.plan({ ...asked, model: "demo" }, never), refusal(/it is for the step `detect`/));
    const wrong = detectors.plan({ ...asked, model: "demo-scenes" }, never);
    await assert.rejects(wrong, refusal(/it is for the step `predict`/));
    await Deno.writeFile(`${folder}/m.onnx`, colourModel());
    const unknown = detectors.plan({ ...asked, model: `${folder}/m.onnx` }, never);
    await assert.rejects(unknown, refusal(/names? whole images \(classification\)/));
  });
});

Deno.test("open() gives the same answers by WebAssembly", async () => {
  await withPlace(async ({ scoresOf }) => {
    const native = await scoresOf(colourModel({ factor: 0.01 }));
    assert.deepEqual(await scoresOf(colourModel({ factor: 0.01 }), { backend: "wasm" }), native);
  });
});
