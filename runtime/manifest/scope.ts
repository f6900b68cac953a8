// What templates stand for: parameters, environment and secrets, each looked up once, circles found.
import type { Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Locator, Place } from "./locator.ts";
import { didYouMean } from "./nearest.ts";
import { hasTemplate, parseTemplate, type Piece, type Reference, spellingOf } from "./template.ts";
import type { Node } from "./tree.ts";

/** A value with its templates filled in. `shown` is the same with secrets left as templates: fit to be stored. */
export type Resolved = {
  readonly value: Json;
  readonly shown: Json;
  /** Characters and values in it. */
  readonly size: number;
};

/** Templates that repeat templates can grow without end; no honest value comes near these. */
const largestSize = 500_000;
const deepestLookup = 100;

/** A value without secrets. */
export function resolvedTo(value: Json): Resolved {
  return { value, shown: value, size: typeof value === "string" ? value.length + 1 : 1 };
}

/** A name that a manifest declares. `resolve` returns `undefined` after it reported why it cannot. */
export type Declared = { resolve(scope: Scope): Resolved | undefined };

export type ScopeInput = {
  readonly locator: Locator;
  readonly params: ReadonlyMap<string, Declared>;
  readonly env: ReadonlyMap<string, Declared>;
  /** The environment of the process; secrets come from it too. */
  readonly outer: Readonly<Record<string, string | undefined>>;
};

/** How one part of the manifest is filled in. */
export type Filling = {
  readonly report: (problem: Problem) => void;
  /** Called instead of reporting a secret that is not set. */
  readonly onAbsentSecret?: (name: string) => void;
};

export interface Scope {
  /** A node with its templates filled in. Nodes that could not be are `null` and in `failed`. */
  fill(node: Node, filling: Filling): Resolved;
  lookup(reference: Reference, place: Place, filling: Filling): Resolved | undefined;
  readonly failed: ReadonlySet<Node>;
  /** Values of the secrets that were looked up. */
  readonly secrets: ReadonlySet<string>;
}

type State = {
  readonly input: ScopeInput;
  readonly scope: Scope;
  readonly failed: Set<Node>;
  readonly secrets: Set<string>;
  readonly known: Map<string, Resolved | undefined>;
  /** Names whose values are being looked up, outermost first. */
  readonly open: string[];
};

/** A scope over the declarations of one manifest. */
export function createScope(input: ScopeInput): Scope {
  const failed = new Set<Node>();
  const secrets = new Set<string>();
  const scope: Scope = {
    fill: (node, filling) => fill(state, node, filling),
    lookup: (reference, place, filling) => lookup(state, reference, place, filling),
    failed,
    secrets,
  };
  const state: State = { input, scope, failed, secrets, known: new Map(), open: [] };
  return scope;
}

function fill(state: State, node: Node, filling: Filling): Resolved {
  const filled = fillKind(state, node, filling);
  if (filled !== undefined && filled.size <= largestSize) return filled;
  if (filled !== undefined) {
    const message = `Cannot hold more than ${largestSize} characters, templates filled in`;
    filling.report(state.input.locator.problem(node, message));
  }
  state.failed.add(node);
  return resolvedTo(null);
}

function fillKind(state: State, node: Node, filling: Filling): Resolved | undefined {
  if (node.kind === "list") {
    const items = node.items.map((item) => fill(state, item, filling));
    return { value: items.map(({ value }) => value), shown: items.map(({ shown }) => shown), size: sizeOf(items) };
  }
  if (node.kind === "map") {
    const entries = [...node.entries.values()];
    const members = entries.map(({ value }) => fill(state, value, filling));
    const mapOf = (which: "value" | "shown") =>
      Object.fromEntries(entries.map(({ key }, index) => [key, members[index]?.[which]]));
    return { value: mapOf("value"), shown: mapOf("shown"), size: sizeOf(members) };
  }
  const { value } = node;
  return typeof value === "string" && hasTemplate(value) ? fillText(state, node, value, filling) : resolvedTo(value);
}

function sizeOf(parts: readonly Resolved[]): number {
  return parts.reduce((sum, { size }) => sum + size, 1);
}

