import assert from "node:assert/strict";
import { parse } from "yaml";
import { parseCard } from "../../runtime/detect/card.ts";
import { assetPath, assetTest } from "../assets.ts";
import { constantModel, floats, onnxFile } from "../detect/onnx_writer.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { framewright } from "./process.ts";
import { smallModel } from "./small_model.ts";
import { commandLine } from "./terminals.ts";

const inputs = [{ name: "images", shape: [1, 3, 64, 64] }];

Deno.test("models lists every card with what it finds and where its weights are", async () => {
  await inFolder(async (folder) => {
    const env = { FRAMEWRIGHT_MODELS: folder };
    const { exit, out } = await commandLine(["models"], { env });
    assert.equal(exit, 0);
    assert.match(out, /^ {2}yolox-nano {2,}3\.7 MB {2}80 classes {2,}Apache-2\.0 {2,}to fetch\n {6}Small general/m);
    assert.match(out, /^ {2}yolov8 {2,}what its file says {2}AGPL-3\.0 for … {2}family$/m);
    assert.ok(out.split("\n").every((line) => line.length <= 80), out);
    const cards = (await commandLine(["models", "--json"], { env })).out.trimEnd().split("\n").map((one) =>
      JSON.parse(one)
    );
    const [ultraface] = cards.filter(({ name }) => name === "ultraface-320");
    assert.deepEqual([ultraface.labels, ultraface.weights.state, ultraface.licence], [["face"], "to fetch", "MIT"]);
  });
});

Deno.test("models show prints the card, and so does models with a name", async () => {
  await inFolder(async (folder) => {
    const env = { FRAMEWRIGHT_MODELS: folder };
    const { exit, out } = await commandLine(["models", "show", "ultraface-320"], { env });
    assert.equal(exit, 0);
    assert.match(out, /^ultraface-320\nVery small and fast face detector\n\n {2}finds {7}1: face\n/);
    assert.match(out, /^ {2}licence {5}MIT$/m);
    assert.match(out, /^ {2}weights {5}not here; "deno task fw models fetch ultraface-320" or/m);
    assert.match(out, /^ {4}- uses: detect\n {6}with: \{ model: ultraface-320 \}$/m);
    assert.equal((await commandLine(["models", "ultraface-320"], { env })).out, out);
    const json = await commandLine(["models", "show", "ultraface-320", "--json"], { env });
    assert.equal(JSON.parse(json.out).weights.size, 1_270_727);
    const wrong = await commandLine(["models", "show", "yolox-nan"], { env });
    assert.equal(wrong.exit, 2);
    assert.match(
      wrong.err,
      /Cannot find the model "yolox-nan": there is no card of that name\. Did you mean `yolox-nano`\?/,
    );
  });
});

Deno.test("models commands help with examples", async () => {
  for (const name of ["show", "fetch", "inspect"]) {
    const { exit, out } = await commandLine(["models", name, "--help"]);
    assert.equal(exit, 0);
    assert.match(
      out,
      new RegExp(`^Usage: deno task fw models ${name} [^]*Examples:\n {2}deno task fw models ${name} `),
    );
  }
});

Deno.test("models inspect tells of a model, tries it, and gives what can be pasted", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "small.onnx", smallModel());
    const { exit, out, err } = await framewright(["models", "inspect", "small.onnx"], { folder });
    assert.equal(exit, 0, err);
    assert.match(out, /^small\.onnx {2}2\.\d kB\n/);
    assert.match(out, /^ {2}made by {4}framewright-test, opset 13$/m);
    assert.match(out, /^ {2}labels {5}2: ball, goal$/m);
    assert.match(out, /^ {2}images {2}float32 {2}\[1, 3, 64, 64\]$/m);
    assert.match(out, /^ {2}layout yolov8: output "output0" is \[1, 6, 84\], which is 4 \+ 2 classes/m);
    assert.match(out, /^ {2}opened in \d+ ms, first run \S+ ms, next runs \S+ ms on one thread$/m);
    assert.match(out, /^ {2}output0 {2}\[1, 6, 84\] {2}0 to 64$/m);
    assert.match(out, /^ {2}on an even grey: 2 candidates at a score of 0\.05 or more, the best 0\.90$/m);
    const manifest = pasted(out, "In a manifest");
    assert.deepEqual(parse(manifest).steps[0].with, { model: `${folder}/small.onnx`, min_score: 0.25 });
    const card = parseCard(pasted(out, "A card to start from"), "pasted.yaml");
    assert.deepEqual([card.name, card.weights?.file, card.labels], ["small", "small.onnx", ["ball", "goal"]]);
    assert.deepEqual([card.output.layout, card.size], ["yolov8", [64, 64]]);
  });
});

