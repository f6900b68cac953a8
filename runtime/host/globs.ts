// Which paths a source is about, by globs.
import { matchesGlob } from "node:path";
import type { FileQuery } from "../contract/hosts.ts";
import type { Filter } from "./walk.ts";

/** What a query wants. */
export function filterOf({ include = [], exclude = [] }: Omit<FileQuery, "root">): Filter {
  const matches = (path: string, globs: readonly string[]) => globs.some((glob) => matchesGlob(path, glob));
  const wanted = include.map(plainGlob);
  const unwanted = exclude.map(plainGlob);
  const unwantedFolders = unwanted.map((glob) => glob.replace(/\/\*\*$/, ""));
  return {
    wantsFile: (path) => (wanted.length === 0 || matches(path, wanted)) && !matches(path, unwanted),
    wantsFolder: (path) => !matches(path, unwantedFolders),
  };
}

/** Relative paths have no `./` in front; a folder's name with a slash behind it means all that is in it. */
function plainGlob(glob: string): string {
  return glob.replace(/^\.\//, "").replace(/\/$/, "/**");
}
