// A store in a folder: whether it is there or can be made, and what its file system can do. What is written is removed.
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../../contract/errors.ts";
import { bytes } from "../text.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Bytes below which a disk is called nearly full, and full. */
const [little, nothing] = [2e9, 20e6];

/** `folder`: an absolute path. */
export function checkFolderStore(folder: string): Finding[] {
  const place = nearestFolder(folder);
  if (typeof place !== "string") return [place];
  const written = probed(place);
  const mine = place === folder ? "is there" : "can be made";
  const state = written.trouble === undefined
    ? ok("folder", `${mine}, and can be written`)
    : problem("folder", `Cannot write to "${place}": ${written.trouble}`, whereElse);
  return [state, ...spaceFinding(place), ...written.findings];
}

const whereElse = "Change its owner or permissions, or name another store with --store or FRAMEWRIGHT_STORE";

/** The folder, or the nearest above it that is there. */
function nearestFolder(folder: string): string | Finding {
  for (let path = folder;; path = dirname(path)) {
    const kind = kindOf(path);
    if (kind === "folder") return path;
    if (kind === "absent" && dirname(path) !== path) continue;
    if (kind === "file") return problem("folder", `"${path}" is a file, not a folder`, whereElse);
    return problem("folder", `Cannot look at "${path}": ${kind}`, whereElse);
  }
}

function kindOf(path: string): string {
  try {
    return Deno.statSync(path).isDirectory ? "folder" : "file";
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return "absent";
    return thrown instanceof Deno.errors.NotADirectory ? "absent" : refusalOf(thrown);
  }
}

function spaceFinding(place: string): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(place);
    const free = bavail * bsize;
    if (free >= little) return [ok("free space", bytes(free))];
    const found = `${bytes(free)} left`;
    const mend = "Free some space, or name a store on another disk";
    return [free < nothing ? problem("free space", found, mend) : warning("free space", found, mend)];
  } catch {
    return []; // some file systems do not tell
  }
}

type Probed = { readonly trouble?: string; readonly findings: readonly Finding[] };

function probed(place: string): Probed {
  let file: string;
  try {
    file = Deno.makeTempFileSync({ dir: place, prefix: ".framewright-doctor-" });
  } catch (thrown) {
    return { trouble: refusalOf(thrown), findings: [] };
  }
  try {
    return { findings: [syncFinding(place, file), linkFinding(file)] };
  } finally {
    Deno.removeSync(file);
  }
}

function syncFinding(place: string, path: string): Finding {
  try {
    for (const each of Deno.build.os === "windows" ? [path] : [path, place]) {
      using file = Deno.openSync(each, { read: true, write: each === path });
      file.syncSync();
    }
    return ok("fsync", "files and folders are made durable");
  } catch (thrown) {
    const mend = "After a power cut a version may be lost; use a local disk, or S3";
    return warning("fsync", `Cannot flush to the disk: ${refusalOf(thrown)}`, mend);
  }
}

function linkFinding(path: string): Finding {
  const link = `${path}.link`;
  try {
    Deno.linkSync(path, link);
    Deno.removeSync(link);
    return ok("hard links", "published files take no space of their own");
  } catch (thrown) {
    const mend = "Published files are copied: twice the space. Versions are claimed by hard links, so use another disk";
    return problem("hard links", `This file system makes none: ${refusalOf(thrown)}`, mend);
  }
}

function refusalOf(thrown: unknown): string {
  if (thrown instanceof Deno.errors.NotCapable) return "Deno was started without the permission";
  if (thrown instanceof Deno.errors.PermissionDenied) return "this user has no right to";
  if (!(thrown instanceof Error && "code" in thrown)) return messageOf(thrown);
  return { EROFS: "the disk may only be read", ENOSPC: "the disk is full" }[String(thrown.code)] ?? String(thrown.code);
}
