// Tests that read the shared photographs and hostile files, which are not part of this repository.
import { fileURLToPath } from "node:url";

const folder = Deno.env.get("FRAMEWRIGHT_ASSETS") ?? fileURLToPath(new URL("../../shared/assets", import.meta.url));

/** Path below the shared assets, such as `assetPath("photos/images")`. */
export function assetPath(path: string): string {
  return `${folder}/${path}`;
}

/** A test that needs the shared assets: left out, saying so, where they are absent; required where `CI` is set. */
export function assetTest(name: string, body: (t: Deno.TestContext) => Promise<void> | void): void {
  const absent = !isThere(folder);
  if (absent) console.warn(`Left out, because ${folder} is absent: ${name}`);
  Deno.test({ name, ignore: absent && Deno.env.get("CI") === undefined, fn: body });
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
