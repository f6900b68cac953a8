// Finds the manifest that makes a dataset, for messages that tell people what to run.
import { readdirSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";

/** Looks into `folders` in turn. The path is as one would type it in `from`. A name with parameters, such as
 *  `motogp~1a2b3c4d`, is looked for without them. */
export function createManifestFinder(
  folders: readonly string[],
  from: string,
): (dataset: string) => Promise<string | undefined> {
  return (dataset) => {
    const [pipeline = ""] = dataset.split("~");
    const files = [...new Set(folders.map((folder) => resolve(from, folder)))].flatMap(manifestsIn);
    const found = files.find((file) => nameIn(file) === pipeline);
    return Promise.resolve(found === undefined ? undefined : shownFrom(from, found));
  };
}

function manifestsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => `${folder}/${name}`);
  } catch {
    return []; // a folder that cannot be listed has no advice to give
  }
}

/** `name:` as it stands on a line of its own, which is how everybody writes it. */
function nameIn(file: string): string | undefined {
  try {
    return /^name:\s*["']?([a-z0-9_-]+)["']?\s*(?:#.*)?$/m.exec(readFileSync(file, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function shownFrom(folder: string, path: string): string {
  const short = relative(folder, path);
  return short.startsWith("..") ? path : short;
}
