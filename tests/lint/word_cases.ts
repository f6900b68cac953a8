// Cases of the rules on what errors and tests say.
import type { RuleCases } from "./cases.ts";

export const wordCases: Readonly<Record<string, RuleCases>> = {
  "bare-error": {
    refuses: [
      ["plugins/crop.ts", 'throw new Error("Cannot crop");'],
      ["runtime/engine/run.ts", 'const error = Error("Cannot run");'],
    ],
    accepts: [
      ["plugins/crop.ts", 'throw new ItemError("too_small", "Cannot crop");'],
      ["runtime/contract/errors.ts", "export class FramewrightError extends Error {}"],
      ["runtime/engine/run.ts", "if (thrown instanceof Error) throw thrown;"],
      ["scripts/bench/motogp.ts", 'throw new Error("Cannot run");'],
    ],
  },
  "error-message": {
    refuses: [
      ["plugins/crop.ts", 'throw new InputError("cannot crop");'],
      ["plugins/crop.ts", 'throw new InputError("Cannot crop.");'],
      ["plugins/crop.ts", 'throw new RangeError("Cannot crop: it doesn\'t fit");'],
      ["plugins/crop.ts", "throw new PluginError(`Cannot crop ${id}: it’s too small`);"],
      ["plugins/crop.ts", "throw new PluginError(`cannot crop ${id}`, { cause });"],
      ["plugins/crop.ts", "throw new TypeError(`Cannot crop ${id}.`);"],
      ["plugins/crop.ts", 'throw new ItemError("too_small", "cannot crop");'],
      ["runtime/store/memory.ts", 'throw new StoreError("full", "Cannot write.");'],
      ["runtime/store/memory.ts", 'throw new FramewrightError("new", "abort", "no");'],
      ["runtime/store/memory.ts", 'throw new LimitError("Cannot go on: " + "there are too many.");'],
      ["runtime/store/memory.ts", 'throw new LimitError(many ? "Cannot go on" : "stop");'],
    ],
    accepts: [
      [
        "plugins/crop.ts",
        'throw new ItemError("too_small", `Cannot crop "${id}": it is ${width} pixels wide`, { cause });',
      ],
      ["plugins/crop.ts", "throw new InputError(`${what} is wrong`);"],
      ["plugins/crop.ts", "throw new InputError(message);"],
      ["plugins/crop.ts", 'throw new InputError(`Cannot read the owner\'s file "${path}": ${reason}.`.slice(0, -1));'],
      ["plugins/crop.ts", 'const list = new Map("not an error.");'],
    ],
  },
  "test-name": {
    refuses: [
      ["tests/engine/run_test.ts", 'Deno.test("it works well", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("The run ends", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("run()", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("run() ends", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("run() Ends at once", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("run() ends at once.", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("should end at once", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test({ name: "a run ends well", fn() {} });'],
      ["tests/engine/run_test.ts", 'assetTest("All files are read", () => {});'],
      ["tests/engine/run_test.ts", "Deno.test(`The ${name} ends well`, () => {});"],
    ],
    accepts: [
      ["tests/engine/run_test.ts", 'Deno.test("run() ends at once when it is aborted", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("random_crop leaves room between crops", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("store.put() writes once only", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("`check --json` prints one object", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test("InputError keeps all problems", () => {});'],
      ["tests/engine/run_test.ts", "Deno.test(`${name}.put() writes once only`, () => {});"],
      ["tests/engine/run_test.ts", "Deno.test(`put() ${title}`, () => {});"],
      ["tests/engine/run_test.ts", 'assetTest("read() takes every hostile file", () => {});'],
      ["tests/engine/run_test.ts", 'pattern.test("any text");'],
      ["runtime/engine/run.ts", 'Deno.test("it works well", () => {});'],
    ],
  },
  "test-switch": {
    refuses: [
      ["tests/engine/run_test.ts", 'Deno.test.only("run() ends at once", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test.ignore("run() ends at once", () => {});'],
      ["tests/engine/run_test.ts", 'Deno.test({ name: "run() ends at once", ignore: true, fn() {} });'],
      ["tests/engine/run_test.ts", 'Deno.test("run() ends at once", { "only": true }, () => {});'],
      ["tests/engine/run_test.ts", 'it.skip("ends", () => {});'],
    ],
    accepts: [
      ["tests/engine/run_test.ts", 'Deno.test("run() ends at once", () => {});'],
      ["tests/engine/run_test.ts", "const options = { ignore: false, skip: true };"],
      ["tests/engine/run_test.ts", "Deno.test({ name, ignore: absent, fn });"],
    ],
  },
};
