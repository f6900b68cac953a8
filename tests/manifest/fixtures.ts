// A few plugins, and manifests bound with them: the tests of this folder must not change when a shipped plugin does.
import { InputError } from "../../runtime/contract/errors.ts";
import type { Pipeline } from "../../runtime/contract/manifest.ts";
import type { Plugin } from "../../runtime/contract/plugin.ts";
import { type BindInput, bindPipeline } from "../../runtime/manifest/bind.ts";
import {
  defineDatasetStep,
  defineExport,
  defineItemStep,
  defineSink,
  defineSource,
  type Item,
  keep,
  z,
} from "../../runtime/plugin.ts";

const side = z.int().min(1).max(16_384);
const passing = { open: () => ({ each: (item: Item) => keep(item) }) };
const silent = { open: () => ({ write: () => Promise.resolve() }) };

const files = defineSource({
  name: "files",
  version: 1,
  summary: "Files of a folder",
  options: z.strictObject({
    path: z.string().min(1).describe("The folder"),
    include: z.array(z.string()).default([]).describe("Globs"),
  }),
  gives: ["camera"],
  open: () => ({ async *records() {}, read: () => Promise.resolve(new Uint8Array()) }),
});

const resize = defineItemStep({
  name: "resize",
  version: 1,
  summary: "Changes the size",
  options: z.strictObject({
    width: side.describe("Width in pixels"),
    height: side.optional().describe("Height in pixels"),
    fit: z.enum(["fill", "contain", "cover"]).default("fill").describe("How it fits"),
    corner: z.tuple([z.int(), z.int()]).optional(),
    border: z.union([z.int().min(0), z.strictObject({ left: z.int(), right: z.int() })]).optional(),
    sharpen: z.boolean().default(false),
  }),
  examples: [{ title: "halves", with: { width: 32 }, size: [64, 48], expect: { size: [32, 24] } }],
  ...passing,
});

const score = defineItemStep({
  name: "score",
  version: 3,
  summary: "Scores images",
  options: z.strictObject({
    min_score: z.number().min(0).max(1).default(0.5),
    labels: z.array(z.string()).min(1).optional(),
    ratio: z.string().regex(/^\d+:\d+$/, "write a ratio as 16:9").optional(),
  }).refine(({ min_score, labels }) => min_score < 1 || labels !== undefined, "name labels for a score of 1"),
  gives: ["score"],
  examples: [],
  ...passing,
});

const hash = defineItemStep({
  name: "hash",
  version: 1,
  summary: "Hashes images",
  options: z.strictObject({}),
  gives: ["phash"],
  examples: [],
  ...passing,
});

const dedupe = defineDatasetStep({
  name: "dedupe",
  version: 1,
  summary: "Drops what looks the same",
  options: z.strictObject({ by: z.string().default("phash") }),
  needs: ({ by }) => [by],
  gives: ({ by }) => [`${by}_group`],
  examples: [],
  open: () => ({ async *whole() {} }),
});

const touchy = defineItemStep({
  name: "touchy",
  version: 1,
  summary: "Fails on its options",
  options: z.strictObject({
    a: z.int().refine((a) => {
      if (a === 13) throw new RangeError("thirteen");
      return true;
    }).optional(),
    date: z.date().optional(),
  }),
  examples: [],
  ...passing,
});

const clueless = defineItemStep({
  name: "clueless",
  version: 1,
  summary: "Cannot say what it needs",
  options: z.strictObject({}),
  needs: () => {
    throw new TypeError("no idea");
  },
  examples: [],
  ...passing,
});

const table = defineExport({
  name: "table",
  version: 1,
  summary: "A table",
  options: z.strictObject({ quality: z.int().min(1).max(100).default(90).describe("JPEG quality") }),
  ...silent,
});

const scores = defineExport({
  name: "scores",
  version: 1,
  summary: "A list of scores",
  options: z.strictObject({}),
  needs: ["score"],
  ...silent,
});

const post = defineSink({
  name: "post",
  version: 1,
  summary: "Posts a message",
  options: z.strictObject({ url: z.string().min(1), token: z.string().optional() }),
  open: () => ({ deliver: () => Promise.resolve() }),
});

export const plugins: readonly Plugin[] = [files, resize, score, hash, dedupe, touchy, clueless, table, scores, post];

/** `damaged` is listed and does not load. */
export const door: Pick<BindInput, "load" | "names"> = {
  names: (
    folder,
  ) => [
    ...plugins.filter(({ kind }) => (kind === "source") === (folder === "source")).map(({ name }) => name),
    "damaged",
  ],
  load: (folder, name) => {
    const found = plugins.find((plugin) =>
      plugin.name === name && (plugin.kind === "source") === (folder === "source")
    );
    return found === undefined
      ? Promise.reject(new SyntaxError("Unexpected token\n  at line 3"))
      : Promise.resolve(found);
  },
};

export type Given = Partial<Pick<BindInput, "set" | "env" | "limit" | "concurrency">>;

/** Binds a manifest called `m.yaml`. */
export async function bind(text: string, given: Given = {}): Promise<Pipeline> {
  return await bindPipeline({ text, file: "m.yaml", set: {}, env: {}, ...door, ...given });
}

/** The problems of a manifest, `line:column message (hint)` each; empty when it binds. */
export async function problemsOf(text: string, given: Given = {}): Promise<string[]> {
  try {
    await bind(text, given);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return thrown.problems.map(({ line, column, message, hint }) =>
      `${line === undefined ? "" : `${line}:${column} `}${message}${hint === undefined ? "" : ` (${hint})`}`
    );
  }
}
