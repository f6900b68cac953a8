// Names of published files: safe on every file system, the same tomorrow, never the same for two items. Pure.
import { digestOf } from "../contract/json.ts";

/** Formats whose extension, when a key ends in it, is told apart in the name. */
const imageExtensions = new Set(["jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "avif", "bmp", "heic"]);

/** Words that readers of image folders take for the name of a split when they stand alone in a file name. */
const splitWord = "(?:train|training|validation|valid|dev|val|test|testing|eval|evaluation)";
const splitWordAlone = new RegExp(`(?<![a-z])${splitWord}(?![a-z])`, "gi");
/** Device names of Windows. */
const reserved = "(?:con|prn|aux|nul|com\\d|lpt\\d|conin|conout)";
const part = "[a-z0-9]+(?:[-_][a-z0-9]+)*";
const plainKey = new RegExp(`^${part}(?:/${part})*\\.[a-z]+$`);
const plainChild = new RegExp(`^${part}(?:\\.${part})*$`);
/** Stems that something else may claim: a device, a marked name, a split. */
const taken = new RegExp(`^${reserved}$|-[0-9a-f]{12}$|(?<![a-z])${splitWord}(?![a-z])`);
const longestPlain = 100;
const longestReadable = 60;

/** File name of an item's picture: letters, digits, `-` and `_`, one dot before `extension` (given without a dot).
 *
 *  A key of plain lower-case parts stays as it is: `cam1/f001.jpg` and its child `crop1.flip` become
 *  `cam1--f001__crop1__flip.jpg`, and `f001.png` becomes `f001-png.jpg`. Whatever else a key holds (capitals, spaces,
 *  dots, other alphabets, great length, words that readers take for a split) is made readable, and twelve digits of
 *  the digest of key and child are added. So names differ between items, also where case does not count. */
export function fileNameOf(item: { readonly key: string; readonly child: string }, extension: string): string {
  return `${plainStem(item, extension) ?? markedStem(item)}.${extension}`;
}

/** Folder name for a text such as a split: `[A-Za-z0-9_]`, marked with a digest where the text is not that already. */
export function folderNameOf(text: string): string {
  const plain = text.length <= 40 && /^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(text);
  if (plain && !reservedAlone.test(text) && !/_[0-9a-f]{12}$/.test(text)) return text;
  return `${readable(text, 40).replaceAll("-", "_")}_${digestOf(text).slice(0, 12)}`;
}

/** Folder names for texts such as ids of cameras: as they are where they are made of letters, digits, `-` and `_`, and
 *  differ from all the others also where case does not count; else marked with a digest. */
export function plainNamesOf(texts: Iterable<string>): (text: string) => string {
  const alike = Map.groupBy(new Set(texts), (text) => text.toLowerCase());
  return (text) => {
    const low = text.toLowerCase();
    const isPlain = text.length <= longestReadable && /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(low);
    const isAlone = text === low || (alike.get(low)?.length ?? 0) <= 1;
    if (isPlain && isAlone && !reservedAlone.test(low) && !/-[0-9a-f]{12}$/.test(low)) return text;
    return `${readable(text, 40)}-${digestOf(text).slice(0, 12)}`;
  };
}

const reservedAlone = new RegExp(`^${reserved}$`);

/** The stem of an item whose key and child can be read back from it, so that no other item has it. */
function plainStem({ key, child }: { readonly key: string; readonly child: string }, extension: string) {
  const length = key.length + child.length;
  if (length > longestPlain || !plainKey.test(key) || (child !== "" && !plainChild.test(child))) return undefined;
  const dot = key.lastIndexOf(".");
  const kind = key.slice(dot + 1);
  const folders = key.slice(0, dot);
  if (!imageExtensions.has(kind) || imageExtensions.has(lastWord(folders))) return undefined;
  const parent = `${folders.replaceAll("/", "--")}${kind === extension ? "" : `-${kind}`}`;
  const stem = child === "" ? parent : `${parent}__${child.replaceAll(".", "__")}`;
  return taken.test(stem) ? undefined : stem;
}

/** What stands behind the last `-`, where the format of the source would. */
function lastWord(stem: string): string {
  return stem.slice(stem.lastIndexOf("-") + 1);
}

function markedStem({ key, child }: { readonly key: string; readonly child: string }): string {
  const dot = key.lastIndexOf(".");
  const stem = dot > 0 && imageExtensions.has(key.slice(dot + 1).toLowerCase()) ? key.slice(0, dot) : key;
  const digest = digestOf(JSON.stringify([key, child])).slice(0, 12);
  return `${readable(child === "" ? stem : `${stem}_${child}`, longestReadable)}-${digest}`;
}

/** What can be kept of a text; the end of a long one, where names of files differ most. */
function readable(text: string, longest: number): string {
  const ascii = text.slice(-4 * longest).normalize("NFKD").replace(/\p{M}+/gu, "").replace(/[^A-Za-z0-9_]+/g, "-");
  const kept = ascii.slice(-longest).replace(/^[-_]+|[-_]+$/g, "");
  return kept.replace(splitWordAlone, "$&x") || "item";
}
