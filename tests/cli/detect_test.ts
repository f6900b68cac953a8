import assert from "node:assert/strict";
import { assetPath, assetTest } from "../assets.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { framewright, startFramewright } from "./process.ts";
import { projectRoot } from "./terminals.ts";
import { smallModel, squarePicture } from "./small_model.ts";

/** Two pictures, one that is broken, one file that is none, and a model. */
async function withPictures(body: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    putFile(folder, "photos/a.jpg", await squarePicture(10));
    putFile(folder, "photos/cam [1]/b.JPG", await squarePicture(200));
    putFile(folder, "photos/broken.png", "no image");
    putFile(folder, "photos/notes.txt", "text");
    putFile(folder, "small.onnx", smallModel());
    await body(folder);
  });
}

const model = ["--model", "small.onnx", "--backend", "native"];

function linesOf(text: string) {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test("detect shows a line an image, what was rejected, and leaves nothing behind", async () => {
  await withPictures(async (folder) => {
    const before = [...Deno.readDirSync(folder)].length;
    const { exit, out, err } = await framewright(["detect", "photos", ...model], { folder, env: { TMPDIR: folder } });
    assert.equal(exit, 0, err);
    assert.match(
      out,
      /^ {2}a\.jpg {10}1 ball, 1 goal {2}best 0\.90\n {2}cam \[1\]\/b\.JPG {2}1 ball, 1 goal {2}best 0\.90\n/,
    );
    assert.match(out, /\nRejected\n {2}broken\.png {2}not_an_image {2}Cannot read image: /);
    assert.match(
      out,
      /\n2 images, 4 objects: 2 ball, 2 goal\n1 rejected\n\S+ s in all; looking alone \S+ images\/s\n$/,
    );
    assert.match(err, /^small\.onnx on native: asked for\n/);
    assert.equal([...Deno.readDirSync(folder)].length, before);
  });
});

Deno.test("detect draws pictures and writes annotations with the names of the files", async () => {
  await withPictures(async (folder) => {
    const args = ["detect", "photos", ...model, "--draw", "photos/out", "--coco", "boxes.json"];
    const first = await framewright(args, { folder });
    assert.equal(first.exit, 0, first.err);
    assert.match(first.out, /\nWrote boxes\.json\nDrew 2 into photos\/out\n$/);
    const { default: sharp } = await import("sharp");
    for (const name of ["a.jpg", "cam [1]/b.JPG"]) {
      const { width, format } = await sharp(`${folder}/photos/out/${name}`).metadata();
      assert.deepEqual([width, format], [384, "jpeg"]); // three times: small pictures are enlarged
    }
    const { images, annotations, categories } = JSON.parse(Deno.readTextFileSync(`${folder}/boxes.json`));
    assert.deepEqual(images, [
      { id: 1, file_name: "a.jpg", width: 128, height: 128 },
      { id: 2, file_name: "cam [1]/b.JPG", width: 128, height: 128 },
    ]);
    assert.deepEqual(categories.map(({ name }: { name: string }) => name), ["ball", "goal"]);
    assert.deepEqual(annotations[0].bbox, [44, 54, 40, 20]);
    const again = await framewright(args, { folder });
    assert.equal(again.exit, 0, again.err); // its own files are replaced, and not looked at
    assert.match(again.out, /^2 images, 4 objects/m);
  });
});

Deno.test("detect replaces no file that it did not make", async () => {
  await withPictures(async (folder) => {
    putFile(folder, "out/a.jpg", "mine");
    putFile(folder, "truth.json", '{"images":[]}');
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [["--draw", "out"], /Cannot draw "[^"]*\/out\/a\.jpg": a file is there that was not drawn by this command/],
      [["--draw", "small.onnx"], /Cannot draw into "[^"]*\/small\.onnx": it is a file/],
      [["--draw", "photos"], /Cannot draw into "[^"]*\/photos": the images lie there/],
      [["--coco", "truth.json"], /Cannot write the annotations "[^"]*\/truth\.json": there is a file/],
      [["--coco", "out"], /Cannot write the annotations "[^"]*\/out": it is a folder/],
    ];
    for (const [more, message] of wrong) {
      const { exit, err } = await framewright(["detect", "photos", ...model, ...more], { folder });
      assert.equal(exit, 2, err);
      assert.match(err, message);
    }
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)].map(({ name }) => name), ["a.jpg"]);
    assert.equal(Deno.readTextFileSync(`${folder}/out/a.jpg`), "mine");
  });
});

