// The name `latest` beside the published versions of a dataset.
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { removeFile } from "./folder_files.ts";

/** Lets `<home>/latest` lead to `v<number>`, in one step for whoever looks, unless it leads to a later version. Where
 *  Deno may not make links (it wants read and write permission without a path for that), `<home>/latest.json` says it
 *  instead, as `{"folder":"v12"}`. */
export function pointLatest(home: string, number: number): void {
  const { linked, written } = latestNumbers(home);
  if (linked >= number || written > number) return;
  try {
    replaced(`${home}/latest`, (path) => Deno.symlinkSync(`v${number}`, path, { type: "dir" }));
    removeFile(`${home}/latest.json`);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotCapable)) throw thrown;
    replaced(`${home}/latest.json`, (path) => Deno.writeTextFileSync(path, `{"folder":"v${number}"}\n`));
    removeFile(`${home}/latest`);
  }
}

/** What the link and the file lead to; 0 where there is none. A file that leads there already makes way for a link. */
function latestNumbers(home: string): { readonly linked: number; readonly written: number } {
  return {
    linked: numberIn(read(() => Deno.readLinkSync(`${home}/latest`))),
    written: numberIn(read(() => Deno.readTextFileSync(`${home}/latest.json`))),
  };
}

function numberIn(said = ""): number {
  return Number(/^(?:\{"folder":")?v(\d+)/.exec(said)?.[1] ?? 0);
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
  const temporary = `${dirname(path)}/.latest-${randomUUID()}`;
  make(temporary);
  try {
    Deno.renameSync(temporary, path);
  } catch (thrown) {
    removeFile(temporary);
    throw thrown;
  }
}
