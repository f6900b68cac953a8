import assert from "node:assert/strict";
import type { Edit } from "../../runtime/contract/image.ts";
import { editWords, factsWords, headerWords } from "../../runtime/cli/recipe.ts";
import { plainHeader } from "../suites/memory_dataset.ts";

Deno.test("editWords() says each edit in words", () => {
  const edits: readonly Edit[] = [
    { op: "orient", value: 6 },
    { op: "resize", width: 480, height: 270 },
    { op: "crop", x: 105, y: 0, width: 270, height: 270 },
    { op: "flip", axis: "horizontal" },
    { op: "flip", axis: "vertical" },
    { op: "pad", left: 1, top: 2, right: 3, bottom: 4, color: [0, 128, 255] },
    { op: "grayscale" },
  ];
  assert.deepEqual(edits.map(editWords), [
    "set upright: turned by 90 degrees",
    "resized to 480 x 270",
    "cut to 270 x 270 at 105, 0",
    "mirrored left to right",
    "mirrored top to bottom",
    "padded by 1 left, 2 above, 3 right, 4 below with colour 0, 128, 255",
    "turned into shades of grey",
  ]);
});

Deno.test("headerWords() names what is unusual about a file", () => {
  const blob = { digest: "0".repeat(64), size: 1 };
  const header = { ...plainHeader, orientation: 6, pages: 3, cmyk: true, progressive: true, icc: true, channels: 4 };
  assert.equal(headerWords({ blob, header: plainHeader, edits: [] }), "jpeg 640 x 480, 3 channels of 8 bit");
  assert.equal(
    headerWords({ blob, header, edits: [] }),
    "jpeg 640 x 480, 4 channels of 8 bit, progressive, CMYK, with a colour profile, 3 pages, EXIF orientation 6",
  );
});

Deno.test("factsWords() puts facts on one harmless line", () => {
  assert.equal(
    factsWords({ camera: "cam2\u001b[31m", frame: 7, none: undefined, box: [1, 2] }),
    [
      "camera cam2\\u{1b}[31m, frame 7, box [1,2]",
    ].join(),
  );
});
