import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { InputError } from "../../runtime/contract/errors.ts";
import type { Pipeline } from "../../runtime/contract/manifest.ts";
import type { Plugin } from "../../runtime/contract/plugin.ts";
import { createLoader } from "../../runtime/host/loader.ts";
import { bindPipeline } from "../../runtime/manifest/bind.ts";
import { createLocator } from "../../runtime/manifest/locator.ts";
import { childOf, readTree } from "../../runtime/manifest/tree.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = `${root}/pipelines/motogp.yaml`;
const text = await Deno.readTextFile(file);
const loader = createLoader(root);
const known = { source: loader.names("source"), plugin: loader.names("plugin") };
const loaded = new Map<string, Promise<Plugin>>();

/** Loads each plugin once: thousands of manifests are bound here. */
function load(folder: "source" | "plugin", name: string): Promise<Plugin> {
  const loading = loaded.get(`${folder} ${name}`) ?? loader.load(folder, name);
  loaded.set(`${folder} ${name}`, loading);
  return loading;
}

async function bind(manifest: string, set: Record<string, string> = {}): Promise<Pipeline> {
  return await bindPipeline({ text: manifest, file, set, env: {}, load, names: (folder) => known[folder] });
}

function writtenOf({ steps }: Pipeline): Record<string, unknown> {
  return Object.fromEntries(steps.map(({ id, written }) => [id, written]));
}

Deno.test("motogp.yaml binds as it stands", async () => {
  const pipeline = await bind(text);
  assert.deepEqual([pipeline.name, pipeline.dataset], ["motogp", "motogp"]);
  assert.deepEqual(pipeline.source.written, { path: "examples/motogp" });
  assert.deepEqual(pipeline.limits.maxRejected, { share: 0.1 });
  assert.deepEqual(pipeline.steps.map(({ id }) => id), [
    "validate",
    "resize",
    "detect",
    "split",
    "crop",
    "random_crop",
  ]);
  const { resize, crop, random_crop } = writtenOf(pipeline);
  assert.deepEqual(resize, { width: 480, height: 270 });
  assert.deepEqual(crop, { width: 270, height: 270, anchor: "center" });
  assert.deepEqual(random_crop, { width: 80, height: 80, count: 3, overlap: false });
  assert.deepEqual(pipeline.exports.map(({ id }) => id), [
    "coco",
    "imagefolder",
    "csv",
    "previews",
    "charts",
    "report",
  ]);
});

Deno.test("motogp.yaml looks for nothing when told so", async () => {
  const pipeline = await bind(text, { detect: "false" });
  assert.ok([...pipeline.steps, ...pipeline.exports].every(({ id }) => id !== "detect" && id !== "previews"));
});

Deno.test("motogp.yaml takes every parameter that the README names", async () => {
  const pipeline = await bind(text, { frames: "/data/frames", train: "90", max_rejected: "100%" });
  assert.deepEqual(pipeline.source.written, { path: "/data/frames" });
  assert.deepEqual(pipeline.limits.maxRejected, { share: 1 });
  assert.match(pipeline.dataset, /^motogp~[0-9a-f]{8}$/);
  assert.deepEqual(writtenOf(pipeline).split, { train: 90 });
});

Deno.test("motogp.yaml has a type, a default and a description for every parameter", () => {
  const params = childOf(readTree(createLocator(file, text), () => assert.fail()), "params");
  assert.ok(params?.kind === "map" && params.entries.size >= 5);
  for (const [name, { value }] of params.entries) {
    for (const key of ["type", "default", "description"]) assert.ok(childOf(value, key), `${name} has no ${key}`);
  }
});

Deno.test("motogp.yaml names the schema of manifests in its first line", async () => {
  const [, path = ""] = text.match(/^# yaml-language-server: \$schema=(\S+)\n/) ?? [];
  assert.ok((await Deno.stat(new URL(path, new URL("../../pipelines/", import.meta.url)))).isFile);
});

/** Numbers in [0, 1) that are the same in every run (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return state / 2 ** 32;
  };
}

const scraps = [
  ..."{}[]:,&*!|>'\"%@`#-?\t\n\r\\~ \u0000\u0085\u2028\ufeff\ud800é🏍",
  "${{ ",
  " }}",
  "${{ params.width }}",
  "${{ env.HOME }}",
  "$${{",
  "- uses: ",
  "with:",
  "\n---\n",
  "\n...\n",
  "%YAML 1.1\n",
  "&a ",
  "*a",
  "!!binary ",
  "!!set ",
  "<<: ",
  "null",
  "true",
  ".inf",
  "1e999",
  "99999999999999999999",
  "__proto__: 1\n",
  "? ",
  "crop",
  "folder",
  "  ",
];

/** The text with one to four pieces taken out, doubled, put in or moved. */
function mutated(random: () => number): string {
  let result = text;
  const upTo = (most: number) => Math.floor(random() * most);
  for (let times = 1 + upTo(4); times > 0; times--) {
    const at = upTo(result.length);
    const piece = result.slice(at, at + upTo(random() < 0.2 ? 200 : 12));
    const scrap = scraps[upTo(scraps.length)] ?? "";
    const change = upTo(5);
    const before = result.slice(0, at);
    const after = result.slice(at + piece.length);
    if (change === 0) result = before + after;
    else if (change === 1) result = before + piece + piece + after;
    else if (change === 2) result = before + scrap + after;
    else if (change === 3) result = before + scrap + piece + after;
    else result = result.slice(0, upTo(result.length)) + piece + after;
  }
  return result;
}

Deno.test("bindPipeline() answers 2,000 random mutations with a pipeline or with problems at real places", async () => {
  const random = numbers(20_240);
  let refused = 0;
  for (let nth = 0; nth < 2000; nth++) {
    const manifest = mutated(random);
    try {
      const { written } = (await bind(manifest)).source;
      assert.equal(typeof written, "object");
    } catch (thrown) {
      refused++;
      assert.ok(thrown instanceof InputError && thrown.problems.length > 0, `${thrown}\n${manifest}`);
      const lines = manifest.replace(/^\ufeff/, "").split("\n");
      for (const { line = 0, column = 0, message, excerpt } of thrown.problems) {
        const length = lines[line - 1]?.length ?? -1;
        assert.ok(column >= 1 && column <= length + 1, `${line}:${column} ${message}\n${manifest}`);
        assert.ok(message.length > 10 && excerpt?.includes("^"), message);
      }
    }
  }
  assert.ok(refused > 1000 && refused < 2000, `${refused} refused`);
});
