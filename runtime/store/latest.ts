// The name `latest` beside the published versions of a dataset.
import { randomUUID } from "node:crypto";
import { removeFile } from "./folder_files.ts";

/** Lets `<home>/latest` lead to `v<number>`, in one step for whoever looks, unless it leads to a later version. Where
 *  Deno may not make links (it wants read and write permission without a path for that), `<home>/latest.json` says it
 *  instead, as `{"folder":"v12"}`. */
export function pointLatest(home: string, number: number): void {
  const latest = latestNumber(home);
  if (latest !== undefined && latest >= number) return;
  try {
    replaced(`${home}/latest`, (path) => Deno.symlinkSync(`v${number}`, path, { type: "dir" }));
    removeFile(`${home}/latest.json`);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotCapable)) throw thrown;
    replaced(`${home}/latest.json`, (path) => Deno.writeTextFileSync(path, `{"folder":"v${number}"}\n`));
    removeFile(`${home}/latest`);
  }
}

function latestNumber(home: string): number | undefined {
  const said = read(() => Deno.readLinkSync(`${home}/latest`)) ??
    read(() => Deno.readTextFileSync(`${home}/latest.json`));
  const digits = /^(?:\{"folder":")?v(\d+)/.exec(said ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function read(from: () => string): string | undefined {
  try {
    return from();
  } catch {
    // Nothing there, or nothing of ours: what is wrong with it, replacing it will say.
    return undefined;
  }
}

function replaced(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.${randomUUID()}.partial`;
  make(temporary);
  try {
    Deno.renameSync(temporary, path);
  } catch (thrown) {
    removeFile(temporary);
    throw thrown;
  }
}
