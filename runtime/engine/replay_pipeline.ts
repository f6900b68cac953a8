// The pipeline of a version, put together from what the version says of itself: no manifest and no source is needed.
import { z } from "zod";
import { InputError, messageOf, type Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Bound, Pipeline } from "../contract/manifest.ts";
import type { Plugin, SourceDefinition } from "../contract/plugin.ts";
import type { BoundPlugin, Version } from "../contract/version.ts";

export type PartsHere = {
  readonly load: (folder: "source" | "plugin", name: string) => Promise<Plugin>;
  /** Where the secrets come from that were left out of the version. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Items at work at once. */
  readonly concurrency: number;
};

/** Throws `InputError` with all that is not here as it was when the version was made. */
export async function pipelineOfVersion(version: Version, here: PartsHere): Promise<Pipeline> {
  const { dataset, columns, provenance: { pipeline, params, seed, source, steps, exports, limits } } = version;
  const problems: Problem[] = [];
  const secrets = new Set<string>();
  const ends = columns.map(({ name }) => name.slice(name.lastIndexOf("+") + 1));
  const bind = async (said: BoundPlugin) => {
    const bound = await boundHere(said, here, secrets);
    if (!("problem" in bound)) return { ...bound, keep: ends.includes(said.id) };
    problems.push({ message: bound.problem });
  };
  const boundSteps = await Promise.all(steps.map(bind));
  const boundExports = await Promise.all(exports.map(bind));
  if (problems.length > 0) throw notHere(version, problems);
  return {
    name: pipeline,
    dataset,
    params,
    seed,
    source: sourceOf(source),
    steps: boundSteps.flatMap((bound) => isStep(bound) ? [bound] : []),
    exports: boundExports.flatMap((bound) => isExport(bound) ? [bound] : []),
    sinks: [],
    limits: { ...limits, concurrency: here.concurrency, maxRejected: { share: 1 }, itemTimeout: 600, retries: 3 },
    publish: "none",
    secrets: [...secrets],
  };
}

/** The error that says why a version cannot be computed again on this machine, or by this program. */
export function notHere({ dataset }: Version, problems: readonly Problem[]): InputError {
  const count = problems.length === 1 ? "something differs" : `${problems.length} things differ`;
  return new InputError(`Cannot replay "${dataset}" here: ${count} from when this version was made`, problems);
}

/** Stands for the source, whose code is not needed: what it listed and read is in the store. */
function sourceOf({ id, uses, version, options }: BoundPlugin): Bound<SourceDefinition> {
  const open = () => {
    throw new TypeError(`Cannot open the source "${id}" of a replay`);
  };
  const definition: SourceDefinition = { kind: "source", name: uses, version, summary: "", options: z.unknown(), open };
  return { id, definition, options: {}, written: options, keep: false };
}

/** What the version says of a plugin, bound to the plugin that is here; or, in words, why that cannot be. */
async function boundHere(
  { id, uses, kind, version, options: written }: BoundPlugin,
  { load, env }: PartsHere,
  secrets: Set<string>,
): Promise<Bound<Plugin> | { readonly problem: string }> {
  const definition = await load("plugin", uses).catch((thrown) => {
    if (thrown instanceof InputError) return { problem: thrown.message };
    throw thrown;
  });
  if ("problem" in definition) return definition;
  if (definition.kind !== kind) return { problem: `"${id}" was ${words[kind]}, here it is ${words[definition.kind]}` };
  if (definition.version !== version) {
    return { problem: `"${id}" was ${uses} v${version}, here it is v${definition.version}` };
  }
  const absent = new Set<string>();
  const parsed = parse(definition, filled(written, env, { secrets, absent }));
  if (absent.size > 0) {
    const names = [...absent].join(", ");
    return { problem: `"${id}" needs ${names} in the environment: secrets are never kept in a version` };
  }
  if (parsed.success) return { id, definition, options: parsed.data, written, keep: false };
  return { problem: `"${id}" does not take the options here that it had: ${messageOf(parsed.error)}` };
}

function parse({ options }: Plugin, value: Json) {
  return options.safeParse(value, { jitless: true });
}

const words = {
  source: "a source",
  item: "an item step",
  dataset: "a dataset step",
  export: "an export",
  sink: "a sink",
} as const;

const secretPattern = /\$\{\{\s*secrets\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

type Secrets = { readonly secrets: Set<string>; readonly absent: Set<string> };

/** Options with the secrets back in their places. */
function filled(value: Json, env: PartsHere["env"], { secrets, absent }: Secrets): Json {
  if (typeof value === "string") {
    return value.replace(secretPattern, (_, name: string) => {
      const secret = env[name] ?? "";
      if (secret === "") absent.add(name);
      else secrets.add(secret);
      return secret;
    });
  }
  if (Array.isArray(value)) return value.map((one: Json) => filled(one, env, { secrets, absent }));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, filled(member, env, { secrets, absent })] as const]
  );
  return Object.fromEntries(members);
}

function isStep(bound: Bound<Plugin> | undefined): bound is Pipeline["steps"][number] {
  return bound?.definition.kind === "item" || bound?.definition.kind === "dataset";
}

function isExport(bound: Bound<Plugin> | undefined): bound is Pipeline["exports"][number] {
  return bound?.definition.kind === "export";
}
