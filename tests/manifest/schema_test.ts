import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Json } from "../../runtime/contract/json.ts";
import { createLoader } from "../../runtime/host/loader.ts";
import { pluginReference } from "../../runtime/manifest/reference.ts";
import { manifestSchema, schemaText } from "../../runtime/manifest/schema.ts";
import { plugins } from "./fixtures.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = { type: "string", pattern: "^\\$\\{\\{" };

/** The value at a path such as `properties/steps/items`. */
function at(value: Json | undefined, path: string): Json | undefined {
  for (const key of path.split("/")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

Deno.test("schemaText() is what schema.json holds", async () => {
  const loader = createLoader(root);
  const loads = (["source", "plugin"] as const).flatMap((folder) =>
    loader.names(folder).map((name) => loader.load(folder, name))
  );
  assert.equal(
    await Deno.readTextFile(`${root}/runtime/manifest/schema.json`),
    schemaText(await Promise.all(loads)),
    "The schema is stale: run `deno task fw schema --out runtime/manifest/schema.json`",
  );
});

Deno.test("schemaText() does not depend on the order of the plugins", () => {
  assert.equal(schemaText([...plugins].reverse()), schemaText(plugins));
});

Deno.test("manifestSchema() offers each section its plugins, with what they are for", () => {
  const schema = manifestSchema(plugins);
  const names = (path: string) => {
    const choices = at(schema, `${path}/properties/uses/anyOf`);
    return Array.isArray(choices) ? choices.map((choice) => at(choice, "const")) : [];
  };
  assert.deepEqual(names("properties/source"), ["files", undefined]);
  assert.deepEqual(names("properties/steps/items"), [
    "clueless",
    "dedupe",
    "hash",
    "resize",
    "score",
    "touchy",
    undefined,
  ]);
  assert.deepEqual(names("properties/exports/items"), ["scores", "table", undefined]);
  assert.deepEqual(names("properties/sinks/items"), ["post", undefined]);
  assert.equal(at(schema, "properties/source/properties/uses/anyOf/0/description"), "Files of a folder");
});

Deno.test("manifestSchema() decides by `uses` what `with` holds, and lets a template stand for any value", () => {
  const schema = manifestSchema(plugins);
  const resize = at(schema, "properties/steps/items/allOf/3");
  assert.deepEqual(at(resize, "if"), { properties: { uses: { const: "resize" } }, required: ["uses"] });
  assert.deepEqual(at(resize, "then/required"), ["with"]);
  const options = at(resize, "then/properties/with");
  assert.equal(at(options, "additionalProperties"), false);
  assert.deepEqual(at(options, "required"), ["width"]);
  assert.deepEqual(at(options, "properties/fit"), {
    description: "How it fits",
    default: "fill",
    anyOf: [{ type: "string", enum: ["fill", "contain", "cover"] }, template],
  });
  assert.deepEqual(at(options, "properties/corner/anyOf/1"), template);
  assert.deepEqual(at(options, "properties/corner/anyOf/0/prefixItems/0/anyOf/1"), template);
  assert.deepEqual(at(options, "properties/border/anyOf/1/properties/left/anyOf/1"), template);
  assert.deepEqual(at(schema, "properties/limits/properties/retries/anyOf/1"), template);
  assert.equal(at(schema, "properties/name/anyOf"), undefined);
});

Deno.test("manifestSchema() makes a schema of no plugins at all", () => {
  const schema = manifestSchema([]);
  assert.deepEqual(at(schema, "properties/steps/items/properties/uses/anyOf"), [template]);
  assert.equal(at(schema, "properties/steps/items/allOf"), undefined);
});

Deno.test("pluginReference() tells options, facts and examples", () => {
  const reference = (name: string) => {
    const plugin = plugins.find((candidate) => candidate.name === name);
    assert.ok(plugin);
    return pluginReference(plugin);
  };
  const { options, ...resize } = reference("resize");
  assert.deepEqual(resize, {
    name: "resize",
    kind: "item",
    version: 1,
    summary: "Changes the size",
    needs: [],
    gives: [],
    examples: [{ title: "halves", with: { width: 32 } }],
  });
  assert.deepEqual(options.slice(0, 3), [
    { name: "width", type: "a whole number from 1 to 16384", required: true, description: "Width in pixels" },
    { name: "height", type: "a whole number from 1 to 16384", required: false, description: "Height in pixels" },
    { name: "fit", type: "`fill`, `contain` or `cover`", required: false, default: "fill", description: "How it fits" },
  ]);
  assert.equal(options.find(({ name }) => name === "border")?.type, "a whole number from 0 up or a map");
  assert.deepEqual([reference("score").gives, reference("dedupe").needs], [["score"], undefined]);
});
