// Manifests that are wrong, each with every problem it has.
import assert from "node:assert/strict";
import { type Given, problemsOf } from "./fixtures.ts";

export type Case = {
  /** What `bindPipeline()` does about it. */
  readonly title: string;
  readonly manifest: string;
  readonly given?: Given;
  /** All problems, in order: `line:column message (hint)`. */
  readonly expect: readonly string[];
};

/** The start of a manifest that is right so far. */
export const head = "name: a\nsource: { uses: files, with: { path: x } }\n";

/** One test a case. */
export function testCases(cases: readonly Case[]): void {
  for (const { title, manifest, given, expect } of cases) {
    Deno.test(`bindPipeline() collects problems and ${title}`, async () =>
      assert.deepEqual(await problemsOf(manifest, given), expect));
  }
}
