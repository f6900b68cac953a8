import assert from "node:assert/strict";
import { InputError, type Problem } from "../../runtime/contract/errors.ts";
import { parseCard } from "../../runtime/detect/card.ts";

const models = new URL("../../runtime/detect/models/", import.meta.url);

function problemsOf(text: string): readonly Problem[] {
  try {
    parseCard(text, "card.yaml");
  } catch (error) {
    assert(error instanceof InputError, String(error));
    return error.problems;
  }
  return [];
}

Deno.test("parseCard() reads every card of the project, which has the name of its file", async () => {
  for await (const { name } of Deno.readDir(models)) {
    if (!name.endsWith(".yaml")) continue;
    const card = parseCard(await Deno.readTextFile(new URL(name, models)), name);
    assert.equal(`${card.name}.yaml`, name);
    assert(card.limits !== undefined && card.trainedOn !== undefined, name);
    assert(card.source !== undefined || card.weights?.file !== undefined, name);
    assert(!card.summary.endsWith("."), name);
  }
});

Deno.test("parseCard() fills nothing in", () => {
  assert.deepEqual(parseCard("name: x\nsummary: A test\nlicence: MIT\n", "x.yaml"), {
    name: "x",
    summary: "A test",
    licence: "MIT",
    preprocess: {},
    output: {},
  });
});

Deno.test("parseCard() names every problem at its line", () => {
  const text = `name: x
summary: A test
weights: { url: "http://example.org/x.onnx", sha256: abc }
input:
  size: [416]
  pad: 300
  colour: rgb
labels: [a, a]
`;
  assert.deepEqual(problemsOf(text).map(({ line, message }) => `${line} ${message}`).sort(), [
    "1 licence: it is missing",
    "3 weights.sha256: expected 64 digits of 0-9 and a-f",
    "3 weights.url: expected an https: URL",
    "5 input.size: Too small: expected array to have >=2 items",
    "6 input.pad: Too big: expected number to be <=255",
    "7 input.colour: this key is not known",
    "8 labels: a label is there twice",
  ]);
});

Deno.test("parseCard() asks for a digest with a URL, and for one way to get the weights", () => {
  const head = "name: x\nsummary: A test\nlicence: MIT\n";
  assert.match(problemsOf(`${head}weights: { url: "https://a.b/c" }`)[0]?.message ?? "", /`sha256` is missing/);
  assert.match(problemsOf(`${head}weights: { size: 3 }`)[0]?.message ?? "", /expected `url`, `file` or `how`/);
  assert.match(problemsOf(`${head}weights: { url: "https://a.b/c", file: x.onnx }`)[0]?.message ?? "", /one of them/);
  assert.deepEqual(problemsOf(`${head}weights: { file: x.onnx }`), []);
});

Deno.test("parseCard() refuses texts that are no card, also hostile ones, at once", () => {
  assert.match(problemsOf("")[0]?.message ?? "", /expected object/);
  assert.match(problemsOf("name: [")[0]?.message ?? "", /^Flow sequence/);
  assert.match(problemsOf("[".repeat(100_000))[0]?.message ?? "", /too many brackets/);
  assert.match(problemsOf("a: &a [x]\nb: *a\n")[0]?.message ?? "", /aliases/);
  assert.match(problemsOf("x".repeat(600_000))[0]?.message ?? "", /too long/);
});