function fillText(state: State, node: Node, text: string, filling: Filling): Resolved | undefined {
  const pieces = parseTemplate(text);
  const places = placesOf(state.input.locator, node, pieces);
  const filled = pieces.map((piece, index) => fillPiece(state, piece, places[index] ?? node, filling));
  if (pieces.length === 1) return filled[0];
  if (!filled.every((part) => part !== undefined)) return undefined;
  // Checked before joining: the whole text may not fit into memory.
  if (sizeOf(filled) > largestSize) return { ...resolvedTo(null), size: sizeOf(filled) };
  const whole = filled.findIndex(({ value }) => typeof value === "object" && value !== null);
  if (whole === -1) return { value: joined(filled, "value"), shown: joined(filled, "shown"), size: sizeOf(filled) };
  const message = "Cannot put a list or a map into the middle of a text";
  filling.report(state.input.locator.problem(places[whole] ?? node, message));
}

function joined(parts: readonly Resolved[], which: "value" | "shown"): string {
  return parts.map((part) => part[which] === null ? "" : String(part[which])).join("");
}

function fillPiece(state: State, piece: Piece, place: Place, filling: Filling): Resolved | undefined {
  if (piece.kind === "text") return resolvedTo(piece.text);
  if (piece.kind === "reference") return lookup(state, piece.reference, place, filling);
  filling.report(state.input.locator.problem(place, piece.message, piece.hint));
}

function lookup(state: State, reference: Reference, place: Place, filling: Filling): Resolved | undefined {
  const { input: { params, env }, known, open } = state;
  const { root, name } = reference;
  if (root === "secrets") return lookupSecret(state, reference, place, filling);
  const declared = (root === "params" ? params : env).get(name);
  const full = `${root}.${name}`;
  // `FOLDER: ${{ env.FOLDER }}` passes the outer value on; it is no circle.
  if (root === "env" && (declared === undefined || open.at(-1) === full)) return outerEnv(state, name, place, filling);
  if (declared === undefined) return void reportUnknown(state, reference, place, filling);
  if (known.has(full)) return known.get(full);
  if (open.includes(full)) return void reportCircle(state, full, place, filling);
  if (open.length >= deepestLookup) {
    const message = `Values refer to each other more than ${deepestLookup} deep`;
    return void filling.report(state.input.locator.problem(place, message));
  }
  open.push(full);
  const resolved = declared.resolve(state.scope);
  open.pop();
  known.set(full, resolved);
  return resolved;
}

function reportCircle({ input, open }: State, full: string, place: Place, { report }: Filling): void {
  const round = [...open.slice(open.indexOf(full)), full].join(" -> ");
  report(input.locator.problem(place, `Values refer to each other in a circle: ${round}`));
}

function outerEnv(state: State, name: string, place: Place, filling: Filling): Resolved | undefined {
  const value = outerValue(state, name);
  if (value !== undefined) return resolvedTo(value);
  reportUnknown(state, { root: "env", name }, place, filling);
}

function lookupSecret(state: State, reference: Reference, place: Place, filling: Filling): Resolved | undefined {
  const { name } = reference;
  const value = outerValue(state, name);
  if (value !== undefined && value !== "") {
    state.secrets.add(value);
    return { ...resolvedTo(value), shown: spellingOf(reference) };
  }
  if (filling.onAbsentSecret !== undefined) return void filling.onAbsentSecret(name);
  filling.report(state.input.locator.problem(place, `Secret \`${name}\` is not set`, outerHint(state, name)));
}

function outerValue({ input: { outer } }: State, name: string): string | undefined {
  return Object.hasOwn(outer, name) ? outer[name] : undefined;
}

function outerHint({ input: { env, outer } }: State, name: string): string {
  return didYouMean(name, [...env.keys(), ...Object.keys(outer)]) ?? `Set ${name} in the environment or in .env`;
}

function reportUnknown(state: State, { root, name }: Reference, place: Place, { report }: Filling): void {
  const { locator, params } = state.input;
  if (root === "env") return report(locator.problem(place, `Variable \`${name}\` is not set`, outerHint(state, name)));
  const hint = didYouMean(name, params.keys()) ?? "Declare it below `params:`";
  report(locator.problem(place, `Unknown parameter \`${name}\``, hint));
}

/** Where the pieces of a text stand in the file; the node itself for a piece that is written with escapes. */
function placesOf(locator: Locator, node: Node, pieces: readonly Piece[]): Place[] {
  let from = node.at;
  return pieces.map((piece) => {
    if (piece.kind === "text") return node;
    const at = locator.text.slice(0, node.end).indexOf(piece.raw, from);
    if (at === -1) return node;
    from = at + piece.raw.length;
    return { at, end: from };
  });
}
