import assert from "node:assert/strict";
import { createFilesHost } from "../../runtime/host/files.ts";
import { createLoader } from "../../runtime/host/loader.ts";
import { bindPipeline } from "../../runtime/manifest/bind.ts";
import { surveyFolder } from "../../runtime/cli/survey.ts";
import { assetPath, assetTest } from "../assets.ts";
import { onePixel } from "../suites/memory_dataset.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { commandLine, projectRoot } from "./terminals.ts";

/** A GIF of one pixel that claims to be this large. */
function gif(width: number, height: number): Uint8Array {
  const bytes = new TextEncoder().encode("GIF89a0000\0\0\0,000000000\0;");
  const view = new DataView(bytes.buffer);
  for (const [at, value] of [[6, width], [8, height], [14, 0], [16, 0], [18, width], [20, height]] as const) {
    view.setUint16(at, value, true);
  }
  bytes[22] = 0;
  return bytes;
}

async function bound(file: string) {
  const text = Deno.readTextFileSync(file);
  return await bindPipeline({ text, file, set: {}, env: {}, ...createLoader(projectRoot) });
}

Deno.test("init looks at a folder and writes a manifest that binds", async () => {
  await inFolder(async (folder) => {
    for (const name of ["cam1_0001.png", "cam1_0002.png", "cam2_0001.PNG"]) {
      putFile(folder, `Track 9/${name}`, onePixel);
    }
    putFile(folder, "Track 9/README.md", "no image");
    const { exit, out, err } = await commandLine(["init", "Track 9", "--out", "m/track.yaml"], {
      folder,
      root: projectRoot,
    });
    assert.equal(exit, 0, err);
    assert.match(
      out,
      /^3 images in Track 9, 2\d\d B\n {2}formats {2}png 3\n {2}sizes {4}all 1 x 1\n {2}names {4}cam#_#\.png 2\n/,
    );
    assert.match(out, /Wrote m\/track\.yaml\. Look at it, then:\n {2}deno task plan m\/track\.yaml\n/);
    const pipeline = await bound(`${folder}/m/track.yaml`);
    assert.equal(pipeline.name, "track-9");
    assert.deepEqual(pipeline.source.options, {
      path: `${folder}/Track 9`,
      include: ["**/*.{png,PNG}"],
      exclude: [],
      revision: "stat",
    });
    assert.deepEqual(pipeline.steps.map(({ id }) => id), ["validate", "split"]);
  });
});

Deno.test("init makes sizes one when they differ, and folders classes when they look like it", async () => {
  await inFolder(async (folder) => {
    for (const name of ["cat", "dog"]) {
      for (let at = 0; at < 4; at++) putFile(folder, `pets/${name}/${at}.gif`, at === 0 ? gif(80, 60) : gif(640, 480));
    }
    const { exit, out } = await commandLine(["init", "pets", "--out", "pets.yaml"], { folder, root: projectRoot });
    assert.equal(exit, 0);
    assert.match(out, /^ {2}sizes {4}640 x 480 most often, from 80 x 60 to 640 x 480$/m);
    assert.match(out, /^ {2}folders {2}2: cat 4, dog 4$/m);
    const { steps } = await bound(`${folder}/pets.yaml`);
    assert.deepEqual(steps.map(({ id }) => id), ["validate", "resize", "split"]);
    assert.deepEqual(steps[1]?.written, { width: 640, height: 480, fit: "contain", enlarge: false });
    assert.deepEqual(steps[2]?.written, { train: 80, val: 10, test: 10, stratify_by: "folder" });
  });
});

Deno.test("init takes folders of splits for no classes, and names of race frames for what they are", async () => {
  await inFolder(async (folder) => {
    for (const split of ["train", "val"]) {
      for (let at = 0; at < 4; at++) putFile(folder, `races/${split}/2024-mugello_race_cam2_00${at}.gif`, gif(64, 64));
    }
    await commandLine(["init", "races", "--out", "races.yaml"], { folder, root: projectRoot });
    const { source, steps } = await bound(`${folder}/races.yaml`);
    assert.equal(source.definition.name, "motogp");
    assert.deepEqual(steps.at(-1)?.written, { train: 80, val: 10, test: 10 });
  });
});

Deno.test("init replaces a manifest only when it is told to", async () => {
  await inFolder(async (folder) => {
    putFile(folder, "a/1.png", onePixel);
    putFile(folder, "a.yaml", "mine");
    const refused = await commandLine(["init", "a", "--out", "a.yaml"], { folder, root: projectRoot });
    assert.equal(refused.exit, 2);
    assert.equal(refused.err, `error: Cannot write "${folder}/a.yaml": it is there already; --force replaces it\n`);
    assert.equal(Deno.readTextFileSync(`${folder}/a.yaml`), "mine");
    assert.equal(
      (await commandLine(["init", "a", "--out", "a.yaml", "--force"], { folder, root: projectRoot })).exit,
      0,
    );
    assert.match(
      Deno.readTextFileSync(`${folder}/a.yaml`),
      /^# yaml-language-server: \$schema=.*schema\.json\nname: a\n/,
    );
  });
});

Deno.test("init refuses a folder with no images, and one that is not there", async () => {
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/empty`);
    putFile(folder, "texts/a.txt", "a");
    const at = { folder, root: projectRoot };
    for (const [name, message] of [["empty", /the folder is empty/], ["texts", /no images, only 1 \.txt/]] as const) {
      const { exit, err } = await commandLine(["init", name], at);
      assert.equal(exit, 7);
      assert.match(err, message);
    }
    assert.equal((await commandLine(["init", "nowhere"], at)).exit, 7);
  });
});

Deno.test("init survives names that mean something in YAML, in templates and in terminals", async () => {
  await inFolder(async (folder) => {
    for (const name of ["yes", "1.5", "a: b # c", "'q\"", "- x", "\u001b[31mred", "día 字"]) {
      putFile(folder, `${name}/1.png`, onePixel);
      const { exit, out, err } = await commandLine(["init", `./${name}`, "--out", "m.yaml", "--force"], {
        folder,
        root: projectRoot,
      });
      assert.equal(exit, 0, err);
      assert.ok(!out.includes("\u001b"), out);
      const { source, name: called } = await bound(`${folder}/m.yaml`);
      assert.match(called, /^[a-z0-9][a-z0-9_-]*$/);
      assert.deepEqual(source.written, { path: `${folder}/${name}` });
    }
  });
});

Deno.test("surveyFolder() spreads its sample evenly over many files", async () => {
  await inFolder(async (folder) => {
    for (let at = 0; at < 1_000; at++) putFile(folder, `${String(at).padStart(4, "0")}.gif`, gif(at < 500 ? 8 : 9, 8));
    const survey = await surveyFolder(folder, createFilesHost({ maxBytes: 1e6 }), new AbortController().signal);
    assert.equal(survey.files, 1_000);
    assert.ok(survey.looked > 200 && survey.looked <= 400, String(survey.looked));
    assert.deepEqual(survey.sizes.map(({ count }) => count), [survey.looked / 2, survey.looked / 2]);
    assert.deepEqual(survey.patterns, [{ name: "#.gif", count: 1_000 }]);
  });
});

assetTest("surveyFolder() names what cannot be read among hostile files", async () => {
  const files = createFilesHost({ maxBytes: 1e9 });
  const survey = await surveyFolder(assetPath("hostile"), files, new AbortController().signal);
  assert.ok(survey.files > 100);
  assert.ok(survey.unreadable.length > 0);
  assert.ok(survey.unreadable.every(({ reason }) => /^[a-z_]+$/.test(reason)));
});
