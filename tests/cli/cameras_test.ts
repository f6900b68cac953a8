import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inFolder } from "../temp_folder.ts";
import { framewright } from "./process.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const examples = `${root}examples/cameras`;

function copied(folder: string, isWanted: (name: string) => boolean): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const { name } of Deno.readDirSync(examples)) {
    if (isWanted(name)) Deno.copyFileSync(`${examples}/${name}`, `${folder}/${name}`);
  }
}

/** How many items a stage computed and took over. */
function workOf(out: string, stage: string): readonly number[] {
  const [, , computed, reused] = (new RegExp(`^ +${stage} +(\\d[\\d ]+)`, "m").exec(out)?.[1] ?? "").split(/ +/).map(
    Number,
  );
  return [computed ?? NaN, reused ?? NaN];
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`).map((path) => `${name}/${path}`) : [name]
  ).sort();
}

Deno.test("cameras.yaml keeps a camera's things together, does nothing twice, and works off only what is new", async () => {
  await inFolder(async (folder) => {
    const images = `${folder}/images`;
    copied(images, (name) => /^(?:shop-door|dock-2|cameras)/.test(name) && !name.includes("17952159"));
    const args = ["run", "pipelines/cameras.yaml", "--store", `${folder}/store`, "--set", `images=${images}`];
    const run = async () => {
      const ran = await framewright(args, { folder: root });
      assert.equal(ran.exit, 0, ran.err);
      return ran.out;
    };
    const first = await run();
    assert.match(first, /^ {2}records {2}15: kept 13, dropped 0, rejected 2$/m);
    const [dataset = ""] = [...Deno.readDirSync(`${folder}/store/published`)].map(({ name }) => name);
    const published = `${folder}/store/published/${dataset}/latest/images`;
    const files = filesBelow(published);
    for (
      const path of [
        "valid/shop-door/2026-11-17T02-10-20Z.jpg",
        "detections/shop-door/2026-11-17T02-10-20Z.json",
        "threats/shop-door/2026-11-17T02-10-20Z.json",
        "invalid/shop-door/shop-door-1794996000.jpg",
        "invalid/shop-door/shop-door-1794996000.jpg.json",
        "invalid/unknown/dock-2_1794927600.jpg.json",
        "invalid/index.html",
      ]
    ) assert.ok(files.includes(path), `${path} among ${files.join(" ")}`);
    assert.ok(
      !files.includes("threats/shop-door/2026-11-17T02-10-00Z.json"),
      "a single image meets no rule of several",
    );
    const original = Deno.readFileSync(`${images}/shop-door-1794881420.jpg`);
    assert.deepEqual(Deno.readFileSync(`${published}/valid/shop-door/2026-11-17T02-10-20Z.jpg`), original);

    assert.match(await run(), /^Nothing changed/);

    copied(images, (name) => /17952159[02]0/.test(name));
    const grown = await run();
    assert.match(grown, /^ {2}records {2}17: kept 15, dropped 0, rejected 2$/m);
    assert.deepEqual(workOf(grown, "admit"), [2, 15]);
    assert.deepEqual(workOf(grown, "detect raw"), [2, 13]);
    const { threats } = JSON.parse(Deno.readTextFileSync(`${published}/threats/shop-door/2026-11-20T23-05-20Z.json`));
    assert.deepEqual(threats.map(({ rule, frames, of }: Record<string, unknown>) => [rule, frames, of]), [
      ["somebody at night", 2, 2],
    ]);
  });
});
