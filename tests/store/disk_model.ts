// A disk as a power cut leaves it: what was not made durable may be there, or not, or in part.
import { dirname } from "node:path";
import { type Effect, foldersOf } from "./recorder.ts";

type File = { bytes: Uint8Array; durable: Uint8Array };
const folder = "folder";
/** What has a name: a file, or a folder. */
type Named = File | typeof folder;
/** Path -> what it names. */
type Names = Map<string, Named>;

/** How much of what was not durable is there after the cut. `none`: nothing. `names`: all names, and files whose bytes
 *  were not durable are empty. `some`: this name and not that, half of a file, as chance wants it. */
export type Left = "none" | "names" | "some";

export interface Disk {
  apply(effect: Effect): void;
  /** Files by path, as a cut at this moment leaves them. */
  afterCut(left: Left, random: () => number): Map<string, Uint8Array>;
  /** Files by path, as they are without a cut. */
  now(): Map<string, Uint8Array>;
}

export function createDisk(root: string): Disk {
  const files = new Map<number, File>();
  const names: Names = new Map();
  const durable: Names = new Map();
  const syncing = new Map<number, () => void>();

  const name = (path: string, named: Named) => {
    for (const above of foldersOf(root, path)) if (!names.has(above)) names.set(above, folder);
    names.set(path, named);
  };
  const begin = (id: number, file: number | undefined, within: string | undefined) => {
    const bytes = [...files].filter(([number]) => file === number || (file === undefined && within === undefined))
      .map(([, one]) => [one, one.bytes] as const);
    const isWithin = (path: string) => within === undefined ? file === undefined : dirname(path) === within;
    const now = new Map([...names].filter(([path]) => isWithin(path)));
    syncing.set(id, () => {
      for (const [one, then] of bytes) one.durable = then;
      for (const path of durable.keys()) if (isWithin(path) && !now.has(path)) durable.delete(path);
      for (const [path, named] of now) durable.set(path, named);
    });
  };

  return {
    apply(effect) {
      if (effect.op === "create") {
        const file = { bytes: new Uint8Array(), durable: new Uint8Array() };
        files.set(effect.file, file);
        name(effect.path, file);
      } else if (effect.op === "write") {
        const file = files.get(effect.file);
        if (file !== undefined) file.bytes = new Uint8Array([...file.bytes, ...effect.bytes]);
      } else if (effect.op === "sync") begin(effect.id, effect.file, effect.folder);
      else if (effect.op === "synced") syncing.get(effect.id)?.();
      else if (effect.op === "remove") names.delete(effect.path);
      else {
        const from = names.get(effect.from);
        if (from === undefined) throw new TypeError(`Cannot ${effect.op} "${effect.from}": nobody has seen it made`);
        if (effect.op === "rename") names.delete(effect.from);
        name(effect.to, from);
      }
    },
    now: () => reachable(root, names, ({ bytes }) => bytes),
    afterCut(left, random) {
      if (left === "none") return reachable(root, durable, (file) => file.durable);
      const isDurable = (file: File) => file.bytes === file.durable;
      if (left === "names") return reachable(root, names, (file) => isDurable(file) ? file.bytes : new Uint8Array());
      const some = new Map([...durable, ...names].flatMap(([path]) => {
        const before = durable.get(path);
        const after = names.get(path);
        const named = before === after || random() < 0.5 ? after : before;
        return named === undefined ? [] : [[path, named] as const];
      }));
      return reachable(root, some, (file) => {
        if (isDurable(file) || random() < 0.3) return file.bytes;
        return random() < 0.5 ? file.durable : file.bytes.slice(0, file.bytes.length / 2);
      });
    },
  };
}

/** Files whose folders are there too. */
function reachable(root: string, names: Names, bytesOf: (file: File) => Uint8Array): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const [path, named] of names) {
    if (named === folder || !foldersOf(root, path).every((above) => names.get(above) === folder)) continue;
    found.set(path, bytesOf(named));
  }
  return found;
}