Deno.test("detect prints one JSON object an image, the last line the summary", async () => {
  await withPictures(async (folder) => {
    const { exit, out, err } = await framewright(["detect", "photos", ...model, "--labels", "ball", "--json"], {
      folder,
    });
    assert.equal(exit, 0, err);
    assert.equal(err, "");
    const [a, b, broken, summary] = linesOf(out);
    const detections = [{ label: "ball", score: 0.9, box: [44, 54, 40, 20] }];
    assert.deepEqual(a, { event: "image", image: "a.jpg", width: 128, height: 128, detections });
    assert.equal(b.image, "cam [1]/b.JPG");
    assert.deepEqual([broken.event, broken.image, broken.reason], ["rejected", "broken.png", "not_an_image"]);
    assert.deepEqual([summary.images, summary.rejected, summary.labels], [2, 1, { ball: 2 }]);
    assert.deepEqual([summary.model.labels, summary.backend], [["ball"], "native: asked for"]);
  });
});

Deno.test("detect says what may help when it finds nothing", async () => {
  await withPictures(async (folder) => {
    const one = ["detect", "photos/a.jpg", ...model, "--min-score", "0.95"];
    const { exit, out } = await framewright(one, { folder });
    assert.equal(exit, 0);
    assert.match(out, /^ {2}a\.jpg {2}nothing\n\n1 image, 0 objects\n/);
    assert.match(
      out,
      /\nNothing was found at a score of 0\.95 or more\. Try a lower --min-score, or another --model\n/,
    );
    assert.match(out, /\nsmall\.onnx knows: ball, goal\n$/);
  });
});

Deno.test("detect ends with the exit code of what went wrong", async () => {
  await withPictures(async (folder) => {
    putFile(folder, "text.onnx", "no model");
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [["photos/broken.png", ...model], 4, /^$/m],
      [["nothing", ...model], 7, /Cannot look at "nothing"/],
      [["photos", ...model, "--labels", "cat"], 2, /Cannot look for "cat": .* knows only ball, goal/],
      [["photos", "--model", "nix"], 2, /Cannot find the model "nix"/],
    ];
    for (const [args, exit, message] of cases) {
      const ran = await framewright(["detect", ...args], { folder });
      assert.equal(ran.exit, exit, ran.err);
      assert.match(ran.err, message);
    }
    const json = await framewright(["detect", "photos", "--model", "text.onnx", "--json"], { folder });
    assert.deepEqual([json.err, linesOf(json.out)[0].event, linesOf(json.out)[0].exit], ["", "failed", 2]);
  });
});

Deno.test("detect stops when the system asks, and leaves nothing behind", async () => {
  await withPictures(async (folder) => {
    const process = startFramewright(["detect", "photos", ...model], { folder, env: { TMPDIR: folder } });
    const reader = process.stderr.getReader();
    await reader.read();
    process.kill("SIGTERM");
    const [{ code }] = await Promise.all([process.status, reader.cancel(), process.stdout.cancel()]);
    assert.ok([0, 130].includes(code), String(code)); // 0: it was faster than the signal
    assert.ok([...Deno.readDirSync(folder)].every(({ name }) => !name.startsWith(".framewright")));
  });
});

Deno.test("detect takes the demo model, and says what that is good for", async () => {
  await inFolder(async (folder) => {
    const frame = `${projectRoot}/examples/motogp/2024-mugello_race_cam2_000123.jpg`;
    const { exit, out, err } = await framewright(["detect", frame], { folder });
    assert.equal(exit, 0, err);
    assert.match(err, /^The demo model knows only painted scenes: name another, as --model yolox-nano\n/);
    assert.match(out, /000123\.jpg {2}.*\d motorbike/);
  });
});

assetTest("detect finds in photographs what is there", async () => {
  await inFolder(async (folder) => {
    const env = { FRAMEWRIGHT_MODELS: assetPath("models") };
    const street = assetPath("photos/images/000000525891.jpg");
    const { exit, out, err } = await framewright(["detect", street, "--model", "yolox-nano"], { folder, env });
    assert.equal(exit, 0, err);
    assert.match(out, /^ {2}000000525891\.jpg {2}1 stop sign {2}best 0\.9/);
  });
});
