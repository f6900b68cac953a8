// Globs as sources of files read them, made from names that people typed. Pure.

/** Characters that stand for others in a glob, in a class of their own. */
const special = /[[*?(|)]/g;
/** Those that nothing makes plain; in a glob they may be any character. */
const unruly = /[{}\\]/g;

/** A glob for a path as it is. In place of braces and backslashes any character fits. */
export function literally(path: string): string {
  return path.replace(special, "[$&]").replace(unruly, "?");
}

/** Longest glob, in UTF-16 units: matchers refuse those above 64 KiB. */
const longest = 50_000;

/** Globs for files of one folder. Thousands of globs would take minutes, one of thousands of names takes no time. */
export function anyOf(names: readonly string[]): string[] {
  const groups: string[][] = [[]];
  let length = 0;
  for (const name of names.map(literally)) {
    if (length + name.length > longest) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(name);
    length += name.length + 1;
  }
  return groups.filter(({ length }) => length > 0).map((group) =>
    group.length === 1 ? group.join("") : `@(${group.join("|")})`
  );
}

/** A glob for every name in a folder but these. */
export function noneOf(names: readonly string[]): string {
  return names.length === 0 ? "*" : `!(${names.map(literally).join("|")})`;
}

/** A glob for an extension in capitals, small letters or both. */
export function anyCase(extension: string): string {
  return extension.replaceAll(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}

/** Cuts a glob behind the folders that it names plainly: `a/b/*.jpg` into `a/b` and `*.jpg`; `undefined` when all of it
 *  is plain. */
export function cutGlob(path: string): { readonly folder: string; readonly glob: string } | undefined {
  const parts = path.split("/");
  const at = parts.findIndex((part) => /[*?[{]|[!@+]\(/.test(part));
  if (at === -1) return undefined;
  const folder = parts.slice(0, at).join("/");
  return { folder: folder === "" && path.startsWith("/") ? "/" : folder, glob: parts.slice(at).join("/") };
}
