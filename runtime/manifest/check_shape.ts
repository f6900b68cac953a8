// Whether a manifest has the keys it should, plugin options aside.
import { z } from "zod";
import type { Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Placed } from "./facts.ts";
import { issueProblems } from "./issues.ts";
import type { Locator } from "./locator.ts";
import { optionsSchema } from "./plugins.ts";
import { type Resolved, resolvedTo, type Scope } from "./scope.ts";
import { type Manifest, manifestShape } from "./shape.ts";
import { hasTemplate } from "./template.ts";
import { type Node, plainOf } from "./tree.ts";
import { isObject } from "./wording.ts";

export type ShapeInput = {
  readonly locator: Locator;
  readonly report: (problem: Problem) => void;
  readonly root: Node;
  readonly scope: Scope;
  readonly placed: readonly Placed[];
};

/** Each schema parses once: compiling it first, as Zod otherwise does, would cost more than it saves. */
const once = { jitless: true } as const;
/** Keys whose templates are filled in where they are used. */
const asWritten = new Set(["params", "env", "description"]);
/** Keys that are read without a run, when no parameter has a value. */
const beforeRuns = new Set(["name", "on"]);
const ofUses = new Set(["source", "steps", "exports", "sinks"]);

/** The manifest as its shape parses it; `undefined` after everything wrong with it was reported. */
export function checkShape(input: ShapeInput): Manifest | undefined {
  const { locator, report, root, scope, placed } = input;
  const misplaced = reportMisplaced(input);
  const { value, shown } = filledManifest(input);
  const parsed = manifestShape.safeParse(value, once);
  if (parsed.success) return parsed.data;
  issueProblems(parsed.error.issues, {
    locator,
    node: root,
    fallback: root,
    value,
    shown,
    failed: new Set([...scope.failed, ...misplaced]),
    schema: shapeSchema,
    belongs: (map, key) => isOption(map, key, placed) ? `Options of a plugin go below \`with:\`` : undefined,
  }).forEach(report);
}

function isOption(node: Node, key: string, placed: readonly Placed[]): boolean {
  const plugin = placed.find(({ use }) => use.node === node)?.plugin;
  const schema = plugin === undefined ? null : optionsSchema(plugin);
  return isObject(schema) && isObject(schema.properties) && Object.hasOwn(schema.properties, key);
}

/** JSON Schema of manifests as they are written, plugin options left open. */
export function shapeSchema(): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(manifestShape, { io: "input" });
  // Through text: only so is it known to be JSON.
  const plain: Json = JSON.parse(JSON.stringify(schema));
  return plain;
}

function filledManifest({ root, report, scope, placed }: ShapeInput): Resolved {
  if (root.kind !== "map") return resolvedTo(plainOf(root));
  const filledUses = new Map(placed.map(({ use }) => [use.node, use.filled]));
  const members = [...root.entries.values()].map(({ key, value: node }) => {
    if (asWritten.has(key) || beforeRuns.has(key)) return { key, ...resolvedTo(plainOf(node)) };
    const filled = ofUses.has(key) ? usesValue(node, filledUses) : undefined;
    return { key, ...(filled ?? scope.fill(node, { report })) };
  });
  const value = Object.fromEntries(members.map((member) => [member.key, member.value]));
  const shown = Object.fromEntries(members.map((member) => [member.key, member.shown]));
  return { ...resolvedTo(value), shown };
}

/** What the uses of a section were filled in to; `undefined` when the section is neither a use nor a list of them. */
function usesValue(node: Node, filled: ReadonlyMap<Node, Resolved>): Resolved | undefined {
  if (node.kind !== "list") return filled.get(node);
  const items = node.items.map((item) => filled.get(item) ?? resolvedTo(null));
  return { ...resolvedTo(items.map(({ value }) => value)), shown: items.map(({ shown }) => shown) };
}

/** Templates where none can stand: reports them and gives back their nodes. */
function reportMisplaced({ root, locator, report }: ShapeInput): Node[] {
  if (root.kind !== "map") return [];
  return [...root.entries.values()].filter(({ key }) => beforeRuns.has(key)).flatMap(({ key, value }) => {
    const found = textsOf(value).filter((node) => node.kind === "scalar" && hasTemplate(String(node.value)));
    const message = `\`${key}\` is read before parameters have values: no template can stand here`;
    found.forEach((node) => report(locator.problem(node, message)));
    return found;
  });
}

function textsOf(node: Node): Node[] {
  if (node.kind === "list") return node.items.flatMap(textsOf);
  return node.kind === "map" ? [...node.entries.values()].flatMap(({ value }) => textsOf(value)) : [node];
}
