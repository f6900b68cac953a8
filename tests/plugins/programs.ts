// The step `exec` over small Python programs.
import assert from "node:assert/strict";
import exec from "../../plugins/exec.ts";
import { createProgramsHost } from "../../runtime/host/programs.ts";
import type { Facts, Item, ItemHost, Verdict } from "../../runtime/plugin.ts";
import { item } from "../engine/fixtures.ts";
import { itemHost } from "./steps.ts";

const never = new AbortController().signal;
const reading = "import json, os, sys\nfor line in sys.stdin:\n    asked = json.loads(line)\n    i = asked['id']\n";

/** Keeps the item whose id is `i`. */
export const keeping = "print(json.dumps({'id': i, 'keep': True}), flush=True)";

/** A program with these lines for each question, which is in `asked`; its id is in `i`. */
export function loop(body: string): string {
  return reading + body.split("\n").map((line) => `    ${line}\n`).join("");
}

/** A folder that is removed when it is disposed of. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A step over a Python program with this text. */
export async function stepOf(text: string, options: Record<string, unknown> = {}, doors: Partial<ItemHost> = {}) {
  const logs: string[] = [];
  const folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/x.py`, text);
  const programs = createProgramsHost({ env: Deno.env.toObject(), folder: folder.path });
  const host = itemHost({ programs, log: (text) => void logs.push(text), ...doors });
  const given = { command: ["/usr/bin/python3", "x.py"], image: "none", processes: 1, ...options };
  const step = await exec.open(exec.options.parse(given), host);
  return {
    logs,
    each: async (one: Item | string) => await step.each(typeof one === "string" ? item(one) : one, never),
    step,
    async [Symbol.asyncDispose]() {
      await programs[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function lossOf(verdict: Verdict): string {
  return verdict.kind === "reject" ? `${verdict.reason}: ${verdict.detail}` : verdict.kind;
}

export function factsOf(verdict: Verdict): Facts {
  return verdict.kind === "keep" ? verdict.item.facts : assert.fail(JSON.stringify(verdict));
}
