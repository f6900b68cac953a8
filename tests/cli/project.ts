// A project in a folder of its own, with the runtime of this one: for plugins that must not be in the real folders.
import { inFolder, putFile } from "../temp_folder.ts";
import { projectRoot } from "./terminals.ts";

const linked = [
  "runtime",
  "tests/suites",
  "tests/temp_folder.ts",
  "tests/assets.ts",
  "tests/plugins/steps.ts",
  "tests/plugins/sinks.ts",
  "tests/sources/host.ts",
];
const copied = ["main.ts", "deno.lock"];

/** Runs `body` with the project's folder, which is removed afterwards. Its plugins are those of this project. */
export async function inProject<T>(body: (root: string) => Promise<T>): Promise<T> {
  return await inFolder(async (root) => {
    putFile(root, "deno.json", configText());
    for (const path of copied) Deno.copyFileSync(`${projectRoot}/${path}`, `${root}/${path}`);
    for (const folder of ["tests/plugins", "tests/sources", "plugins", "sources"]) {
      Deno.mkdirSync(`${root}/${folder}`, { recursive: true });
    }
    for (const path of linked) Deno.symlinkSync(`${projectRoot}/${path}`, `${root}/${path}`);
    for (const path of ["sources/folder.ts", "plugins/flip.ts", "plugins/csv.ts"]) {
      Deno.copyFileSync(`${projectRoot}/${path}`, `${root}/${path}`);
    }
    return await body(root);
  });
}

/** Without the lint plugin, whose rules are for the real folders. */
function configText(): string {
  const { lint: _, ...config } = JSON.parse(Deno.readTextFileSync(`${projectRoot}/deno.json`));
  return JSON.stringify(config);
}
