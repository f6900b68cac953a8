// Measures the demo model on pictures whose boxes are known: precision and recall at an overlap of one half.
// deno run -A --node-modules-dir=none scripts/demo_model/evaluate.ts <model.onnx> <score> <folder>...
import type { InferenceSession, Tensor } from "onnxruntime-node";
import sharp from "sharp";
import { createSuppression } from "../../runtime/detect/suppress.ts";
import { iouOf } from "../../runtime/image/boxes.ts";
import type { LabelledBox } from "../scene/boxes.ts";

const labels = ["person", "player", "referee", "ball", "motorbike", "rider", "car"];
const [width, height] = [448, 256];

type Box = readonly [number, number, number, number];

type Found = { readonly label: string; readonly score: number; readonly box: Box };

type Picture = { readonly file: string; readonly boxes: readonly LabelledBox[] };

const [model = "", least = "0.35", ...folders] = Deno.args;
const { InferenceSession: sessions, Tensor: tensors } = (await import("onnxruntime-node")).default;
const session = await sessions.create(model, { intraOpNumThreads: 1 });
console.log("| pictures | label | there | found | precision | recall |\n| --- | --- | ---: | ---: | ---: | ---: |");
for (const folder of folders) {
  const lines = (await Deno.readTextFile(`${folder}/boxes.jsonl`)).trim().split("\n");
  const pictures: Picture[] = lines.map((line) => JSON.parse(line));
  printRows(folder.split("/").at(-1) ?? folder, await tallied(folder, pictures));
}
await session.release();

type Tally = { there: number; found: number; right: number };

async function tallied(folder: string, pictures: readonly Picture[]): Promise<Map<string, Tally>> {
  const tallies = new Map(labels.map((label): [string, Tally] => [label, { there: 0, found: 0, right: 0 }]));
  for (const { file, boxes } of pictures) {
    const found = await detected(file.startsWith("/") ? file : `${folder}/${file}`);
    for (const [label, tally] of tallies) {
      const open = new Set(
        boxes.filter((box) => box.label === label).map((box): Box => [box.x, box.y, box.width, box.height]),
      );
      tally.there += open.size;
      for (const { box } of found.filter((each) => each.label === label)) {
        const best = [...open].sort((one, other) => iouOf(other, box) - iouOf(one, box))[0];
        tally.found++;
        if (best === undefined || iouOf(best, box) < 0.5) continue;
        tally.right++;
        open.delete(best);
      }
    }
  }
  return tallies;
}

async function detected(file: string): Promise<Found[]> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const fit = Math.min(width / info.width, height / info.height);
  const [inner, tall] = [Math.round(info.width * fit), Math.round(info.height * fit)];
  const [left, top] = [Math.floor((width - inner) / 2), Math.floor((height - tall) / 2)];
  const small = await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
    .resize(inner, tall, { fit: "fill", kernel: "linear" }).raw().toBuffer();
  const values = new Float32Array(3 * width * height).fill(114 / 255);
  for (let at = 0; at < inner * tall; at++) {
    const spot = (Math.floor(at / inner) + top) * width + at % inner + left;
    for (let channel = 0; channel < 3; channel++) {
      values[channel * width * height + spot] = (small[at * 3 + channel] ?? 0) / 255;
    }
  }
  const answer: InferenceSession.OnnxValueMapType = await session.run({
    images: new tensors("float32", values, [1, 3, height, width]),
  });
  const found = sifted(answer["output0"] as Tensor); // the graph has this one output
  return found.map(({ box: [x, y, w, h], ...rest }) => {
    return { ...rest, box: [(x - left) / fit, (y - top) / fit, w / fit, h / fit] };
  });
}

function sifted({ data, dims }: Tensor): Found[] {
  const cells = dims[2] ?? 0;
  const valueAt = (row: number, cell: number) => Number(data[row * cells + cell]);
  const all: Found[] = [];
  for (let cell = 0; cell < cells; cell++) {
    for (const [index, label] of labels.entries()) {
      const score = valueAt(4 + index, cell);
      if (score < Number(least)) continue;
      const [x, y, w, h] = [valueAt(0, cell), valueAt(1, cell), valueAt(2, cell), valueAt(3, cell)];
      all.push({ label, score, box: [x - w / 2, y - h / 2, w, h] });
    }
  }
  const stays = createSuppression(0.5);
  return all.sort((one, other) => other.score - one.score).filter(({ box, label }) => stays(box, label));
}

function printRows(name: string, tallies: ReadonlyMap<string, Tally>): void {
  for (const [label, { there, found, right }] of tallies) {
    if (there + found === 0) continue;
    console.log(
      `| ${[name, label, there, found, (right / found).toFixed(3), (right / there).toFixed(3)].join(" | ")} |`,
    );
  }
}
