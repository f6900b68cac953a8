import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createLoader } from "../../runtime/host/loader.ts";
import { bindPipeline } from "../../runtime/manifest/bind.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = `${root}/pipelines/highlights.yaml`;

Deno.test("highlights.yaml reads what the other manifests make, and takes a certain version", async () => {
  const text = await Deno.readTextFile(file);
  const bind = (set: Record<string, string>) => bindPipeline({ text, file, set, env: {}, ...createLoader(root) });
  const pipeline = await bind({});
  assert.deepEqual(pipeline.source.written, {
    datasets: ["motogp", "soccer"],
    facts: ["detections"],
    name_fact: "sport",
  });
  for (const name of ["motogp", "soccer"]) assert.ok((await Deno.stat(`${root}/pipelines/${name}.yaml`)).isFile);
  assert.deepEqual((await bind({ from: "[motogp@3]" })).source.written, {
    datasets: ["motogp@3"],
    facts: ["detections"],
    name_fact: "sport",
  });
});
