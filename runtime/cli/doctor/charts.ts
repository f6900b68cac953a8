// Charts: whether the canvas loads and its fonts draw. Without a font, text is missing and nothing says so.
import { loadCanvas } from "../../report/canvas.ts";
import { type Finding, ok, problem } from "./finding.ts";
import { nativeTrouble } from "./native_trouble.ts";

const sample = "Aé Ω Ж";

export async function checkCharts(): Promise<Finding[]> {
  try {
    const { canvas, families } = await loadCanvas();
    const context = canvas.createCanvas(120, 40).getContext("2d");
    context.font = `24px ${families}`;
    context.fillText(sample, 4, 30);
    const inked = context.getImageData(0, 0, 120, 40).data.some((value) => value !== 0);
    if (inked) return [ok("canvas", "loads"), ok("fonts", "Inter, for Latin, Greek and Cyrillic; part of the project")];
    return [problem("fonts", "Text leaves no mark on charts", "Run `deno install --frozen` to bring the fonts back")];
  } catch (thrown) {
    const { found, mend } = nativeTrouble("@napi-rs/canvas", thrown);
    return [problem("canvas", found, mend)];
  }
}
