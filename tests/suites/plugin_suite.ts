// What every plugin file must hold to, and its examples, carried out with real pictures.
import assert from "node:assert/strict";
import {
  type DatasetStepDefinition,
  type Facts,
  type Item,
  type ItemStepDefinition,
  type Plugin,
  sizeOf,
  type StepExample,
  type Verdict,
  z,
} from "../../runtime/plugin.ts";
import { textRandom } from "../../runtime/host/random.ts";
import { hostOf, itemFrom, paintedJpeg, sharedRenderer } from "./painted.ts";

/** Registers the tests of one plugin. `name` is its file's name without `.ts`. */
export function testPlugin(name: string, plugin: Plugin): void {
  Deno.test(`${name} is declared as the house wants it`, () => checkDeclaration(name, plugin));
  Deno.test(`${name} refuses options that it does not know`, () => checkStrictness(plugin));
  Deno.test(`${name} describes every option`, () => checkDescriptions(plugin));
  if (plugin.kind !== "item" && plugin.kind !== "dataset") return;
  Deno.test(`${name} has examples`, () => assert.ok(plugin.examples.length > 0));
  for (const example of plugin.examples) {
    Deno.test(`${name} ${example.title}`, async () => await checkExample(plugin, example));
  }
}

function checkDeclaration(name: string, { name: declared, summary, version }: Plugin): void {
  assert.equal(declared, name);
  assert.match(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  assert.match(summary, /^[A-Z].*[^.\s]$/);
  assert.ok(Number.isInteger(version) && version >= 1);
}

function checkStrictness({ options }: Plugin): void {
  const { error } = options.safeParse({ no_such_option: 1 });
  const unknown = error?.issues.filter(({ code }) => code === "unrecognized_keys") ?? [];
  assert.ok(unknown.length > 0, "an unknown option was let through");
}

function checkDescriptions({ options }: Plugin): void {
  const schema = z.toJSONSchema(options, { io: "input" });
  for (const [option, described] of Object.entries(schema.properties ?? {})) {
    assert.ok(typeof described === "object" && described.description, `the option "${option}" has no description`);
  }
}

async function checkExample(plugin: ItemStepDefinition | DatasetStepDefinition, example: StepExample): Promise<void> {
  const [width, height] = example.size ?? [64, 48];
  const bytes = await paintedJpeg(width, height);
  const item = itemFrom(bytes, example.facts);
  const verdict = await verdictOn(plugin, example, bytes, item);
  checkVerdict(verdict, example.expect);
  const gives = typeof plugin.gives === "function"
    ? plugin.gives(plugin.options.parse(example.with))
    : plugin.gives ?? [];
  for (const one of survivors(verdict)) {
    checkFacts(item.facts, one.facts, gives);
    const { raster } = await sharedRenderer();
    const pixels = await raster(bytes, one.image, "view");
    assert.deepEqual({ width: pixels.width, height: pixels.height }, sizeOf(one.image));
  }
}

async function verdictOn(
  plugin: ItemStepDefinition | DatasetStepDefinition,
  example: StepExample,
  bytes: Uint8Array,
  item: Item,
): Promise<Verdict> {
  const options = plugin.options.parse(example.with);
  const { signal } = new AbortController();
  if (plugin.kind === "item") {
    const host = await hostOf(bytes);
    const found = await plugin.raw?.open(options, host);
    const raw = await found?.find(item, signal);
    await found?.close?.();
    const step = await plugin.open(options, host);
    const verdict = await step.each(item, signal, raw);
    await step.close?.();
    return verdict;
  }
  const step = await plugin.open(options, { random: textRandom(7, "step"), log: () => {} });
  const scan = async function* () {
    yield item;
  };
  const verdicts = await Array.fromAsync(step.whole({ count: 1, scan }, signal));
  await step.close?.();
  assert.equal(verdicts.length, 1);
  return verdicts[0] ?? assert.fail("there is no verdict");
}

function checkVerdict(verdict: Verdict, expected: StepExample["expect"]): void {
  if (expected === "keep") return assert.equal(verdict.kind, "keep");
  if ("drop" in expected) return checkLoss(verdict, "drop", expected.drop);
  if ("reject" in expected) return checkLoss(verdict, "reject", expected.reject);
  if ("many" in expected) {
    const names = verdict.kind === "many" ? verdict.children.map(({ name }) => name) : verdict;
    return assert.deepEqual(names, expected.many);
  }
  assert.ok(verdict.kind === "keep", `the item was not kept: ${JSON.stringify(verdict)}`);
  if ("size" in expected) {
    const { width, height } = sizeOf(verdict.item.image);
    return assert.deepEqual([width, height], expected.size);
  }
  for (const [fact, value] of Object.entries(expected.facts)) assert.deepEqual(verdict.item.facts[fact], value, fact);
}

/** A reason is a snake_case word, a detail a sentence without its period. */
function checkLoss(verdict: Verdict, kind: "drop" | "reject", reason: string): void {
  assert.ok(verdict.kind === kind, `expected ${kind}, got ${JSON.stringify(verdict)}`);
  assert.equal(verdict.reason, reason);
  assert.match(verdict.reason, /^[a-z0-9_]+$/);
  assert.match(verdict.detail ?? "", /^[A-Z].*[^.\s]$/);
}

function survivors(verdict: Verdict): readonly Item[] {
  if (verdict.kind === "keep") return [verdict.item];
  return verdict.kind === "many" ? verdict.children.map(({ item }) => item) : [];
}

function checkFacts(before: Facts, after: Facts, gives: readonly string[]): void {
  const added = Object.keys(after).filter((fact) => !(fact in before));
  assert.deepEqual(added.filter((fact) => !gives.includes(fact)), [], "facts that `gives` does not name");
  assert.deepEqual(Object.keys(before).filter((fact) => !(fact in after)), [], "facts that got lost");
}
