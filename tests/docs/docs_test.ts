// What the documents say is true.
import assert from "node:assert/strict";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bindPipeline } from "../../runtime/manifest/bind.ts";
import { exitCodes } from "../../runtime/contract/exit_codes.ts";
import { createLoader } from "../../runtime/host/loader.ts";
import { digestOf, type Item, type Verdict } from "../../runtime/plugin.ts";
import { layers } from "../../scripts/lint/layers.ts";
import lintPlugin from "../../scripts/lint/plugin.ts";
import { verdictOn } from "../plugins/steps.ts";
import { inFolder, putFile } from "../temp_folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] as const;
const texts = new Map(documents.map((name) => [name, Deno.readTextFileSync(root + name)]));

Deno.test("ARCHITECTURE.md shows the layer table of the linter", () => {
  const rows = rowsOf("ARCHITECTURE.md", "from").map((
    [from = "", to = ""],
  ) => [plain(from), to.split(", ").map(plain)]);
  assert.deepEqual(Object.fromEntries(rows), layers);
});

Deno.test("ARCHITECTURE.md says why for each package", () => {
  const { imports } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const named = rowsOf("ARCHITECTURE.md", "package").map(([name = ""]) => plain(name));
  const packages = new Set(Object.keys(imports).map((name) => name.match(/^(?:@[^/]+\/)?[^/]+/)?.[0] ?? name));
  assert.deepEqual(named.toSorted(), [...packages].sort());
});

Deno.test("CONTRIBUTING.md explains each lint rule", () => {
  const named = rowsOf("CONTRIBUTING.md", "rule").map(([name = ""]) => plain(name));
  assert.deepEqual(named.toSorted(), Object.keys(lintPlugin.rules).sort());
});

Deno.test("README.md lists the exit codes", () => {
  const listed = rowsOf("README.md", "code").map(([code]) => Number(code));
  assert.deepEqual(listed, Object.values(exitCodes));
});

Deno.test("README.md names tasks and commands that exist", async () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
  const { stdout } = await new Deno.Command("deno", { args: ["task", "-q", "fw", "--help"], cwd: root }).output();
  const help = new TextDecoder().decode(stdout);
  for (const [, task = "", command] of allText().matchAll(/deno task (\w+)(?: ([a-z-]+))?/g)) {
    assert.ok(task in tasks, task);
    if (task === "fw" && command !== undefined) assert.match(help, new RegExp(`^ {2}${command} `, "m"), command);
  }
});

Deno.test("README.md links to files that exist", () => {
  for (const [, path = ""] of allText().matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    assert.ok(Deno.statSync(root + path), path);
  }
});

Deno.test("README.md shows manifests that bind", async () => {
  const manifests = blocksOf("README.md", "yaml");
  assert.ok(manifests.length > 0);
  const { load, names } = createLoader(root);
  for (const text of manifests) {
    const pipeline = await bindPipeline({ text, file: `${root}README.md`, set: {}, env: {}, load, names });
    assert.ok(pipeline.steps.length > 0);
  }
});

Deno.test("README.md shows a plugin that does what its examples say", async () => {
  const [code = ""] = blocksOf("README.md", "ts");
  const kit = pathToFileURL(`${root}runtime/plugin.ts`).href;
  const definition = await inFolder(async (folder) => {
    putFile(folder, "plugins/portrait.ts", code.replace("../runtime/plugin.ts", kit));
    return await createLoader(folder).load("plugin", "portrait");
  });
  assert.ok(definition.kind === "item");
  for (const { title, with: options, size: [width, height] = [64, 48], expect } of definition.examples) {
    const verdict: Verdict = await verdictOn(definition, options, itemOf(width, height));
    const wanted = typeof expect === "object" && "drop" in expect ? ["drop", expect.drop] : [expect, undefined];
    assert.deepEqual([verdict.kind, "reason" in verdict ? verdict.reason : undefined], wanted, title);
  }
});

function itemOf(width: number, height: number): Item {
  const flags = { alpha: false, cmyk: false, progressive: false, icc: false };
  const header = { format: "jpeg", width, height, channels: 3, depth: 8, orientation: 1, pages: 1, ...flags } as const;
  return { key: "a.jpg", child: "", image: { blob: { digest: digestOf("a"), size: 1 }, header, edits: [] }, facts: {} };
}

function allText(): string {
  return [...texts.values()].join("\n");
}

function blocksOf(document: typeof documents[number], language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...(texts.get(document) ?? "").matchAll(pattern)].map(([, text = ""]) => text);
}

/** Cells of the table whose first column has this head. */
function rowsOf(document: typeof documents[number], head: string): string[][] {
  const lines = (texts.get(document) ?? "").split("\n").map(cellsOf);
  const start = lines.findIndex(([first]) => first === head);
  assert.ok(start >= 0, `no table of "${head}" in ${document}`);
  const rest = lines.slice(start + 2);
  return rest.slice(0, rest.findIndex((cells) => cells.length === 0));
}

function cellsOf(line: string): string[] {
  return line.startsWith("|") ? line.split("|").slice(1, -1).map((cell) => cell.trim()) : [];
}

function plain(cell: string): string {
  return cell.replaceAll("`", "");
}

Deno.test("README.md of the pipelines names each of them, and parameters and files that exist", async () => {
  const text = Deno.readTextFileSync(`${root}pipelines/README.md`);
  const { load, names } = createLoader(root);
  for (const { name } of Deno.readDirSync(`${root}pipelines`)) {
    if (name.endsWith(".yaml")) assert.match(text, new RegExp(`^\\| \`${name}\``, "m"), name);
  }
  for (const [, path = "", settings = ""] of text.matchAll(/^deno task run (pipelines\/\S+)(.*)$/gm)) {
    const manifest = Deno.readTextFileSync(root + path);
    const set = Object.fromEntries(
      [...settings.matchAll(/--set (?:(\w+)=('[^']*'|\S+)|'(\w+)=([^']*)')/g)].map((
        [, name, value, quoted, inside],
      ) => [
        name ?? quoted ?? "",
        (value ?? inside ?? "").replace(/^'|'$/g, ""),
      ]),
    );
    await bindPipeline({ text: manifest, file: root + path, set, env: {}, load, names });
  }
  for (const [, path = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    assert.ok(Deno.statSync(`${root}pipelines/${path}`), path);
  }
});
