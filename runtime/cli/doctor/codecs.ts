// The image codec: whether it loads, and whether each format goes through it and back.
import type { Sharp } from "sharp";
import { messageOf } from "../../contract/errors.ts";
import { nativeIdentity, openNativeCodec } from "../../image/native.ts";
import { type Finding, ok, problem } from "./finding.ts";
import { nativeTrouble } from "./native_trouble.ts";

const formats = {
  JPEG: (image) => image.jpeg(),
  PNG: (image) => image.png(),
  WebP: (image) => image.webp(),
  GIF: (image) => image.gif(),
  TIFF: (image) => image.tiff(),
  AVIF: (image) => image.avif({ effort: 0 }),
} satisfies Readonly<Record<string, (image: Sharp) => Sharp>>;

export async function checkCodecs(): Promise<Finding[]> {
  try {
    await openNativeCodec();
  } catch (thrown) {
    const { found, mend } = nativeTrouble("sharp", thrown instanceof Error ? thrown.cause ?? thrown : thrown);
    return [problem("images", `sharp ${found}`, mend)];
  }
  return [ok("images", nativeIdentity), await formatsFinding()];
}

async function formatsFinding(): Promise<Finding> {
  const sharp = (await import("sharp")).default;
  const results = await Promise.all(
    Object.entries(formats).map(async ([name, encode]) => {
      try {
        const painted = sharp({ create: { width: 16, height: 16, channels: 3, background: "#c06020" } });
        await sharp(await encode(painted).toBuffer()).raw().toBuffer();
        return { name };
      } catch (thrown) {
        return { name, trouble: messageOf(thrown) };
      }
    }),
  );
  const broken = results.filter(({ trouble }) => trouble !== undefined);
  if (broken.length === 0) return ok("formats", results.map(({ name }) => name).join(", "));
  const found = broken.map(({ name, trouble }) => `${name}: ${trouble}`).join("; ");
  return problem("formats", found, "Run `deno install --frozen` for the tested build of libvips");
}
