// A manifest's text, bound: parameters filled in, plugins loaded, options parsed, every problem found at once. Pure: how
// plugins load and what the environment holds are given.
import { InputError, type Problem } from "../contract/errors.ts";
import type { JsonObject } from "../contract/json.ts";
import type { Pipeline } from "../contract/manifest.ts";
import { pipelineOf } from "./assemble.ts";
import { checkShape } from "./check_shape.ts";
import { checkFacts, type Placed } from "./facts.ts";
import { createLocator, type Locator } from "./locator.ts";
import { changedParams, declareParams, type ParamsInput, paramValues, unknownSettings } from "./params.ts";
import { loadPlugins, parseOptions, type PluginDoor, type PluginFolder } from "./plugins.ts";
import { createScope, type Declared, type Scope } from "./scope.ts";
import { childOf, type Node, readTree } from "./tree.ts";
import { idsOf, reportClashes, type Use, usesOf } from "./uses.ts";

export type BindInput = PluginDoor & {
  readonly text: string;
  /** How problems call the text. */
  readonly file: string;
  /** Parameters as written on the command line. */
  readonly set: Readonly<Record<string, string>>;
  /** The environment, which secrets come from too. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** At most this many records. */
  readonly limit?: number;
  /** Items at work at once where the manifest does not say; 4 when absent. */
  readonly concurrency?: number;
};

/** More problems than these are not shown. */
const mostProblems = 100;

type Binding = {
  readonly input: BindInput;
  readonly locator: Locator;
  readonly problems: Problem[];
  readonly report: (problem: Problem) => void;
};

/** The bound pipeline of a manifest. Throws `InputError` (code `manifest`) with every problem found. */
export async function bindPipeline(input: BindInput): Promise<Pipeline> {
  const problems: Problem[] = [];
  const locator = createLocator(input.file, input.text);
  const binding: Binding = { input, locator, problems, report: (problem) => void problems.push(problem) };
  const root = readTree(locator, binding.report);
  if (root === undefined) throw refusal(binding);
  return await bindTree(binding, root);
}

async function bindTree(binding: Binding, root: Node): Promise<Pipeline> {
  const { input, locator, report } = binding;
  const params: ParamsInput = { locator, params: declareParams(childOf(root, "params")), set: input.set, report };
  unknownSettings(params).forEach(report);
  if (input.limit !== undefined && !(Number.isSafeInteger(input.limit) && input.limit > 0)) {
    report({ message: `\`--limit ${input.limit}\`: expected a whole number from 1 up` });
  }
  const scope = createScope({
    locator,
    params: paramValues(params),
    env: envValues(childOf(root, "env"), report),
    outer: input.env,
  });
  const values = lookUpAll(root, scope, params);
  const uses = usesOf(root, scope, report);
  const ids = idsOf(uses);
  reportClashes(uses, ids, locator, report);
  const placed = await placeAll(binding, uses, scope);
  const manifest = checkShape({ locator, report, root, scope, placed });
  if (binding.problems.length > 0 || manifest === undefined) throw refusal(binding, scope.secrets);
  const changed = changedParams(params, scope, values);
  const { limit, concurrency = 4 } = input;
  return pipelineOf({ manifest, values, changed, placed, ids, secrets: [...scope.secrets], limit, concurrency });
}

function refusal({ input, problems }: Binding, secrets: Iterable<string> = []): InputError {
  const different = new Map(problems.map((problem) => [JSON.stringify(problem), withoutSecrets(problem, secrets)]));
  const sorted = [...different.values()].sort((left, right) =>
    (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0)
  );
  const count = sorted.length === 1 ? "1 problem" : `${sorted.length} problems`;
  const shown = sorted.slice(0, mostProblems);
  const rest = shown.length === sorted.length ? "" : `, the first ${mostProblems} are shown`;
  return new InputError(`Cannot use the manifest "${input.file}": it has ${count}${rest}`, shown, { code: "manifest" });
}

/** Messages show secrets as templates already; this is for the words of plugins, which get the values. */
function withoutSecrets(problem: Problem, secrets: Iterable<string>): Problem {
  let { message, hint } = problem;
  for (const secret of secrets) {
    // Blotting out every "a" would spoil messages and hide nothing.
    if (secret.length < 4) continue;
    message = message.replaceAll(secret, "***");
    hint = hint?.replaceAll(secret, "***");
  }
  return { ...problem, message, ...(hint === undefined ? {} : { hint }) };
}

function envValues(section: Node | undefined, report: (problem: Problem) => void): Map<string, Declared> {
  if (section?.kind !== "map") return new Map();
  return new Map([...section.entries.values()].map(({ key, value: node }) => {
    const resolve = (scope: Scope) => {
      const filled = scope.fill(node, { report });
      if (scope.failed.has(node) || typeof filled.value === "object") return undefined;
      return { ...filled, value: String(filled.value), shown: String(filled.shown) };
    };
    return [key, { resolve }];
  }));
}

/** Looks every parameter and variable up, used or not, so that all their problems are found. */
function lookUpAll(root: Node, scope: Scope, { params, report }: ParamsInput): JsonObject {
  const env = childOf(root, "env");
  const names = env?.kind === "map" ? [...env.entries.keys()] : [];
  names.forEach((name) => scope.lookup({ root: "env", name }, root, { report }));
  return Object.fromEntries(
    [...params.values()].map(({ name, place }) => [
      name,
      scope.lookup({ root: "params", name }, place, { report })?.shown,
    ]),
  );
}

async function placeAll(binding: Binding, uses: readonly Use[], scope: Scope): Promise<Placed[]> {
  const { input: { load, names }, locator, report } = binding;
  const listed = { source: names("source"), plugin: names("plugin") };
  const door = { load, names: (folder: PluginFolder) => listed[folder], locator, report, failed: scope.failed };
  const plugins = await loadPlugins(uses, door);
  const placed = uses.map((use, index) => {
    const plugin = plugins[index];
    return { use, plugin, options: plugin === undefined ? undefined : parseOptions(use, plugin, door) };
  });
  await checkFacts(placed.filter(({ use }) => !use.off), door);
  return placed;
}
