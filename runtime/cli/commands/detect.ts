// `detect`: a quick look at what a model finds in images. Nothing is kept but what is asked for.
import type { Backend, Layout } from "../../contract/detection.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { Json } from "../../contract/json.ts";
import { isModelPath } from "../../detect/find_model.ts";
import { checkAnnotationFile, takeAnnotations } from "../annotations.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { checkDrawingFolder, takeDrawings } from "../drawings.ts";
import { type FoundReport, writeFoundJson, writeFoundTable } from "../found_report.ts";
import { type Looked, lookThrough } from "../quick_look.ts";
import { targetsOf } from "../targets.ts";
import { quickLookTemplate } from "../templates/quick_look.ts";
import { plain } from "../text.ts";

export type DetectOptions = {
  /** The demo model when absent. */
  readonly model?: string;
  readonly sha256?: string;
  readonly minScore?: number;
  readonly iou?: number;
  readonly labels?: readonly string[];
  readonly backend: "auto" | Backend;
  readonly size?: readonly [number, number];
  readonly layout?: Layout;
  readonly sessions?: number;
  /** Folder for pictures with boxes. */
  readonly draw?: string;
  /** File for COCO annotations. */
  readonly coco?: string;
  readonly json?: boolean;
  readonly color: boolean;
};

const demoModel = "demo";

/** Looks for objects in the images that `names` name and shows them; returns the exit code. */
export async function detectObjects(
  names: readonly string[],
  options: DetectOptions,
  context: Context,
): Promise<number> {
  const { json = false, color, model = demoModel } = options;
  const draw = options.draw === undefined ? undefined : pathOf(options.draw, context);
  const coco = options.coco === undefined ? undefined : pathOf(options.coco, context);
  if (draw !== undefined) await checkDrawingFolder(draw);
  if (coco !== undefined) await checkAnnotationFile(coco);
  const targets = await targetsOf(names, draw, context);
  if (options.model === undefined && !json) sayDemo(options, context);
  const detect = stepOptions(options, context);
  const manifest = quickLookTemplate({ targets, detect, draws: draw !== undefined, annotates: coco !== undefined });
  return await lookThrough(manifest, { model, json, color }, context, async (looked, signal) => {
    const totals = await (json ? writeFoundJson : writeFoundTable)(reportOf(looked, { draw, coco }, options, context));
    const drawn = await takeOut({ draw, coco }, looked, signal);
    if (!json) sayPlaces({ draw, coco }, drawn, options, context);
    return totals.images === 0 ? exitCodes.limit : exitCodes.ok;
  });
}

/** Absolute paths. */
type Places = { readonly draw: string | undefined; readonly coco: string | undefined };

function reportOf(
  { reader, summary, backend }: Looked,
  places: Places,
  { minScore, labels, color }: DetectOptions,
  context: Context,
): FoundReport {
  const { out, size } = context.terminal;
  const { paint } = styleFor(out, context, color);
  const width = out.isTerminal ? size().columns - 1 : undefined;
  return { reader, summary, backend, asked: { minScore, labels }, places, out, paint, width };
}

/** Returns how many pictures were drawn. */
async function takeOut({ draw, coco }: Places, { reader, folder }: Looked, signal: AbortSignal): Promise<number> {
  if (coco !== undefined) {
    await takeAnnotations(`${folder}/coco/annotations/instances_all.json`, coco, reader.items());
  }
  return draw === undefined ? 0 : await takeDrawings(`${folder}/previews/pictures`, draw, reader.items, signal);
}

function sayDemo({ color }: DetectOptions, context: Context): void {
  const { paint } = styleFor(context.terminal.err, context, color);
  const text = "The demo model knows only painted scenes: name another, as --model yolox-nano";
  writeLines(context.terminal.err, [paint.yellow(text)]);
}

function stepOptions(options: DetectOptions, context: Context): { readonly [name: string]: Json } {
  const { model = demoModel, sha256, minScore, iou, labels, backend, size, layout, sessions } = options;
  return {
    model: isModelPath(model) ? pathOf(model, context) : model,
    backend,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(minScore === undefined ? {} : { min_score: minScore }),
    ...(iou === undefined ? {} : { iou }),
    ...(labels === undefined ? {} : { labels }),
    ...(size === undefined ? {} : { size }),
    ...(layout === undefined ? {} : { layout }),
    ...(sessions === undefined ? {} : { sessions }),
  };
}

function sayPlaces({ draw, coco }: Places, drawn: number, { color }: DetectOptions, context: Context): void {
  const { out } = context.terminal;
  const { paint, shown } = styleFor(out, context, color);
  const place = (path: string) => paint.cyan(plain(shown(path)));
  writeLines(out, [
    ...(coco === undefined ? [] : [`Wrote ${place(coco)}`]),
    ...(draw === undefined ? [] : [`Drew ${drawn} into ${place(draw)}`]),
  ]);
}
