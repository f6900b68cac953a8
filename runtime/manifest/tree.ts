// YAML text as a tree of plain values, each with its place in the text.
import { type Alias, isAlias, isMap, isPair, isScalar, isSeq, type Node as YamlNode, type Scalar } from "yaml";
import { type Document, parseAllDocuments, type ParsedNode } from "yaml";
import type { Problem } from "../contract/errors.ts";
import type { Json } from "../contract/json.ts";
import type { Locator, Place } from "./locator.ts";
import { refusalOf, syntaxProblems } from "./syntax.ts";

export type ScalarNode = Place & { readonly kind: "scalar"; readonly value: string | number | boolean | null };
export type ListNode = Place & { readonly kind: "list"; readonly items: readonly Node[] };
export type Entry = { readonly key: string; readonly keyPlace: Place; readonly value: Node };
export type MapNode = Place & { readonly kind: "map"; readonly entries: ReadonlyMap<string, Entry> };

/** A value and where it stands. Nodes that an alias names again are shared, never copied. */
export type Node = ScalarNode | ListNode | MapNode;

/** Values that a manifest may hold, counted with its aliases written out. */
const mostValues = 20_000;
const deepestNesting = 40;

type Reader = {
  readonly locator: Locator;
  readonly report: (problem: Problem) => void;
  readonly anchors: Map<string, Node>;
  /** Values below a node, itself included. */
  readonly weights: WeakMap<Node, number>;
  values: number;
};

/** The tree of a YAML text, or `undefined` when it cannot be read at all. Reports every problem found. */
export function readTree(locator: Locator, report: (problem: Problem) => void): Node | undefined {
  const refusal = refusalOf(locator);
  if (refusal !== undefined) return void report(refusal);
  // Own duplicate check below: the library compares every key with every other.
  const documents = parseAllDocuments(locator.text, { prettyErrors: false, uniqueKeys: false, version: "1.2" });
  const [first, second] = "empty" in documents ? [] : documents;
  const problems = first === undefined ? [] : syntaxProblems(first, locator);
  problems.forEach(report);
  if (problems.length > 0) return undefined;
  if (second !== undefined) {
    return void report(locator.problem(startOf(second), "A manifest is one document, not several"));
  }
  if (first === undefined || isEmpty(first)) {
    return void report(locator.problem({ at: 0, end: 1 }, "The file is empty"));
  }
  const reader: Reader = { locator, report, anchors: new Map(), weights: new WeakMap(), values: 0 };
  const root = read(reader, first.contents, { at: 0, end: 1 }, 0);
  return reader.values === Infinity ? undefined : root;
}

function isEmpty({ contents }: Document.Parsed<ParsedNode>): boolean {
  return contents === null || isScalar(contents) && contents.value === null;
}

function startOf(document: Document.Parsed<ParsedNode>): Place {
  const at = document.contents?.range[0] ?? document.range[0];
  return { at, end: at + 1 };
}

function read(reader: Reader, source: YamlNode | null, fallback: Place, depth: number): Node {
  const place = source === null ? fallback : placeOf(source, fallback);
  if (isAlias(source)) return readAlias(reader, source, place);
  const node = tooMuch(reader, place, depth) ? nothingAt(place) : readNew(reader, source, place, depth);
  const anchor = source?.anchor;
  if (anchor !== undefined) reader.anchors.set(anchor, node);
  return node;
}

function readNew(reader: Reader, source: YamlNode | null, place: Place, depth: number): Node {
  const before = reader.values++;
  const node = readKind(reader, source, place, depth);
  reader.weights.set(node, reader.values - before);
  return node;
}

function readKind(reader: Reader, source: YamlNode | null, place: Place, depth: number): Node {
  if (isMap(source)) return { kind: "map", ...place, entries: readEntries(reader, source.items, place, depth + 1) };
  if (isSeq(source)) {
    return { kind: "list", ...place, items: source.items.map((item) => read(reader, nodeOf(item), place, depth + 1)) };
  }
  return isScalar(source) ? readScalar(reader, source, place) : nothingAt(place);
}

function readScalar(reader: Reader, { value }: Scalar, place: Place): Node {
  const plain = value === null || typeof value === "string" || typeof value === "boolean" ||
    typeof value === "number" && Number.isFinite(value);
  if (plain) return { kind: "scalar", ...place, value };
  const what = typeof value === "number" ? "this number is not finite" : "this is no text, number, true or false";
  reader.report(reader.locator.problem(place, `Cannot use the value: ${what}`));
  return nothingAt(place);
}

function readEntries(reader: Reader, items: readonly unknown[], map: Place, depth: number): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of items) {
    if (!isPair(item)) continue;
    const keyPlace = placeOf(nodeOf(item.key), map);
    const key = keyOf(item.key);
    const value = read(reader, nodeOf(item.value), { at: keyPlace.end, end: keyPlace.end + 1 }, depth);
    const refused = refusedKey(reader.locator, key, entries);
    if (refused !== undefined) reader.report(reader.locator.problem(keyPlace, refused.message, refused.hint));
    else if (key !== undefined) entries.set(key, { key, keyPlace, value });
  }
  return entries;
}

function refusedKey(
  locator: Locator,
  key: string | undefined,
  entries: ReadonlyMap<string, Entry>,
): { readonly message: string; readonly hint?: string } | undefined {
  if (key === undefined) return { message: "A key must be a text" };
  // Assigning this name to an object would change what the object is.
  if (key === "__proto__") return { message: "A key cannot be `__proto__`" };
  const first = entries.get(key);
  if (first === undefined) return undefined;
  return { message: `Key \`${key}\` is given twice`, hint: `First given in line ${locator.lineOf(first.keyPlace.at)}` };
}

/** The text of a key: numbers and words such as `yes` count as they are written. */
function keyOf(key: unknown): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === "string" ? key.value : key.source ?? String(key.value);
}

function readAlias(reader: Reader, alias: Alias, place: Place): Node {
  const node = reader.anchors.get(alias.source);
  if (node === undefined) {
    reader.report(reader.locator.problem(place, `Cannot use \`*${alias.source}\`: no earlier value has this anchor`));
    return nothingAt(place);
  }
  if (tooMuch(reader, place, 0)) return nothingAt(place);
  reader.values += reader.weights.get(node) ?? 1;
  return node;
}

/** Reports once when the manifest is larger or deeper than any honest one. */
function tooMuch(reader: Reader, place: Place, depth: number): boolean {
  if (reader.values >= mostValues) {
    if (reader.values < Infinity) {
      reader.report(reader.locator.problem(place, `Cannot hold more than ${mostValues} values, aliases written out`));
      reader.values = Infinity;
    }
    return true;
  }
  if (depth <= deepestNesting) return false;
  reader.report(reader.locator.problem(place, `Cannot nest more than ${deepestNesting} values in each other`));
  reader.values = Infinity;
  return true;
}

function nodeOf(value: unknown): YamlNode | null {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
}

function placeOf(node: YamlNode | null, fallback: Place): Place {
  const [at, end] = node?.range ?? [fallback.at, fallback.end];
  return { at, end: Math.max(end, at + 1) };
}

function nothingAt(place: Place): ScalarNode {
  return { kind: "scalar", ...place, value: null };
}

/** The plain value of a node, templates as written. */
export function plainOf(node: Node): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainOf);
  return Object.fromEntries([...node.entries.values()].map(({ key, value }) => [key, plainOf(value)]));
}

/** The node of a key, when `node` is a map that has it. */
export function childOf(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === "map" ? node.entries.get(key)?.value : undefined;
}
