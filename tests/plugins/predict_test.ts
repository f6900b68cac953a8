import assert from "node:assert/strict";
import predict from "../../plugins/predict.ts";
import { InputError, ItemError } from "../../runtime/contract/errors.ts";
import type { Item } from "../../runtime/contract/item.ts";
import type { Facts, PlanHost } from "../../runtime/plugin.ts";
import { colourModel } from "../detect/colour_models.ts";
import { withDetectors } from "../detect/detecting.ts";
import { pngOf } from "../image/pictures.ts";
import { inFolder } from "../temp_folder.ts";
import { itemHost } from "./steps.ts";

const never = new AbortController().signal;

type Place = {
  readonly model: string;
  readonly plan: (asked: Record<string, unknown>) => Promise<{ readonly key: unknown; readonly model?: unknown }>;
  /** Facts of an image of one colour. */
  readonly factsOf: (asked: Record<string, unknown>, colour?: readonly number[]) => Promise<Facts>;
};

/** A place with a model whose classes are red, green and blue, as the image shows of each. */
async function withModel(model: Uint8Array, body: (place: Place) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/m.onnx`, model);
    await Deno.writeTextFile(`${folder}/labels.txt`, "red\ngreen\nblue\n");
    await withDetectors({ weights: folder, cores: 1 }, async ({ classifiers, detectors, imageOf }) => {
      const parsed = (asked: Record<string, unknown>) =>
        predict.options.parse({ model: `${folder}/m.onnx`, backend: "native", preprocess: { scale: 1 }, ...asked });
      const host = itemHost({ classifiers });
      const planHost: PlanHost = { classifiers, detectors, digestOfFile: () => Promise.resolve(undefined), log() {} };
      await body({
        model: `${folder}/m.onnx`,
        plan: async (asked) => await predict.raw?.plan(parsed(asked), planHost, never) ?? assert.fail(),
        async factsOf(asked, colour = [255, 51, 0]) {
          const image = imageOf(await pngOf(raster(colour)));
          const item: Item = { key: "a", child: "", image, facts: { url: "u" } };
          const finder = await predict.raw?.open(parsed(asked), host) ?? assert.fail();
          try {
            const raw = await finder.find(item, never);
            const verdict = await (await predict.open(parsed(asked), host)).each(item, never, raw);
            return verdict.kind === "keep" ? verdict.item.facts : assert.fail(verdict.kind);
          } finally {
            await finder.close?.();
          }
        },
      });
    });
  });
}

function raster(colour: readonly number[]) {
  return {
    width: 8,
    height: 8,
    channels: 3,
    data: Uint8Array.from({ length: 192 }, (_, at) => colour[at % 3] ?? 0),
  } as const;
}

const shares = colourModel({ factor: 1 / 306 });

Deno.test("predict names the best class, and lists the best in order", async () => {
  await withModel(shares, async ({ factsOf }) => {
    const all = [{ label: "red", score: 0.8333 }, { label: "green", score: 0.1667 }, { label: "blue", score: 0 }];
    assert.deepEqual(await factsOf({}), { url: "u", prediction: "red", prediction_score: 0.8333, predictions: all });
    const two = await factsOf({ top_k: 2 });
    assert.deepEqual(two.predictions, all.slice(0, 2));
    const sure = await factsOf({ min_score: 0.2 });
    assert.deepEqual(sure.predictions, all.slice(0, 1));
    const named = await factsOf({ labels: ["green", "blue"] });
    assert.deepEqual([named.prediction, named.predictions], ["green", all.slice(1)]);
    const none = await factsOf({ min_score: 0.9 });
    assert.deepEqual(none, { url: "u", prediction: null, prediction_score: null, predictions: [] });
  });
});

Deno.test("predict keys what decides the raw result: also the names of classes, but no sifting", async () => {
  await withModel(shares, async ({ plan }) => {
    const keyOf = async (asked: Record<string, unknown>) => JSON.stringify((await plan(asked)).key);
    const usual = await keyOf({});
    const sifting: readonly Record<string, unknown>[] = [
      { top_k: 1 },
      { min_score: 0.5 },
      { labels: ["red"] },
      { sessions: 1 },
    ];
    for (const same of sifting) {
      assert.equal(await keyOf(same), usual);
    }
    for (const other of [{ class_names: ["a", "b", "c"] }, { softmax: true }, { preprocess: { scale: 2 } }]) {
      assert.notEqual(await keyOf(other), usual, JSON.stringify(other));
    }
  });
});

Deno.test("predict refuses labels that the model does not know, and models of other kinds", async () => {
  await withModel(shares, async ({ plan }) => {
    await assert.rejects(plan({ labels: ["pink"] }), (thrown) => {
      assert.ok(thrown instanceof InputError);
      assert.match(thrown.message, /^Cannot look for "pink": the model "m.onnx" knows only red, green, blue$/);
      return true;
    });
    await assert.rejects(plan({ class_names: ["one", "two"] }), /there are 2 labels, and its output holds 3 classes/);
    await assert.rejects(plan({ model: "demo" }), /it is for the step `detect`/);
  });
});

Deno.test("predict rejects an image on which the model gives nonsense", async () => {
  await withModel(colourModel({ last: "Log", factor: -1 }), async ({ factsOf }) => {
    await assert.rejects(factsOf({}), (thrown) => thrown instanceof ItemError && thrown.code === "bad_output");
  });
});

Deno.test("predict declares options that only say how it works", () => assert.deepEqual(predict.tuning, ["sessions"]));
