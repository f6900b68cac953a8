// The picture of an alert: what was found, drawn into a small JPEG.
import type { SinkHost } from "../contract/delivery.ts";
import type { Detection } from "../contract/detection.ts";
import { ItemError } from "../contract/errors.ts";
import type { Image } from "../contract/image.ts";
import { compareUtf8 } from "../contract/json.ts";
import { sizeOf } from "../image/edits.ts";
import { labelColors } from "./label_colors.ts";
import { drawPreview } from "./preview.ts";

/** A JPEG that fits into a box of `edge` pixels; `undefined` when the image cannot be had any more. */
export async function alertPicture(
  host: Pick<SinkHost, "picture">,
  { image, detections }: { readonly image: Image; readonly detections: readonly Detection[] },
  edge: number,
): Promise<Uint8Array | undefined> {
  try {
    const jpeg = await host.picture(image, edge);
    if (detections.length === 0) return jpeg;
    const labels = [...new Set(detections.map(({ label }) => label))].sort(compareUtf8);
    return await drawPreview(jpeg, sizeOf(image), detections, { colors: labelColors(labels) });
  } catch (thrown) {
    if (thrown instanceof ItemError) return undefined;
    throw thrown;
  }
}
