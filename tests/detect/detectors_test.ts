import assert from "node:assert/strict";
import type { DetectorRequest } from "../../runtime/contract/detection.ts";
import { InputError } from "../../runtime/contract/errors.ts";
import { digestOf } from "../../runtime/contract/json.ts";
import { pngOf } from "../image/pictures.ts";
import { type Detecting, withDetectors } from "./detecting.ts";
import { constantModel, floats } from "./onnx_writer.ts";
import { brightness, brightnessModel, grey } from "./pools.ts";

const never = new AbortController().signal;
const bytes = brightnessModel();
const images = { name: "images", type: "float32", shape: [1, 3, 8, 8] } as const;

type Place = Detecting & { readonly folder: string };

/** Detectors whose cards, weights and files lie in one new folder. */
async function withPlace(body: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await withDetectors({ cards: folder, weights: folder }, (detecting) => body({ ...detecting, folder }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function requestFor(model: string, more: Partial<DetectorRequest> = {}): DetectorRequest {
  return { model, backend: "native", floor: 0.01, layout: "end_to_end", ...more };
}

function cardText(weights: string, more = ""): string {
  return `name: small\nsummary: A test\nlicence: MIT\nweights: ${weights}\noutput: { layout: end_to_end }\n${more}`;
}

function refusal(pattern: RegExp): (thrown: unknown) => boolean {
  return (thrown) => {
    assert.ok(thrown instanceof InputError, String(thrown));
    assert.match(thrown.message, pattern);
    return true;
  };
}

Deno.test("plan() settles a file from its graph, and open() finds with it what there is", async () => {
  await withPlace(async ({ detectors, imageOf, folder }) => {
    await Deno.writeFile(`${folder}/small.onnx`, bytes);
    const request = requestFor(`${folder}/small.onnx`);
    const plan = await detectors.plan(request, never);
    const { name, digest, backend, layout, size, sessions } = plan;
    assert.deepEqual(
      { name, digest, backend, layout, size, sessions },
      {
        name: "small.onnx",
        digest: digestOf(bytes),
        backend: "native",
        layout: "end_to_end",
        size: { width: 8, height: 8 },
        sessions: 2,
      },
    );
    assert.equal(plan.notes[0], "backend native: asked for");
    const detector = await detectors.open(request, never);
    assert.equal(detector.plan, plan);
    const image = imageOf(await pngOf(grey(51).raster));
    assert.deepEqual(await detector.find(image, never), brightness(51));
    await detector.close();
  });
});

Deno.test("find() takes images of any shape and one pixel, and gives boxes in theirs", async () => {
  await withPlace(async ({ detectors, imageOf, folder }) => {
    await Deno.writeFile(`${folder}/small.onnx`, bytes);
    const detector = await detectors.open(requestFor(`${folder}/small.onnx`), never);
    for (const [width, height, channels] of [[1, 1, 3], [300, 200, 4], [1, 500, 3], [8, 8, 3]] as const) {
      const image = imageOf(
        await pngOf({ width, height, channels, data: new Uint8Array(width * height * channels).fill(200) }),
      );
      const { boxes } = await detector.find(image, never);
      assert.deepEqual(boxes, [0, 0, width * 100, height * 100]);
    }
    await detector.close();
  });
});

Deno.test("plan() keys what decides the candidates, and nothing else", async () => {
  await withPlace(async ({ detectors, folder }) => {
    await Deno.writeFile(`${folder}/small.onnx`, bytes);
    const keyOf = async (more: Partial<DetectorRequest>) =>
      JSON.stringify((await detectors.plan(requestFor(`${folder}/small.onnx`, more), never)).key);
    const usual = await keyOf({});
    for (const more of [{ sessions: 1 }, { labels: ["thing"] }]) assert.equal(await keyOf(more), usual);
    const others: Partial<DetectorRequest>[] = [{ floor: 0.2 }, { backend: "wasm" }, { preprocess: { color: "bgr" } }];
    for (const more of others) assert.notEqual(await keyOf(more), usual, JSON.stringify(more));
  });
});

Deno.test("plan() tries a model once that leaves its shapes open", async () => {
  const open = constantModel([{ ...images, shape: [1, 3, "h", "w"] }], {
    found: floats([1, 2, 6], new Array(12).fill(0)),
  }, {
    outputs: [{ name: "found", type: "float32" }],
  });
  await withPlace(async ({ detectors, folder }) => {
    await Deno.writeFile(`${folder}/open.onnx`, open);
    for (const backend of ["native", "wasm"] as const) {
      const request = requestFor(`${folder}/open.onnx`, { size: [32, 16], backend });
      const { notes, size } = await detectors.plan(request, never);
      assert.match(notes.join("\n"), /tried once: the model leaves the shape of "found" open/);
      assert.deepEqual(size, { width: 32, height: 16 });
    }
  });
});

Deno.test("plan() refuses files that are no models, broken or not the right ones", async () => {
  await withPlace(async ({ detectors, folder }) => {
    const external = constantModel([images], { found: floats([1, 1, 6], [0, 0, 0, 0, 0, 0]) }, { external: "w.bin" });
    const cases: readonly (readonly [Uint8Array, Partial<DetectorRequest>, RegExp])[] = [
      [
        new TextEncoder().encode("<html>not found</html>"),
        {},
        /^Cannot read the model "case.onnx": it is not an ONNX file/,
      ],
      [bytes.slice(0, bytes.length - 30), {}, /^Cannot read the model "case.onnx": /],
      [external, {}, /some of its weights lie in another file/],
      [bytes, { sha256: "0f".repeat(32) }, new RegExp(`its SHA-256 is ${digestOf(bytes)} .*, expected 0f0f`)],
      [bytes, { size: [9, 9] }, /8 x 8/],
    ];
    for (const [content, more, message] of cases) {
      await Deno.writeFile(`${folder}/case.onnx`, content);
      const request = requestFor(`${folder}/case.onnx`, more);
      await assert.rejects(detectors.plan(request, never), refusal(message));
    }
    await assert.rejects(detectors.plan(requestFor(`${folder}/no.onnx`), never), refusal(/there is no such file/));
    await assert.rejects(detectors.plan(requestFor("https://example.org/a.onnx"), never), refusal(/needs "sha256"/));
  });
});

Deno.test("plan() takes a card with a file beside it, and refuses what does not fit the card", async () => {
  await withPlace(async ({ detectors, folder }) => {
    await Deno.writeFile(`${folder}/weights.onnx`, bytes);
    const planWith = async (weights: string, more = "") => {
      await Deno.writeTextFile(`${folder}/small.yaml`, cardText(weights, more));
      return await detectors.plan(requestFor(`${folder}/small.yaml`), never);
    };
    const plan = await planWith("{ file: weights.onnx }", "labels: [light]");
    assert.deepEqual([plan.name, plan.labels, plan.card], ["small", ["light"], { summary: "A test", licence: "MIT" }]);
    const wrong = `{ file: weights.onnx, sha256: ${"0f".repeat(32)} }`;
    const fails = async (expected: RegExp, model: string, weights: string, more = "") => {
      await Deno.writeTextFile(`${folder}/${model}.yaml`, cardText(weights, more));
      await assert.rejects(detectors.plan(requestFor(`${folder}/${model}.yaml`), never), refusal(expected), model);
    };
    await fails(/as the weights of "small": its SHA-256 is/, "wrong", wrong);
    await fails(/8 x 8/, "size", "{ file: weights.onnx }", "input: { size: [416, 416] }");
    await fails(/no_such_file.onnx": there is no such file/, "absent", "{ file: no_such_file.onnx }");
    await fails(/three ways/, "far", `{ url: "https://example.org/w.onnx", sha256: ${"1f".repeat(32)} }`);
    await fails(/Ask Ana; then run/, "how", `{ how: Ask Ana, sha256: ${"1f".repeat(32)} }`);
  });
});

Deno.test("plan() knows cards by their names, and lists them for a name that is none", async () => {
  await withPlace(async ({ detectors, folder, logged }) => {
    const weights = `{ url: "https://example.org/w.onnx", sha256: ${digestOf(bytes)}, size: ${bytes.length} }`;
    await Deno.writeTextFile(`${folder}/small.yaml`, cardText(weights));
    await Deno.writeFile(`${folder}/as I called it.onnx`, bytes);
    assert.equal((await detectors.plan(requestFor("small"), never)).name, "small");
    assert.equal((await detectors.plan(requestFor(`${folder}/as I called it.onnx`), never)).name, "small");
    assert.deepEqual(logged, []);
    await assert.rejects(
      detectors.plan(requestFor("smal"), never),
      refusal(/there is no card of that name, only small$/),
    );
  });
});

Deno.test("plan() refuses a card of a family, which has no weights", async () => {
  await withPlace(async ({ detectors, folder }) => {
    await Deno.writeTextFile(`${folder}/family.yaml`, "name: family\nsummary: Many\nlicence: MIT\noutput: {}\n");
    await assert.rejects(detectors.plan(requestFor("family"), never), refusal(/describes a family of models/));
  });
});

Deno.test("open() refuses a file that changed after the plan", async () => {
  await withPlace(async ({ detectors, folder }) => {
    await Deno.writeFile(`${folder}/small.onnx`, bytes);
    const request = requestFor(`${folder}/small.onnx`);
    assert.equal(await detectors.plan(request, never), await detectors.plan({ ...request }, never));
    await Deno.writeFile(`${folder}/small.onnx`, brightnessModel({ producer: "another" }));
    await assert.rejects(detectors.open(request, never), refusal(/changed after the run was planned/));
  });
});
