// The places of a manifest that use a plugin, with their options filled in.
import type { Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Locator, Place } from "./locator.ts";
import { type Resolved, resolvedTo, type Scope } from "./scope.ts";
import { childOf, type Node } from "./tree.ts";
import { isObject } from "./wording.ts";

export type Section = "source" | "steps" | "exports" | "sinks";

/** One `uses:`. What is not as it should be is absent here and reported by the check of the manifest's shape. */
export type Use = {
  readonly section: Section;
  readonly node: Node;
  readonly name?: string;
  /** Where `uses:` says the name. */
  readonly namePlace: Place;
  /** `id:` as written. */
  readonly id?: string;
  readonly idPlace: Place;
  readonly withNode?: Node;
  readonly options: Resolved;
  readonly keep: boolean;
  /** True where `if:` is false: checked as the others are, but no part of the pipeline. */
  readonly off: boolean;
  readonly concurrency?: number;
  /** True for a sink that may be left out. */
  readonly optional: boolean;
  /** Secrets that are not set, of a sink that may be left out. */
  readonly absent: readonly string[];
  /** The whole entry, filled in. */
  readonly filled: Resolved;
};

/** What a run's own stages are called. */
const reservedIds: readonly string[] = ["records", "admit", "render", "ledger"];

const sections: readonly Section[] = ["source", "steps", "exports", "sinks"];

/** Every use of a plugin, in the order of the pipeline. */
export function usesOf(root: Node, scope: Scope, report: (problem: Problem) => void): Use[] {
  return sections.flatMap((section) => {
    const node = childOf(root, section);
    if (node === undefined) return [];
    if (section === "source") return [useAt(section, node, scope, report)];
    return node.kind === "list" ? node.items.map((item) => useAt(section, item, scope, report)) : [];
  });
}

function useAt(section: Section, node: Node, scope: Scope, report: (problem: Problem) => void): Use {
  const absent: string[] = [];
  const optional = childOf(node, "optional");
  const mayLack = section === "sinks" && optional?.kind === "scalar" && optional.value === true;
  const filled = scope.fill(node, mayLack ? { report, onAbsentSecret: (name) => absent.push(name) } : { report });
  const withNode = childOf(node, "with");
  const [uses, id, concurrency] = ["uses", "id", "concurrency"].map((key) => memberOf(filled.value, key));
  return {
    section,
    node,
    namePlace: childOf(node, "uses") ?? node,
    idPlace: childOf(node, "id") ?? node,
    options: optionsOf(filled),
    keep: memberOf(filled.value, "keep") === true,
    off: memberOf(filled.value, "if") === false,
    absent,
    optional: mayLack,
    filled,
    ...typeof uses === "string" ? { name: uses } : {},
    ...typeof id === "string" ? { id } : {},
    ...typeof concurrency === "number" ? { concurrency } : {},
    ...withNode === undefined ? {} : { withNode },
  };
}

function optionsOf({ value, shown }: Resolved): Resolved {
  return { ...resolvedTo(memberOf(value, "with") ?? {}), shown: memberOf(shown, "with") ?? {} };
}

function memberOf(value: Json, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The id of every use: what `id:` says, else the plugin's name, numbered from the second use on. */
export function idsOf(uses: readonly Use[]): string[] {
  const times = new Map<string, number>();
  return uses.map(({ id, name = "" }) => {
    if (id !== undefined) return id;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    return nth === 1 ? name : `${name}-${nth}`;
  });
}

/** Reports ids that two uses have. */
export function reportClashes(
  uses: readonly Use[],
  ids: readonly string[],
  locator: Locator,
  report: (problem: Problem) => void,
): void {
  const first = new Map<string, Use>();
  for (const [index, use] of uses.entries()) {
    const id = ids[index] ?? "";
    if (reservedIds.includes(id)) report(reserved(id, use, locator));
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, use);
    else if (id !== "") report(clash(id, earlier, use, locator));
  }
}

function reserved(id: string, use: Use, locator: Locator): Problem {
  const hint = `These name parts of every run: ${reservedIds.map((one) => `\`${one}\``).join(", ")}`;
  return locator.problem(use.idPlace, `Id \`${id}\` is taken; give another \`id:\``, hint);
}

/** Points at the `id:` that was written, not at the plugin whose own name it takes. */
function clash(id: string, earlier: Use, later: Use, locator: Locator): Problem {
  const [culprit, other] = later.id === undefined ? [earlier, later] : [later, earlier];
  const hint = `The other is in line ${locator.lineOf(other.namePlace.at)}; every id is used once`;
  return locator.problem(culprit.idPlace, `Id \`${id}\` is used twice`, hint);
}
