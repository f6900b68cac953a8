// `detect` and `models`: their arguments, options, help and examples. What they do is imported when they are called.
import { type Command, Option } from "commander";
import { backends, layouts } from "../contract/detection.ts";
import { addCommand, type Finish } from "./add_command.ts";
import type { Context } from "./context.ts";
import { nameList, pixelSize, sessions, sha256, share } from "./values.ts";

export function addDetectionCommands(program: Command, context: Context, finish: Finish): void {
  addDetect(program, context, finish);
  addModels(program, context, finish);
}

function addDetect(program: Command, context: Context, finish: Finish): void {
  const made = addCommand(program, "detect", "look quickly at what a model finds in images", [
    "detect examples/motogp",
    "detect ~/photos --model yolox-nano --draw out",
    "detect street.jpg --model best.onnx --min-score 0.2 --labels person,dog",
    "detect 'cam1/**/*.jpg' --model yolox-nano --coco boxes.json --json",
  ]);
  made.argument("<image...>", "images, folders with images, globs in quotes")
    .option("--model <model>", "name of a card, path of a card or an ONNX file, or URL; the demo model by default")
    .addOption(new Option("--min-score <score>", "leave out what scores less; what the card says by default")
      .argParser(share))
    .addOption(new Option("--iou <share>", "of two boxes that share more, the better stays").argParser(share))
    .addOption(new Option("--labels <names>", "only these, with commas between").argParser(nameList))
    .option("--draw <folder>", "write pictures with boxes; replaces only those that it drew itself")
    .option("--coco <file>", "write COCO annotations")
    .addOption(new Option("--sessions <number>", "models at work at once; the cores by default").argParser(sessions));
  withModelOptions(made)
    .option("--json", "print one JSON object an image, the last line the summary")
    .action(async (images, options) => {
      finish(await (await import("./commands/detect.ts")).detectObjects(images, options, context));
    });
}

/** What settles a model that leaves something open. */
function withModelOptions(made: Command): Command {
  return made
    .addOption(new Option("--backend <name>", "what computes").choices(["auto", ...backends]).default("auto"))
    .addOption(new Option("--size <pixels>", "input of the model, such as 640x640, where it is open")
      .argParser(pixelSize))
    .addOption(new Option("--layout <name>", "how the model writes its answer, where it is open").choices(layouts))
    .addOption(new Option("--sha256 <digest>", "digest of the weights; a URL needs one").argParser(sha256));
}

function addModels(program: Command, context: Context, finish: Finish): void {
  const models = addCommand(program, "models", "list models, show, fetch and inspect them", [
    "models",
    "models show yolox-nano",
    "models fetch yolox-nano",
    "models inspect best.onnx",
  ]);
  models.enablePositionalOptions()
    .argument("[name]", "a card to show; all are listed without one")
    .option("--json", "print one JSON object a card")
    .action(async (name, options) => {
      const { listModels, showModel } = await import("./commands/models.ts");
      finish(await (name === undefined ? listModels(options, context) : showModel(name, options, context)));
    });
  addCommand(models, "show", "show a model card", ["models show yolox-nano"])
    .argument("<name>", "a card")
    .option("--json", "print JSON")
    .action(async (name, options) => {
      finish(await (await import("./commands/models.ts")).showModel(name, options, context));
    });
  addCommand(models, "fetch", "bring the weights of a model to this machine", [
    "models fetch yolox-nano",
    "models fetch yolox-nano --from ~/downloads/yolox_nano.onnx",
  ])
    .argument("<name>", "a card")
    .option("--from <file or url>", "take them from there; their digest must be that of the card all the same")
    .action(async (name, options) => {
      finish(await (await import("./commands/models_fetch.ts")).fetchModel(name, options, context));
    });
  withModelOptions(
    addCommand(models, "inspect", "show what a model file says of itself and what would be chosen for it", [
      "models inspect best.onnx",
      "models inspect best.onnx --layout yolov8 --no-trial",
    ]).argument("<model>", "an ONNX file, the name or path of a card, or a URL with --sha256"),
  )
    .option("--no-trial", "do not run it")
    .option("--json", "print JSON")
    .action(async (model, options) => {
      finish(await (await import("./commands/models_inspect.ts")).inspectModel(model, options, context));
    });
}
