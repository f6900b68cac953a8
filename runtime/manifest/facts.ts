// Who needs which facts, and whether somebody earlier gives them.
import type { Plugin } from "../contract/plugin.ts";
import type { PluginsInput } from "./plugins.ts";
import { safely } from "./plugins.ts";
import type { Use } from "./uses.ts";

/** A use with its plugin; `options` is absent when they are wrong. */
export type Placed = {
  readonly use: Use;
  readonly plugin: Plugin | undefined;
  readonly options: { readonly options: unknown } | undefined;
};

/** Reports every fact that a step or export needs and nothing before it gives. */
export async function checkFacts(placed: readonly Placed[], input: PluginsInput): Promise<void> {
  const given = new Set<string>();
  let certain = placed.some(({ use }) => use.section === "source");
  for (const [index, place] of placed.entries()) {
    const needed = namesOf(place, "needs", input);
    const missing = certain && needed !== undefined ? needed.filter((fact) => !given.has(fact)) : [];
    for (const fact of missing) await reportMissing(fact, place, placed.slice(index + 1), input);
    const gives = namesOf(place, "gives", input);
    // Whatever a broken use would have given may be just what a later one needs.
    if (gives === undefined) certain = false;
    gives?.forEach((fact) => given.add(fact));
  }
}

/** `undefined` when they cannot be known. */
function namesOf(
  { use, plugin, options }: Placed,
  which: "needs" | "gives",
  input: PluginsInput,
): readonly string[] | undefined {
  if (plugin === undefined) return undefined;
  const names = factNames(plugin, which);
  if (typeof names !== "function") return names;
  return options === undefined ? undefined : safely(() => names(options.options), use, plugin, input);
}

type FactNames = readonly string[] | ((options: unknown) => readonly string[]);

function factNames(plugin: Plugin, which: "needs" | "gives"): FactNames {
  if (which === "needs") return "needs" in plugin ? plugin.needs ?? [] : [];
  return "gives" in plugin ? plugin.gives ?? [] : [];
}

async function reportMissing(
  fact: string,
  { use, plugin }: Placed,
  later: readonly Placed[],
  input: PluginsInput,
): Promise<void> {
  const after = later.find((place) => namesOf(place, "gives", input)?.includes(fact));
  const hint = after !== undefined
    ? `\`${after.plugin?.name}\` gives it, but comes later: move it up`
    : await givers(fact, input);
  const message = `\`${plugin?.name}\` needs the fact \`${fact}\`, which nothing before it gives`;
  input.report(input.locator.problem(use.namePlace, message, hint));
}

/** Which of all plugins give a fact. Loads them all: only for the sake of a good message. */
async function givers(fact: string, { names, load }: PluginsInput): Promise<string> {
  const loads = (["plugin", "source"] as const).flatMap((folder) => names(folder).map((name) => load(folder, name)));
  const settled = await Promise.allSettled(loads);
  const giving = settled.flatMap((result) =>
    result.status === "fulfilled" && gives(result.value, fact) ? [result.value] : []
  )
    .map(({ kind, name }) => kind === "source" ? `the source \`${name}\`` : `the step \`${name}\``);
  return giving.length === 0 ? "No known plugin gives it" : `It is given by ${giving.join(", ")}`;
}

function gives(plugin: Plugin, fact: string): boolean {
  const names = factNames(plugin, "gives");
  if (typeof names !== "function") return names.includes(fact);
  try {
    const parsed = plugin.options.safeParse({});
    return parsed.success && names(parsed.data).includes(fact);
  } catch {
    return false;
  }
}
