// What every lint rule refuses and accepts: path of a file, and what it says.
import { importCases } from "./import_cases.ts";
import { shapeCases } from "./shape_cases.ts";
import { wordCases } from "./word_cases.ts";

export type Snippet = readonly [path: string, source: string];

export type RuleCases = { readonly refuses: readonly Snippet[]; readonly accepts: readonly Snippet[] };

export const cases: Readonly<Record<string, RuleCases>> = { ...importCases, ...shapeCases, ...wordCases };