/** The text under a title, without its indent. */
function pasted(out: string, title: string): string {
  const [, text = ""] = out.split(`\n${title}\n`);
  return (text.split("\n\n")[0] ?? "").replaceAll(/^ {2}/gm, "");
}

Deno.test("models inspect takes the card it wrote for the same model", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "small.onnx", smallModel());
    const quick = ["models", "inspect", "--no-trial", "--json"];
    const first = JSON.parse((await commandLine([...quick, "small.onnx"], { folder })).out);
    putFile(folder, "small.yaml", first.snippets.card);
    const second = JSON.parse((await commandLine([...quick, "small.yaml"], { folder })).out);
    assert.equal(second.card.name, "small");
    assert.deepEqual({ ...second.spec, name: "" }, { ...first.spec, name: "" });
    assert.equal(second.snippets.card, undefined);
  });
});

Deno.test("models inspect says why a model is refused and what would settle it", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "odd.onnx", constantModel(inputs, { out: floats([1, 84, 85], new Float32Array(84 * 85)) }));
    const { exit, out } = await framewright(["models", "inspect", "odd.onnx"], { folder });
    assert.equal(exit, 3, out);
    assert.match(out, /\nWhy it is refused\n {2}Cannot use the model "odd\.onnx": /);
    assert.match(
      out,
      /\n {2}What can settle it:\n {2}option +in a card +says\n {2}layout +output\.layout +how it writes/,
    );
    assert.doesNotMatch(out, /A card to start from|In a manifest/);
    const settled = await framewright(["models", "inspect", "odd.onnx", "--layout", "yolov5"], { folder });
    assert.equal(settled.exit, 0, settled.out);
    assert.match(settled.out, /\n {8}layout: yolov5\n/);
  });
});

Deno.test("models inspect tells of operators that are not ONNX, and that it does not run", async () => {
  await inFolder(async (folder) => {
    const nodes = [{ operator: "Magic", domain: "my.ops", inputs: ["images"], outputs: ["out"] }];
    const names = { names: "{0: 'ball', 1: 'goal'}" };
    const outputs = [{ name: "out", shape: [1, 6, 300] }];
    putFile(folder, "magic.onnx", onnxFile({ inputs, outputs, nodes, domains: ["my.ops"], metadata: names }));
    const { exit, out } = await framewright(["models", "inspect", "magic.onnx"], { folder });
    assert.equal(exit, 3, out);
    assert.match(out, /^ {2}not ONNX {3}my\.ops:Magic$/m);
    assert.match(out, /^ {2}It does not run: .*my\.ops:Magic/m);
  });
});

Deno.test("models inspect runs a model whose file leaves its outputs open, unless it must not", async () => {
  await inFolder(async (folder) => {
    const outputs = [{ name: "output0", shape: ["a", "b", "c"] }];
    putFile(folder, "open.onnx", smallModel({ outputs }));
    const { exit, out } = await framewright(["models", "inspect", "open.onnx"], { folder });
    assert.equal(exit, 0, out);
    assert.match(out, /^ {2}layout yolov8: /m);
    const untried = await commandLine(["models", "inspect", "open.onnx", "--no-trial"], { folder });
    assert.equal(untried.exit, 3);
    assert.match(untried.out, /a trial run, which would\s+show it, was not wanted/);
  });
});

Deno.test("models inspect refuses what is no model", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "text.onnx", "no model");
    for (
      const [name, message] of [["text.onnx", /it is not an ONNX file/], [
        "none.onnx",
        /there is no such file/,
      ]] as const
    ) {
      const { exit, err } = await commandLine(["models", "inspect", name], { folder });
      assert.equal(exit, 2);
      assert.match(err, message);
    }
  });
});

assetTest("models inspect knows the card of a file by its digest", async () => {
  const file = assetPath("models/ultraface_version-RFB-320.onnx");
  const { exit, out } = await commandLine(["models", "inspect", file, "--no-trial"]);
  assert.equal(exit, 0);
  assert.match(out, /^ {2}card {7}ultraface-320: Very small and fast face detector$/m);
  assert.match(out, /^ {2}licence {4}MIT$/m);
});
