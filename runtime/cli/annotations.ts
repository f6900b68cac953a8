// Takes COCO annotations out of a published version, with images named as the user's files are.
import { readFile } from "node:fs/promises";
import { InputError } from "../contract/errors.ts";
import type { Item } from "../contract/item.ts";
import { fileNameOf } from "../report/names.ts";
import { writeTextFile } from "./files.ts";
import { plain } from "./text.ts";

/** Throws `InputError` when there is a file that is not of our making: annotations take long to make by hand. */
export async function checkAnnotationFile(path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch((cause) => {
    if (cause?.code === "ENOENT") return undefined;
    if (cause?.code === "EISDIR") throw refused(path, "it is a folder, and a file is needed");
    throw refused(path, "it cannot be read");
  });
  if (text === undefined || text.slice(0, 500).includes('"contributor":"Framewright"')) return;
  throw refused(path, "there is a file that was not made here; name another");
}

function refused(path: string, what: string): InputError {
  return new InputError(`Cannot write the annotations "${plain(path)}": ${what}`);
}

/** Writes `file`, annotations of a version, to `path`; `file_name` becomes the path below the folder of the images. */
export async function takeAnnotations(file: string, path: string, items: AsyncIterable<Item>): Promise<void> {
  const keys = new Map<string, string>();
  for await (const item of items) keys.set(fileNameOf(item, "jpg"), item.key);
  const named = (name: string, value: unknown) =>
    name === "file_name" && typeof value === "string" ? keys.get(value) ?? value : value;
  const annotations: Record<string, unknown> = JSON.parse(await readFile(file, "utf8"), named);
  const members = Object.entries(annotations).map(([name, value]) => `${JSON.stringify(name)}:${lines(value)}`);
  await writeTextFile(path, `{${members.join(",\n")}}\n`, { replace: true });
}

/** JSON with one entry of a list a line. */
function lines(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return `[${value.map((entry) => `\n${JSON.stringify(entry)}`).join(",")}]`;
}
