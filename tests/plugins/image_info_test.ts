import assert from "node:assert/strict";
import imageInfo from "../../plugins/image_info.ts";
import type { Edit } from "../../runtime/plugin.ts";
import { sketchedItem } from "../suites/memory_dataset.ts";
import { verdictOn } from "./steps.ts";

Deno.test("image_info tells of the file, upright, whatever earlier steps did", async () => {
  const edits: Edit[] = [{ op: "orient", value: 6 }, { op: "resize", width: 10, height: 10 }];
  const item = sketchedItem({ key: "a.jpg", size: [640, 480], orientation: 6, edits, facts: { camera: "cam1" } });
  const verdict = await verdictOn(imageInfo, {}, item);
  assert.deepEqual(verdict.kind === "keep" && verdict.item.facts, {
    camera: "cam1",
    image_size: 5,
    image_dimension: [480, 640],
    image_format: "JPEG",
    image_channels: 3,
    image_depth: 8,
    image_orientation: 6,
    image_pages: 1,
    image_alpha: false,
    image_cmyk: false,
    image_progressive: false,
    image_icc: false,
  });
});
