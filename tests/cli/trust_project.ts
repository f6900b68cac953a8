// A project with a step whose mood can be changed from outside, for commands that look after datasets.
import { putFile } from "../temp_folder.ts";
import { inProject } from "./project.ts";
import type { Ran } from "./terminals.ts";

export type TrustProject = {
  readonly root: string;
  readonly fw: (...args: string[]) => Promise<Ran>;
  /** What `moody` says: `well`, or the reason for which it rejects frames whose name begins with `b`. */
  readonly mood: (text: string) => void;
  readonly addFrame: (name: string, red: number) => Promise<void>;
};

/** Four frames of one colour each, and a manifest for them. */
export async function inTrustProject<T>(body: (project: TrustProject) => Promise<T>): Promise<T> {
  return await inProject(async (root) => {
    const mood = (text: string) => putFile(root, "mood", text);
    const addFrame = async (name: string, red: number) => {
      const { default: sharp } = await import("sharp");
      const background = { r: red, g: 90, b: 40 };
      const picture = sharp({ create: { width: 32, height: 24, channels: 3, background } });
      putFile(root, `frames/${name}.png`, new Uint8Array(await picture.png().toBuffer()));
    };
    for (const [at, name] of ["a1", "a2", "b1", "b2"].entries()) await addFrame(name, at * 50);
    putFile(root, "plugins/moody.ts", moody(root, 1));
    putFile(root, "cats.yaml", manifestOf(root));
    mood("well");
    return await body({ root, fw: (...args) => framewright(root, args), mood, addFrame });
  });
}

export function moody(root: string, version: number): string {
  return `import { readFileSync } from "node:fs";
import { defineItemStep, keep, reject, z } from "../runtime/plugin.ts";
export default defineItemStep({
  name: "moody",
  version: ${version},
  summary: "Rejects when it is not well",
  options: z.strictObject({}),
  examples: [],
  open: () => ({
    each(item) {
      const mood = readFileSync("${root}/mood", "utf8");
      return mood !== "well" && item.key.startsWith("b") ? reject(mood) : keep(item);
    },
  }),
});
`;
}

function manifestOf(root: string): string {
  return `name: cats
params: { note: { type: string, default: none } }
source: { uses: folder, with: { path: "${root}/frames" } }
steps:
  - uses: moody
  - uses: flip
exports:
  - uses: csv
limits: { max_rejected: 60% }
`;
}

async function framewright(root: string, args: readonly string[]): Promise<Ran> {
  const { code, stdout, stderr } = await startIn(root, args).output();
  const decoder = new TextDecoder();
  return { exit: code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

export function startIn(root: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command("deno", {
    args: ["run", "-q", "-P=work", "--no-prompt", "main.ts", ...args],
    cwd: root,
    env: { NO_COLOR: "1", INIT_CWD: root, FRAMEWRIGHT_STORE: "store" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
