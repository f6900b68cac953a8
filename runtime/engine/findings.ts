// Gathers what a verification finds: one finding an object, with everything that it affects.
import { compareUtf8 } from "../contract/json.ts";
import type { Affected, Finding, FindingKind } from "../contract/verified.ts";

/** Names that are kept of each kind of loss; the rest is counted. */
const keptNames = 20;

export interface Findings {
  /** Adds a finding, unless there is one of this object. */
  add(kind: FindingKind, key: string, what: string): void;
  has(key: string): boolean;
  /** Adds a name to what an object affects. Each is added once. */
  affects(key: string, one: Named): void;
  readonly size: number;
  /** By kind and key. */
  all(): readonly Finding[];
}

export type Named = Pick<Affected, "dataset" | "numbers" | "noun"> & { readonly name?: string };

type Gathered = { readonly kind: FindingKind; readonly what: string; readonly affects: Map<string, Tally> };
type Tally = Pick<Affected, "dataset" | "numbers" | "noun"> & { readonly names: Set<string> };

export function createFindings(): Findings {
  const found = new Map<string, Gathered>();
  return {
    add(kind, key, what) {
      if (!found.has(key)) found.set(key, { kind, what, affects: new Map() });
    },
    has: (key) => found.has(key),
    affects(key, { dataset, numbers, noun, name }) {
      const affects = found.get(key)?.affects;
      if (affects === undefined) return;
      const id = `${noun} ${dataset} ${numbers.join()}`;
      const tally = affects.get(id) ?? { dataset, numbers, noun, names: new Set() };
      if (name !== undefined) tally.names.add(name);
      affects.set(id, tally);
    },
    get size() {
      return found.size;
    },
    all: () =>
      [...found].map(([key, { kind, what, affects }]) => ({ kind, key, what, affects: listed(affects) })).sort(inOrder),
  };
}

/** From what leads to others to what is led to. */
const kinds: readonly FindingKind[] = ["ref", "tag", "version", "counts", "chunk", "blob", "published"];

function inOrder(left: Finding, right: Finding): number {
  return kinds.indexOf(left.kind) - kinds.indexOf(right.kind) || compareUtf8(left.key, right.key);
}

function listed(affects: Gathered["affects"]): Affected[] {
  return [...affects.values()].map(({ names, ...rest }) => (
    { ...rest, names: [...names].slice(0, keptNames), count: names.size }
  ));
}
