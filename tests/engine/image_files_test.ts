import assert from "node:assert/strict";
import { ItemError } from "../../runtime/contract/errors.ts";
import type { Image } from "../../runtime/contract/image.ts";
import { imageFile } from "../../runtime/engine/image_files.ts";
import { createLentFiles } from "../../runtime/host/lent_files.ts";
import { readHeader } from "../../runtime/image/header.ts";
import { inFolder } from "../temp_folder.ts";
import { itemFrom, paintedJpeg, sharedRenderer } from "../suites/painted.ts";

async function withFiles(
  body: (parts: {
    readonly folder: string;
    readonly image: Image;
    readonly bytes: Uint8Array;
    readonly file: (image: Image, format: "original" | "png" | "jpeg") => ReturnType<typeof imageFile>;
  }) => Promise<void>,
): Promise<void> {
  const codec = await sharedRenderer();
  await inFolder(async (root) => {
    const bytes = await paintedJpeg(64, 48);
    const folder = `${root}/lent`;
    const deps = { files: createLentFiles(folder), bytes: () => Promise.resolve(bytes), codec };
    await body({
      folder,
      bytes,
      image: itemFrom(bytes).image,
      file: (image, format) => imageFile(deps, image, { format }),
    });
  });
}

Deno.test("imageFile gives the bytes as they came where nothing was edited, and else a picture", async () => {
  await withFiles(async ({ image, bytes, file }) => {
    await using original = await file(image, "original");
    assert.deepEqual(await Deno.readFile(original.path), bytes);
    assert.match(original.path, /^\/.*\.jpg$/);
    const edited: Image = { ...image, edits: [{ op: "resize", width: 32, height: 24 }] };
    await using png = await file(edited, "original");
    const { format, width, height } = readHeader(await Deno.readFile(png.path));
    assert.deepEqual([format, width, height], ["png", 32, 24]);
    assert.deepEqual([png.format, png.width, png.height], ["png", 32, 24]);
    await using jpeg = await file(edited, "jpeg");
    assert.equal(readHeader(await Deno.readFile(jpeg.path)).format, "jpeg");
  });
});

Deno.test("imageFile is shared while it is held, private, and gone afterwards", async () => {
  await withFiles(async ({ folder, image, file }) => {
    const [first, second] = await Promise.all([file(image, "png"), file(image, "png")]);
    assert.equal(first.path, second.path);
    const { mode } = await Deno.stat(first.path);
    assert.equal((mode ?? 0) & 0o777, 0o400);
    assert.equal(((await Deno.stat(folder)).mode ?? 0) & 0o777, 0o700);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    assert.ok((await Deno.stat(second.path)).isFile);
    await second[Symbol.asyncDispose]();
    await assert.rejects(Deno.stat(second.path), Deno.errors.NotFound);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("imageFile is made anew after somebody has changed it", async () => {
  await withFiles(async ({ image, bytes, file }) => {
    {
      await using changed = await file(image, "original");
      await Deno.chmod(changed.path, 0o600);
      await Deno.writeTextFile(changed.path, "no picture any more");
    }
    await using again = await file(image, "original");
    assert.deepEqual(await Deno.readFile(again.path), bytes);
  });
});

Deno.test("imageFile rejects what cannot be decoded each time it is asked", async () => {
  const bytes = (await paintedJpeg(64, 48)).slice(0, 300);
  await inFolder(async (root) => {
    const codec = await sharedRenderer();
    const deps = { files: createLentFiles(`${root}/lent`), bytes: () => Promise.resolve(bytes), codec };
    const { image } = itemFrom(await paintedJpeg(64, 48));
    for (const _ of [1, 2]) await assert.rejects(imageFile(deps, image, { format: "png" }), ItemError);
  });
});
