// `calibrate`: measures a sample of pictures and says which limits for `validate` and `quality` follow.
import { InputError, messageOf } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import type { DatasetsHost } from "../../contract/hosts.ts";
import type { Pipeline } from "../../contract/manifest.ts";
import type { SourceHost } from "../../contract/plugin.ts";
import { createSorter } from "../../engine/external_sort.ts";
import { sortedLines } from "../../engine/listing.ts";
import { createBucketsHost } from "../../host/buckets.ts";
import { createFilesHost } from "../../host/files.ts";
import { createLoader } from "../../host/loader.ts";
import { createScratch } from "../../host/scratch.ts";
import { openWorld } from "../../host/world.ts";
import { bindPipeline } from "../../manifest/bind.ts";
import { calibratedYaml, doubtfulIn, limitsFrom, type Measured, surveyMeasures } from "../calibration.ts";
import { type Calibration, calibrationLines } from "../calibration_lines.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { type Look, measureAll, sampleOf } from "../sampling.ts";
import { targetsOf } from "../targets.ts";
import { count, plain, plural } from "../text.ts";
import { onStopAsked } from "./run.ts";

export type CalibrateOptions = {
  /** Pictures to look at. */
  readonly sample: number;
  /** Parameters of the manifest. */
  readonly set: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly color: boolean;
};

/** Measures what a manifest's source lists, or the images that `names` name; returns the exit code. Nothing is kept. */
export async function calibrate(
  names: readonly string[],
  options: CalibrateOptions,
  context: Context,
): Promise<number> {
  const pipeline = await pipelineFor(names, options, context);
  const stopped = new AbortController();
  const release = onStopAsked(() => stopped.abort(), context);
  const folder = await Deno.makeTempDir({ prefix: ".framewright-" });
  try {
    const { listed, looks } = await look(pipeline, folder, options, context, stopped.signal);
    const found = calibrationOf(looks);
    if (found === undefined) throw nothingSeen(names, listed, looks);
    if (options.json === true) writeJson(found, looks, listed, context);
    else writeText(found, listed, options, context);
    return exitCodes.ok;
  } catch (thrown) {
    if (stopped.signal.aborted) return exitCodes.interrupted;
    throw thrown;
  } finally {
    release();
    await Deno.remove(folder, { recursive: true });
  }
}

async function pipelineFor(
  names: readonly string[],
  { set }: CalibrateOptions,
  context: Context,
): Promise<Pipeline> {
  const [first = ""] = names;
  const door = { env: context.env, ...createLoader(context.root) };
  if (names.length === 1 && /\.ya?ml$/.test(first)) {
    const file = pathOf(first, context);
    const text = await Deno.readTextFile(file).catch((cause) => {
      throw new InputError(`Cannot read the manifest "${plain(file)}": ${messageOf(cause)}`, [], {
        cause,
        code: "manifest",
      });
    });
    return await bindPipeline({ text, file, set, ...door });
  }
  const source = { uses: "folder", with: await targetsOf(names, undefined, context) };
  const text = JSON.stringify({ name: "calibrate", source }).replaceAll("${{", "$${{");
  return await bindPipeline({ text, file: "calibrate", set, ...door });
}

async function look(
  { source: { definition, options: asked }, limits: { maxBytes, maxPixels } }: Pipeline,
  scratch: string,
  { sample, json = false, color }: CalibrateOptions,
  context: Context,
  signal: AbortSignal,
): Promise<{ readonly listed: number; readonly looks: readonly Look[] }> {
  await using world = openWorld({ env: context.env, folder: context.folder, scratch });
  const { err } = context.terminal;
  const { paint } = styleFor(err, context, color);
  const host: SourceHost = {
    ...world,
    files: createFilesHost({ maxBytes }),
    buckets: createBucketsHost({ maxBytes }),
    datasets: noDatasets,
    sorted: (lines) => sortedLines(lines, createSorter(createScratch(`${scratch}/sorting`).spill)),
    log: (text) => json || writeLines(err, [paint.dim(plain(text))]),
  };
  const source = await definition.open(definition.options.parse(asked), host);
  const { listed, records } = await sampleOf(source.records(signal), sample);
  const shows = err.isTerminal && !json;
  const onLook = (done: number) => shows && err.write(`\r${done} of ${records.length} looked at`);
  const looks = await measureAll(source, records, { maxPixels, signal, onLook });
  if (shows) err.write("\r\x1b[K");
  await source.close?.();
  return { listed, looks };
}

const noDatasets: DatasetsHost = {
  open: (name) => {
    const what = "its pictures were measured when it was made; name the manifest that made it";
    return Promise.reject(new InputError(`Cannot calibrate on the dataset "${plain(name)}": ${what}`));
  },
};

function isMeasured(look: Look): look is Measured {
  return "sharpness" in look;
}

function calibrationOf(looks: readonly Look[]): Calibration | undefined {
  const measured = looks.filter(isMeasured);
  if (measured.length === 0) return undefined;
  const limits = limitsFrom(measured);
  return {
    looked: measured.length,
    surveys: surveyMeasures(measured),
    limits,
    doubtful: doubtfulIn(measured, limits),
    unreadable: looks.flatMap((look) => isMeasured(look) ? [] : [look]),
  };
}

function nothingSeen(names: readonly string[], listed: number, looks: readonly Look[]): InputError {
  const [first] = looks.flatMap((look) => isMeasured(look) ? [] : [look.reason]);
  const what = listed === 0 ? "it has no images" : `none of ${plural(listed, "image")} can be looked at (${first})`;
  return new InputError(`Cannot calibrate on "${plain(names.join(" "))}": ${what}`, [], { code: "source" });
}

function writeText(found: Calibration, listed: number, { color }: CalibrateOptions, context: Context): void {
  const { out, size } = context.terminal;
  const { paint } = styleFor(out, context, color);
  const { looked, unreadable } = found;
  const all = looked + unreadable.length;
  const spread = all < listed ? `, ${count(all)} of them looked at, evenly spread` : "";
  const lines = calibrationLines(found, Math.min(100, size().columns - 1), paint);
  writeLines(out, [paint.bold(`${plural(listed, "image")}${spread}`), "", ...lines]);
}

/** An object an image, then one with what follows from them. */
function writeJson(found: Calibration, looks: readonly Look[], listed: number, { terminal: { out } }: Context): void {
  const write = (value: unknown) => out.write(`${JSON.stringify(value)}\n`);
  for (const look of looks) write({ event: isMeasured(look) ? "image" : "unreadable", ...look });
  const { looked, surveys, limits, doubtful, unreadable } = found;
  const counts = { listed, looked, unreadable: unreadable.length };
  write({ event: "summary", ...counts, measures: surveys, limits, doubtful, yaml: calibratedYaml(limits) });
}
