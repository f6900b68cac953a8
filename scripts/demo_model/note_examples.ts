// Notes the boxes around what the committed examples show, to measure the demo model with:
// deno run -A scripts/demo_model/note_examples.ts <folder>
import { fileURLToPath } from "node:url";
import { frames as raceFrames } from "../motogp/frames.ts";
import { paintScene as paintRace } from "../motogp/paint.ts";
import { sceneFor as raceFor } from "../motogp/scene.ts";
import type { LabelledBox } from "../scene/boxes.ts";
import { frames as matchFrames } from "../soccer/frames.ts";
import { paintScene as paintMatch } from "../soccer/paint.ts";
import { sceneFor as matchFor } from "../soccer/scene.ts";

/** Races are painted at a share of their size, which is enough to know where things are. */
const share = 0.5;

const [folder] = Deno.args;
if (folder === undefined) throw new TypeError('Cannot note boxes: name a folder for "boxes.jsonl"');
for (const frame of raceFrames.filter(({ flaw }) => flaw === undefined)) {
  const { boxes } = paintRace(raceFor({ ...frame, width: frame.width * share, height: frame.height * share }));
  await note("motogp", frame.name, boxes.map(enlarged));
}
for (const frame of matchFrames) await note("soccer", frame.name, paintMatch(matchFor(frame)).boxes);

async function note(examples: string, name: string, boxes: readonly LabelledBox[]): Promise<void> {
  const file = fileURLToPath(new URL(`../../examples/${examples}/${name}.jpg`, import.meta.url));
  await Deno.mkdir(`${folder}/${examples}`, { recursive: true });
  const line = JSON.stringify({ file, boxes });
  await Deno.writeTextFile(`${folder}/${examples}/boxes.jsonl`, line + "\n", { append: true });
}

function enlarged({ label, x, y, width, height }: LabelledBox): LabelledBox {
  return { label, x: x / share, y: y / share, width: width / share, height: height / share };
}
