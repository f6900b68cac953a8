// A folder for one test.
import { dirname } from "node:path";

/** Runs `body` with an empty folder, which is removed afterwards. */
export async function inFolder<T>(body: (root: string) => Promise<T> | T): Promise<T> {
  const root = await Deno.makeTempDir();
  try {
    return await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Writes a file below `root`, making its folders, with a fixed time of change (in seconds). */
export function putFile(root: string, path: string, content: string | Uint8Array, seconds = 1_700_000_000): void {
  const file = `${root}/${path}`;
  Deno.mkdirSync(dirname(file), { recursive: true });
  Deno.writeFileSync(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
  Deno.utimeSync(file, seconds, seconds);
}
