// `init`: looks at a folder of images and writes a manifest that runs on it.
import { basename, dirname, relative } from "node:path";
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { createFilesHost } from "../../host/files.ts";
import { type Context, pathOf, styleFor, writeLines } from "../context.ts";
import { writeTextFile } from "../files.ts";
import type { Style } from "../render.ts";
import { imageExtensions, type Survey, surveyFolder, type Tally } from "../survey.ts";
import { type ManifestPlan, manifestTemplate } from "../templates/manifest.ts";
import { bytes, count, plain, plural } from "../text.ts";

export type InitOptions = { readonly out?: string; readonly force?: boolean; readonly color: boolean };

/** Writes a manifest for a folder; returns the exit code. Throws `InputError` when the folder has no images, and when
 *  the manifest is there already, unless `force` is set. */
export async function initManifest(
  folder: string,
  { out, force = false, color }: InitOptions,
  context: Context,
): Promise<number> {
  const root = pathOf(folder, context);
  const files = createFilesHost({ maxBytes: Number.MAX_SAFE_INTEGER });
  const survey = await surveyFolder(root, files, new AbortController().signal);
  if (survey.files === 0) throw noImages(root, survey);
  const name = nameFor(root);
  const path = out === undefined ? `${context.root}/pipelines/${name}.yaml` : pathOf(out, context);
  const plan = planFor({ root, name, path, survey }, context);
  await writeTextFile(path, manifestTemplate(plan), { replace: force, hint: "; --force replaces it" });
  const style = styleFor(context.terminal.out, context, color);
  writeLines(context.terminal.out, [...surveyLines(root, survey, plan, style), "", ...nextLines(path, style)]);
  return exitCodes.ok;
}

function noImages(root: string, { extensions }: Survey): InputError {
  const others = extensions.slice(0, 3).map(({ name, count: files }) => `${files} .${name}`).join(", ");
  const what = extensions.length === 0 ? "the folder is empty" : `it holds no images, only ${plain(others)}`;
  const known = [...imageExtensions].join(", ");
  return new InputError(`Cannot write a manifest for "${plain(root)}": ${what}. Images end in ${known}`, [], {
    code: "source",
  });
}

function nameFor(root: string): string {
  const name = basename(root).toLowerCase().normalize("NFKD").replaceAll(/[^a-z0-9_-]+/g, "-");
  return name.replaceAll(/^[-_]+|[-_]+$/g, "").slice(0, 60) || "images";
}

type Found = { readonly root: string; readonly name: string; readonly path: string; readonly survey: Survey };

function planFor({ root, name, path, survey }: Found, context: Context): ManifestPlan {
  const inProject = relative(context.root, root);
  const others = survey.extensions.filter(({ name }) => !imageExtensions.has(name));
  const images = survey.extensions.filter(({ name }) => imageExtensions.has(name));
  const box = boxFor(survey);
  return {
    name,
    schema: relative(dirname(path), `${context.root}/runtime/manifest/schema.json`),
    folder: inProject.startsWith("..") || inProject === "" ? root : inProject,
    images: survey.files,
    source: isRaceFrames(survey) ? "motogp" : "folder",
    include: others.length === 0 ? [] : images.map(({ name }) => `**/*.${anyCase(name)}`).sort(),
    classes: areClasses(survey),
    ...(box === undefined ? {} : { box }),
  };
}

/** Globs tell capitals from small letters; extensions of cameras come in both. */
function anyCase(extension: string): string {
  return `{${extension},${extension.toUpperCase()}}`;
}

const raceFrame = /^(#-)?[^_#]+_[^_]+_[^_]+_#\.[^.]+$/;

/** Names such as `2024-mugello_race_cam2_000123.jpg`, for most of the files. */
function isRaceFrames({ patterns, files }: Survey): boolean {
  const fitting = patterns.filter(({ name }) => raceFrame.test(name));
  return fitting.reduce((sum, tally) => sum + tally.count, 0) > files * 0.8;
}

/** A few folders with enough images each, and not named for splits or dates. */
function areClasses({ folders }: Survey): boolean {
  const named = folders.every(({ name }) => /^[^/]*\p{L}[^/]*$/u.test(name) && !/\d{3}/.test(name));
  const splits = folders.some(({ name }) => /^(train|val|valid|validation|test|images)$/i.test(name));
  return named && !splits && folders.length >= 2 && folders.length <= 200 && folders.every((tally) => tally.count >= 3);
}

/** The most common size, when there are others too. */
function boxFor({ sizes }: Survey) {
  const [first, second] = sizes;
  return first === undefined || second === undefined ? undefined : { width: first.width, height: first.height };
}

function surveyLines(root: string, survey: Survey, plan: ManifestPlan, { paint, shown }: Style): string[] {
  const { files, patterns, folders, formats, looked, unreadable } = survey;
  const broken = unreadable.slice(0, 3).map(({ path, reason }) => `${path} (${reason})`).join(", ");
  const inFolders = folders.length < 2 ? [] : [`  folders  ${folders.length}: ${listed(folders, 6)}`];
  return [
    `${paint.bold(plural(files, "image"))} in ${plain(shown(root))}, ${bytes(survey.bytes)}`,
    `  formats  ${listed(formats, 6)}${looked < files ? ` of ${count(looked)} looked at` : ""}`,
    `  sizes    ${sizesText(survey)}`,
    `  names    ${listed(common(patterns, files), 3)}`,
    ...inFolders,
    ...(plan.classes ? ["  classes  every folder is taken as one"] : []),
    ...(unreadable.length === 0 ? [] : [`  broken   ${unreadable.length} of ${looked}: ${plain(broken)}`]),
  ];
}

/** Patterns that more than a few names follow. */
function common(patterns: readonly Tally[], files: number): readonly Tally[] {
  return patterns.filter((tally) => tally.count >= Math.max(2, files * 0.05));
}

function listed(tallies: readonly Tally[], most: number): string {
  const shown = tallies.slice(0, most).map(({ name, count: times }) => `${plain(name)} ${count(times)}`);
  return shown.join(", ") + (tallies.length > most ? ", …" : "") || "none";
}

function sizesText({ sizes }: Survey): string {
  const byArea = [...sizes].sort((left, right) => left.width * left.height - right.width * right.height);
  const [first, smallest, largest] = [sizes[0], byArea[0], byArea.at(-1)];
  if (first === undefined || smallest === undefined || largest === undefined) return "none could be read";
  if (sizes.length === 1) return `all ${first.name}`;
  return `${first.name} most often, from ${smallest.name} to ${largest.name}`;
}

function nextLines(path: string, { paint, shown }: Style): string[] {
  const file = plain(shown(path));
  return [`Wrote ${paint.cyan(file)}. Look at it, then:`, `  deno task plan ${file}`, `  deno task run ${file}`];
}
