// What has to be done so that a folder holds the files of a version, and nothing of anybody else is lost.
import { InputError, PluginError } from "../contract/errors.ts";
import type { Digest } from "../contract/json.ts";
import type { TreeEntry } from "../contract/version.ts";
import type { CheckoutFolder, Found } from "./checkout_folder.ts";
import type { HeldFile, HeldIndex } from "./held_files.ts";

export type CheckoutPlan = {
  readonly write: readonly TreeEntry[];
  readonly remove: readonly string[];
  /** What is there already. */
  readonly kept: ReadonlyMap<string, HeldFile>;
  /** The same, and files of ours that are to be replaced, as they are now. */
  readonly there: ReadonlyMap<string, HeldFile>;
  /** Files of earlier versions that stay. */
  readonly left: ReadonlyMap<string, HeldFile>;
};

export type PlanRequest = {
  readonly folder: CheckoutFolder;
  /** What is wanted, by path. */
  readonly wanted: ReadonlyMap<string, TreeEntry>;
  readonly held: HeldIndex | undefined;
  /** Digests by path of a version that an interrupted call was writing. */
  readonly coming: ReadonlyMap<string, Digest>;
  readonly linked: boolean;
  /** Files that are no longer wanted stay. */
  readonly keepOld: boolean;
  readonly force: boolean;
  /** The name of the index: no file may have it. */
  readonly index: string;
  readonly signal: AbortSignal;
};

/** Conflicts that a message names. */
const named = 10;

/** Plans a checkout. Throws `InputError` when files that were changed by hand, or files of others, are in the way. */
export async function planCheckout(request: PlanRequest): Promise<CheckoutPlan> {
  const { folder, wanted, signal } = request;
  checkPaths(request);
  const plan = { write: [] as TreeEntry[], remove: [] as string[] };
  const [kept, there] = [new Map<string, HeldFile>(), new Map<string, HeldFile>()];
  const conflicts: string[] = [];
  for (const entry of wanted.values()) {
    signal.throwIfAborted();
    const found = folder.find(entry.path);
    const { said, file } = await judge(request, entry.path, found, entry.digest);
    if (said === "same" && file !== undefined) kept.set(entry.path, file);
    else plan.write.push(entry);
    if (said === "foreign") conflicts.push(entry.path);
    else if (file !== undefined) there.set(entry.path, file);
  }
  const left = await planRemovals(request, plan.remove, conflicts);
  if (conflicts.length > 0 && !request.force) throw inTheWay(request, conflicts);
  return { ...plan, kept, there, left };
}

/** A file that was just found as it should be. */
export function heldOf({ digest, size }: TreeEntry, found: Found): HeldFile {
  return { digest, size, ...(found.kind === "file" ? { mark: found.mark } : {}) };
}

/** `same`: as it is wanted. `ours`: as an earlier call wrote it. `foreign`: of others, or changed by hand. `file` is the
 *  file as it is. */
type Judgement = { readonly said: "same" | "ours" | "foreign" | "absent"; readonly file?: HeldFile };

async function judge(
  { folder, held, coming, linked }: PlanRequest,
  path: string,
  found: Found,
  wanted: Digest | undefined,
): Promise<Judgement> {
  if (found.kind === "nothing") return { said: "absent" };
  if (found.kind !== "file") return { said: "foreign" };
  const known = held?.files.get(path) ?? held?.left?.get(path);
  const isUntouched = known !== undefined && known.size === found.size && known.mark === found.mark;
  const digest = isUntouched ? known.digest : await folder.digest(path);
  const file = { digest, size: found.size, mark: found.mark };
  if (digest === wanted) {
    return { said: held === undefined || (held.linked === true) === linked ? "same" : "ours", file };
  }
  const isOurs = isUntouched || digest === known?.digest || digest === coming.get(path);
  return { said: isOurs ? "ours" : "foreign", file };
}

/** Decides about files that are no longer wanted; gives those that stay. */
async function planRemovals(
  request: PlanRequest,
  remove: string[],
  conflicts: string[],
): Promise<ReadonlyMap<string, HeldFile>> {
  const { folder, held, coming, wanted, keepOld, signal } = request;
  const left = new Map<string, HeldFile>();
  const old = new Set([...held?.files.keys() ?? [], ...held?.left?.keys() ?? [], ...coming.keys()]);
  for (const path of old) {
    signal.throwIfAborted();
    if (wanted.has(path) || !isSafe(path, request.index)) continue;
    const found = folder.find(path);
    const known = held?.files.get(path) ?? held?.left?.get(path);
    if (keepOld) {
      if (found.kind === "file" && known !== undefined) left.set(path, known);
      continue;
    }
    const { said } = await judge(request, path, found, undefined);
    // What was never ours by the index alone stays: the interrupted call may not have come to it.
    if (said === "foreign" && known === undefined) continue;
    if (said === "foreign") conflicts.push(path);
    if (found.kind === "file") remove.push(path);
  }
  return left;
}

function inTheWay({ folder, held }: PlanRequest, conflicts: readonly string[]): InputError {
  const isKnown = (path: string) => held?.files.has(path) === true || held?.left?.has(path) === true;
  const changed = conflicts.filter(isKnown);
  const others = conflicts.filter((path) => !isKnown(path));
  const list = (paths: readonly string[]) =>
    paths.slice(0, named).map((path) => `"${path}"`).join(", ") + (paths.length > named ? ", …" : "");
  const said = [
    ...(changed.length > 0 ? [`${filesText(changed.length)} changed by hand: ${list(changed)}`] : []),
    ...(others.length > 0 ? [`${filesText(others.length)} not written by this command: ${list(others)}`] : []),
  ];
  const way = "nothing was touched; move them, choose another folder, or replace them with --force";
  return new InputError(`Cannot write to "${folder.path}": ${said.join("; ")}; ${way}`);
}

function filesText(count: number): string {
  return count === 1 ? "1 file was" : `${count} files were`;
}

function checkPaths({ folder, wanted, index }: PlanRequest): void {
  const folded = new Map<string, string>();
  let double: readonly [string, string] | undefined;
  for (const path of wanted.keys()) {
    if (!isSafe(path, index)) {
      throw new PluginError(`Cannot write "${path}": that is no path to a file within the version's folder`);
    }
    const name = path.normalize("NFC").toLowerCase();
    const other = folded.get(name);
    if (other !== undefined) double ??= [other, path];
    folded.set(name, path);
  }
  if (double === undefined || !folder.foldsCase()) return;
  const [one, other] = double;
  const what =
    `for the disk that holds "${folder.path}" they are one name; choose a folder on a disk that tells them apart`;
  throw new InputError(`Cannot write both "${one}" and "${other}": ${what}`);
}

/** True when a path stays in its folder on every system, and is no file of ours. */
function isSafe(path: string, index: string): boolean {
  return path !== index && !/^\.framewright\./.test(path) && path.isWellFormed() &&
    path.split("/").every((name) => name !== "" && name !== "." && name !== ".." && !/[\0\\]/.test(name));
}
