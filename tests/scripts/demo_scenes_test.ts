import assert from "node:assert/strict";
import { parseCard } from "../../runtime/detect/card.ts";
import { readGraph } from "../../runtime/detect/graph.ts";
import { metadataOf } from "../../runtime/detect/metadata.ts";
import { digestOf } from "../../runtime/plugin.ts";
import { scenes } from "../../scripts/demo_scenes/scenes.ts";
import { withDetectors } from "../detect/detecting.ts";
import { inFolder } from "../temp_folder.ts";

const folder = new URL("../../runtime/detect/models/", import.meta.url);
const card = parseCard(await Deno.readTextFile(new URL("demo-scenes.yaml", folder)), "demo-scenes.yaml");
const weights = await Deno.readFile(new URL("demo-scenes.onnx", folder));
const examples = new URL("../../examples/", import.meta.url);

Deno.test("parseCard() knows the size, digest and labels of the demo classifier when it is committed", () => {
  assert.ok(weights.length < 200_000, `${weights.length} bytes are too many for a repository`);
  assert.equal(card.weights?.size, weights.length);
  assert.equal(card.weights?.sha256, digestOf(weights));
  assert.deepEqual(card.labels, Object.keys(scenes));
  assert.deepEqual(metadataOf(readGraph(weights, "demo-scenes.onnx")).labels, card.labels);
});

Deno.test("classify() names the example frames by what they show when the demo classifier looks", async () => {
  await inFolder(async (root) => {
    await withDetectors({ weights: root }, async ({ classifiers, imageOf }) => {
      const never = new AbortController().signal;
      const classifier = await classifiers.open({ model: "demo-scenes", backend: "native" }, never);
      for (const [kind, word] of [["motogp", "race"], ["soccer", "match"]] as const) {
        const files = [...Deno.readDirSync(new URL(`${kind}/`, examples))].filter(({ name }) => name.endsWith(".jpg"));
        const found = await Promise.allSettled(files.map(async ({ name }) => {
          const bytes = await Deno.readFile(new URL(`${kind}/${name}`, examples));
          const { classes: [best = -1] } = await classifier.classify(imageOf(bytes), never);
          return classifier.plan.labels[best] ?? "";
        }));
        // A few examples cannot be read, on purpose.
        const labels = found.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
        const right = labels.filter((label) => label.startsWith(word)).length;
        assert.ok(labels.length >= 20 && right >= 0.9 * labels.length, `${right} of ${kind}: ${labels}`);
      }
      await classifier.close();
    });
  });
});
