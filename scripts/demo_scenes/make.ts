// Makes the demo classifier: paints its scenes, trains it with NumPy, writes the ONNX file and what its card must say.
// deno run -A scripts/demo_scenes/make.ts [folder for the paintings]
import { digestOf } from "../../runtime/contract/json.ts";
import { sceneModel } from "./scene_model.ts";
import { scenes } from "./scenes.ts";

const here = import.meta.dirname ?? ".";
const folder = Deno.args[0] ?? await Deno.makeTempDir();
await Deno.mkdir(folder, { recursive: true });
const parts = [["train_a", 1_000_000, 200], ["train_b", 2_000_000, 200], ["test", 3_000_000, 60]] as const;
await Promise.all(
  parts.map(([name, first, count]) => {
    return run(Deno.execPath(), ["run", "-A", `${here}/paint.ts`, `${folder}/${name}.npy`, `${first}`, `${count}`]);
  }),
);
await run("/usr/bin/python3", [`${here}/train.py`, folder, `${folder}/weights.bin`, `${folder}/figures.json`]);
const figures = JSON.parse(await Deno.readTextFile(`${folder}/figures.json`));
const weights = new Float32Array((await Deno.readFile(`${folder}/weights.bin`)).buffer);
const model = sceneModel(Object.keys(scenes), figures, weights);
await Deno.writeFile(`${here}/../../runtime/detect/models/demo-scenes.onnx`, model);
console.log(`accuracy ${figures.accuracy} on ${figures.unseen} unseen pictures; for the card:`);
console.log(`  sha256: ${digestOf(model)}\n  size: ${model.length}`);
console.log(`rows are what was painted, columns what was found:`);
for (const [at, label] of Object.keys(scenes).entries()) {
  console.log(`  ${label.padEnd(22)}${figures.confusion[at].map((count: number) => `${count}`.padStart(4)).join("")}`);
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args, stdout: "inherit", stderr: "inherit" }).output();
  if (!success) throw new TypeError(`Cannot make the model: "${command}" failed`);
}
