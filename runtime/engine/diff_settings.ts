// What two versions were made with, as far as it differs. Pure.
import type { SettingChange } from "../contract/diff.ts";
import { canonicalJson, type Json } from "../contract/json.ts";
import type { BoundPlugin, InputVersion, Provenance } from "../contract/version.ts";

/** All that differs, in the order in which a run meets it. */
export function settingChanges(before: Provenance, after: Provenance): readonly SettingChange[] {
  return [
    ...differs("pipeline", before.pipeline, after.pipeline),
    ...differs("params", before.params, after.params),
    ...differs("seed", before.seed, after.seed),
    ...pluginChanges("source", [before.source], [after.source]),
    ...inputChanges(before.inputs ?? [], after.inputs ?? []),
    ...pluginChanges("step", before.steps, after.steps),
    ...pluginChanges("export", before.exports, after.exports),
    ...differs("codec", before.codec, after.codec),
    ...differs("limits", before.limits, after.limits),
  ];
}

function differs(what: string, before: Json, after: Json): readonly SettingChange[] {
  const text = differences("", before, after).join(", ");
  return text === "" ? [] : [{ what, text }];
}

/** Each value that differs by its path: `width 480 -> 640`. Lists count as one value. */
export function differences(path: string, before: Json | undefined, after: Json | undefined): readonly string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => differences(path === "" ? name : `${path}.${name}`, before[name], after[name]));
  }
  const [left, right] = [textOf(before), textOf(after)];
  if (left === right) return [];
  const named = path === "" ? "" : `${path} `;
  if (before === undefined) return [`${named}${right} is new`];
  return after === undefined ? [`${named}${left} is gone`] : [`${named}${left} -> ${right}`];
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : canonicalJson(value);
}

function pluginChanges(
  word: string,
  before: readonly BoundPlugin[],
  after: readonly BoundPlugin[],
): readonly SettingChange[] {
  const [lefts, rights] = [byId(before), byId(after)];
  const changes = [...new Set([...lefts.keys(), ...rights.keys()])].flatMap((id) => {
    const text = pluginText(lefts.get(id), rights.get(id));
    return text === "" ? [] : [{ what: `${word} ${id}`, text }];
  });
  return [...changes, ...orderChanges(word, before, after)];
}

function byId(plugins: readonly BoundPlugin[]): ReadonlyMap<string, BoundPlugin> {
  return new Map(plugins.map((plugin) => [plugin.id, plugin]));
}

function pluginText(before: BoundPlugin | undefined, after: BoundPlugin | undefined): string {
  if (before === undefined) return "is new";
  if (after === undefined) return "is gone";
  return [
    ...differences("uses", before.uses, after.uses),
    ...differences("version", before.version, after.version),
    ...differences("", before.options, after.options),
    ...modelText(before, after),
    ...differences("", before.settled, after.settled),
  ].join(", ");
}

function modelText({ model: before }: BoundPlugin, { model: after }: BoundPlugin): readonly string[] {
  return [
    ...differences("model", before?.name, after?.name),
    ...differences("weights", before?.digest.slice(0, 12), after?.digest.slice(0, 12)),
    ...differences("layout", before?.layout, after?.layout),
    ...differences("runtime", before?.runtime, after?.runtime),
    ...(before === undefined || after === undefined ? [] : differences("labels", before.labels, after.labels)),
  ];
}

function orderChanges(word: string, before: readonly BoundPlugin[], after: readonly BoundPlugin[]) {
  const both = new Set(before.map(({ id }) => id)).intersection(new Set(after.map(({ id }) => id)));
  const order = (plugins: readonly BoundPlugin[]) =>
    plugins.map(({ id }) => id).filter((id) => both.has(id)).join(", ");
  return order(before) === order(after) ? [] : [{ what: `${word}s`, text: `the order is ${order(after)} now` }];
}

function inputChanges(before: readonly InputVersion[], after: readonly InputVersion[]): readonly SettingChange[] {
  const numbers = (inputs: readonly InputVersion[]) =>
    new Map(inputs.map(({ dataset, number }) => [dataset, `v${number}`]));
  const [lefts, rights] = [numbers(before), numbers(after)];
  return [...new Set([...lefts.keys(), ...rights.keys()])].flatMap((dataset) => {
    const text = differences("", lefts.get(dataset), rights.get(dataset)).join(", ");
    return text === "" ? [] : [{ what: `input ${dataset}`, text }];
  });
}
