import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { surveyGraph } from "../../runtime/cli/graph_survey.ts";
import { createLoader } from "../../runtime/host/loader.ts";
import { bindPipeline } from "../../runtime/manifest/bind.ts";
import { composedBench, copies, emptyStorage, filesBench } from "../engine/composed.ts";
import { itemStep } from "../engine/fixtures.ts";

const loader = createLoader(fileURLToPath(new URL("../..", import.meta.url)));

/** A manifest that reads these datasets, or a folder. */
async function pipeline(name: string, from: string | readonly string[]) {
  const source = typeof from === "string"
    ? { uses: "folder", with: { path: from } }
    : { uses: "dataset", with: { datasets: from } };
  const text = JSON.stringify({
    name,
    source,
    steps: [{ uses: "flip", with: { axis: "vertical" } }],
    exports: [{ uses: "csv" }],
  });
  return await bindPipeline({ text, file: `${name}.yaml`, set: {}, env: {}, ...loader });
}

Deno.test("surveyGraph() draws manifests that never ran, circles too", async () => {
  const pipelines = await Promise.all([pipeline("a", ["c@2"]), pipeline("b", ["a"]), pipeline("c", ["b", "d"])]);
  const { nodes, edges } = await surveyGraph(undefined, { datasets: [], pipelines });
  assert.deepEqual(nodes.map(({ id }) => id), ["dataset a", "dataset b", "dataset c", "dataset d"]);
  assert.deepEqual(edges.map(({ from, to, pinned }) => `${from} ${to} ${pinned}`), [
    "dataset c dataset a true",
    "dataset a dataset b false",
    "dataset b dataset c false",
    "dataset d dataset c false",
  ]);
});

Deno.test("surveyGraph() shortens places, and keeps what may be secret out", async () => {
  const pipelines = await Promise.all([
    pipeline("a", "/home/somebody/photographs/of/last/summer/at/the/sea"),
    pipeline("b", "frames"),
  ]);
  const { nodes } = await surveyGraph(undefined, { datasets: [], pipelines });
  const places = nodes.flatMap((node) => node.kind === "source" ? [node.place] : []);
  assert.deepEqual(places, ["…/sea", "frames"]);
});

Deno.test("surveyGraph() calls stale only what has other images by now", async () => {
  const storage = emptyStorage();
  const cameras = filesBench(storage, "cameras", { a: "1" });
  await cameras.run();
  await composedBench(storage, "loose", { datasets: "cameras" }).run();
  await composedBench(storage, "pinned", { datasets: "cameras@1" }).run();
  const edges = async () => {
    const all = (await surveyGraph(storage, { datasets: ["loose", "pinned"], pipelines: [] })).edges;
    return all.flatMap(({ read, newest, stale, pinned }) => read === undefined ? [] : [[read, newest, stale, pinned]]);
  };
  assert.deepEqual(await edges(), [[1, 1, false, false], [1, 1, false, true]]);
  cameras.steps = [itemStep({ name: "copy", version: 2 })];
  await cameras.run();
  assert.deepEqual(await edges(), [[1, 2, false, false], [1, 2, false, true]], "the same images");
  cameras.steps = [copies];
  cameras.files.set("b", "2");
  await cameras.run();
  assert.deepEqual(await edges(), [[1, 3, true, false], [1, 3, false, true]]);
});
