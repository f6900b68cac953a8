// How an image came to be, in words.
import type { Edit, Image } from "../contract/image.ts";
import type { Facts } from "../contract/item.ts";
import { canonicalJson } from "../contract/json.ts";
import { plain } from "./text.ts";

const turns: Readonly<Record<number, string>> = {
  1: "left as it is",
  2: "mirrored left to right",
  3: "turned by 180 degrees",
  4: "mirrored top to bottom",
  5: "mirrored left to right and turned by 270 degrees",
  6: "turned by 90 degrees",
  7: "mirrored left to right and turned by 90 degrees",
  8: "turned by 270 degrees",
};

/** One edit as a phrase. Turns are clockwise. */
export function editWords(edit: Edit): string {
  switch (edit.op) {
    case "orient":
      return `set upright: ${turns[edit.value] ?? `orientation ${edit.value}`}`;
    case "resize":
      return `resized to ${edit.width} x ${edit.height}`;
    case "crop":
      return `cut to ${edit.width} x ${edit.height} at ${edit.x}, ${edit.y}`;
    case "flip":
      return edit.axis === "horizontal" ? "mirrored left to right" : "mirrored top to bottom";
    case "pad":
      return `padded by ${edit.left} left, ${edit.top} above, ${edit.right} right, ${edit.bottom} below ` +
        `with colour ${edit.color.join(", ")}`;
    case "grayscale":
      return "turned into shades of grey";
  }
}

/** What the header of the file says: `jpeg 1920 x 1080, 3 channels of 8 bit, progressive`. */
export function headerWords({ header }: Image): string {
  const { format, width, height, channels, depth, pages, orientation } = header;
  const marks = [
    header.progressive ? "progressive" : "",
    header.cmyk ? "CMYK" : "",
    header.alpha ? "alpha" : "",
    header.icc ? "with a colour profile" : "",
    pages > 1 ? `${pages} pages` : "",
    orientation > 1 ? `EXIF orientation ${orientation}` : "",
  ].filter((mark) => mark !== "");
  return [`${format} ${width} x ${height}`, `${channels} channels of ${depth} bit`, ...marks].join(", ");
}

/** Facts on one line: `camera cam2, frame 123`. */
export function factsWords(facts: Facts): string {
  const texts = Object.entries(facts).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [`${name} ${typeof value === "string" ? value : canonicalJson(value)}`];
  });
  return plain(texts.join(", "));
}
