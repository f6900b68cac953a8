import assert from "node:assert/strict";
import { inFolder } from "../temp_folder.ts";
import { withDisk } from "./process.ts";

Deno.test("checkOutFiles() says that the disk is full, tears no file, and makes room for a smaller version", async () => {
  await inFolder(async (place) => {
    const said = await withDisk({ place, options: "rw", prepare: "true" }, "full_checkout.ts", place);
    if (said === undefined) return console.warn("This machine lets nobody make a disk of 1 MB: not tried");
    const { message, ...rest } = Object(said);
    assert.deepEqual(rest, { failure: "full", isTorn: false, then: 4, left: 4 });
    assert.match(
      message,
      /^Cannot write "l\d+": the disk that holds ".*" is full; free some space and do the same again$/,
    );
  });
});

Deno.test("checkOutFiles() says that a disk may only be read", async () => {
  await inFolder(async (place) => {
    const said = await withDisk({ place, options: "ro", prepare: `mkdir "$1/out"` }, "full_checkout.ts", place);
    if (said === undefined) return console.warn("This machine lets nobody make a read-only disk: not tried");
    const { message, ...rest } = Object(said);
    assert.deepEqual(rest, { failure: "read_only", isTorn: false, then: "failed", left: 0 });
    assert.match(message, /is on a disk that may only be read; choose another folder$/);
  });
});
