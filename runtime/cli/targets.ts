// What people name to be looked at (images, folders, globs) as one folder and globs below it.
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, relative, sep } from "node:path";
import { InputError } from "../contract/errors.ts";
import { createFilesHost } from "../host/files.ts";
import { type Context, pathOf } from "./context.ts";
import { anyCase, anyOf, cutGlob, literally, noneOf } from "./globs.ts";
import { imageExtensions } from "./survey.ts";
import { plain } from "./text.ts";

/** Options of the source `folder`. */
export type Targets = {
  readonly path: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
};

/** One thing that was named, with its real path: a file, or a folder and what is wanted of it. */
type Target =
  | { readonly kind: "file"; readonly folder: string; readonly name: string }
  | { readonly kind: "glob"; readonly folder: string; readonly glob: string };

const imagesBelow = `**/*.{${[...imageExtensions].map(anyCase).join(",")}}`;

/** All that `names` name, without what lies below `apart`. Throws `InputError` for what is not there. */
export async function targetsOf(
  names: readonly string[],
  apart: string | undefined,
  context: Context,
): Promise<Targets> {
  const targets = await Promise.all(names.map((name) => targetOf(name, context)));
  const root = commonFolder(targets.map(({ folder }) => folder));
  for (const target of targets) checkVisible(target, root);
  const exclude = [...sideFolders(targets, root), ...apart === undefined ? [] : await below(root, apart)];
  const found = { path: root, include: includesOf(targets, root), exclude };
  await checkSomeFile(found, names, apart);
  return found;
}

/** Before a model is loaded for nothing. */
async function checkSomeFile({ path, ...globs }: Targets, names: readonly string[], apart: string | undefined) {
  const { walk } = createFilesHost({ maxBytes: 0 });
  for await (const _ of walk({ root: path, ...globs }, new AbortController().signal)) return;
  const shown = names.slice(0, 3).map((name) => `"${plain(name)}"`).join(", ") + (names.length > 3 ? ", …" : "");
  const left = apart === undefined
    ? ""
    : `; what lies in "${plain(apart)}" is left out, since pictures are drawn there`;
  throw new InputError(`Cannot find an image in ${shown}: no file has the name of one${left}`, [], { code: "source" });
}

async function targetOf(name: string, context: Context): Promise<Target> {
  const path = await realPath(pathOf(name, context));
  if (path !== undefined) {
    const status = await stat(path);
    if (status.isDirectory()) return { kind: "glob", folder: path, glob: imagesBelow };
    if (status.isFile()) return { kind: "file", folder: dirname(path), name: basename(path) };
    throw refused(name, "it is neither a file nor a folder");
  }
  const cut = cutGlob(name.replaceAll(sep, "/"));
  const folder = cut === undefined ? undefined : await realPath(pathOf(cut.folder, context));
  if (cut === undefined || folder === undefined) throw refused(name, "there is no such file or folder");
  return { kind: "glob", folder, glob: cut.glob };
}

function refused(name: string, what: string): InputError {
  return new InputError(`Cannot look at "${plain(name)}": ${what}`, [], { code: "source" });
}

/** Without links, so that one may lead out of its folder; `undefined` when there is nothing. */
async function realPath(path: string): Promise<string | undefined> {
  return await realpath(path).catch(() => undefined);
}

/** Sources pass over hidden files. */
function checkVisible(target: Target, root: string): void {
  const inRoot = partsOf(relative(root, target.folder));
  const hidden = [...inRoot, ...target.kind === "file" ? [target.name] : []].find((part) => part.startsWith("."));
  if (hidden === undefined) return;
  const shown = target.kind === "file" ? `${target.folder}/${target.name}` : target.folder;
  throw refused(shown, "files and folders whose names start with a dot are passed over");
}

function partsOf(path: string): readonly string[] {
  return path === "" ? [] : path.split(sep);
}

/** The deepest folder that holds all of them. */
function commonFolder(folders: readonly string[]): string {
  const [first = "", ...others] = folders;
  const isAbove = (folder: string) => others.every((other) => other === folder || other.startsWith(closed(folder)));
  let common = first;
  while (!isAbove(common) && dirname(common) !== common) common = dirname(common);
  return common;
}

function closed(folder: string): string {
  return folder.endsWith(sep) ? folder : `${folder}${sep}`;
}

function includesOf(targets: readonly Target[], root: string): string[] {
  const namesIn = new Map<string, string[]>();
  const globs: string[] = [];
  for (const target of targets) {
    const prefix = partsOf(relative(root, target.folder)).map((part) => `${literally(part)}/`).join("");
    if (target.kind === "glob") globs.push(prefix + target.glob);
    else namesIn.set(prefix, [...namesIn.get(prefix) ?? [], target.name]);
  }
  return [...globs, ...[...namesIn].flatMap(([prefix, names]) => anyOf(names).map((glob) => prefix + glob))];
}

/** Globs of folders that lead to no target: a single image must not have all of its folder walked. */
function sideFolders(targets: readonly Target[], root: string): string[] {
  const ways = new Map<string, Set<string>>([["", new Set()]]);
  const wholes = targets.filter(({ kind }) => kind === "glob").map(({ folder }) => relative(root, folder));
  const isWhole = (way: string) => wholes.some((whole) => way === whole || way.startsWith(closed(whole)));
  for (const { folder } of targets) {
    let at = "";
    for (const part of partsOf(relative(root, folder))) {
      ways.set(at, (ways.get(at) ?? new Set()).add(part));
      at = at === "" ? part : `${at}${sep}${part}`;
      if (!ways.has(at)) ways.set(at, new Set());
    }
  }
  return [...ways].filter(([way]) => !isWhole(way)).map(([way, parts]) =>
    [...partsOf(way).map(literally), noneOf([...parts]), "**"].join("/")
  );
}

async function below(root: string, folder: string): Promise<string[]> {
  const way = relative(root, await realPath(folder) ?? folder);
  if (way === "") {
    throw new InputError(`Cannot draw into "${plain(folder)}": the images lie there; name another folder`);
  }
  const isInside = way !== "" && !partsOf(way).includes("..") && !way.startsWith(sep);
  return isInside ? [[...partsOf(way).map(literally), "**"].join("/")] : [];
}
