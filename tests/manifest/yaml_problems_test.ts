import { head, testCases } from "./cases.ts";

testCases([
  { title: "refuses an empty file", manifest: "", expect: ["1:1 The file is empty"] },
  { title: "refuses a file of comments", manifest: "# nothing\n\n", expect: ["1:1 The file is empty"] },
  {
    title: "refuses a list",
    manifest: "- a\n- b\n",
    expect: ["1:1 The manifest: expected a map, got a list of 2 values"],
  },
  {
    title: "refuses a lone text",
    manifest: "\n  hello\n",
    expect: ['2:3 The manifest: expected a map, got the text "hello"'],
  },
  {
    title: "refuses bytes that are no text",
    manifest: "name: a\n\u0089PNG\u0000\u0001",
    expect: ["2:5 The file is no YAML text: a control character or broken UTF-8 is here"],
  },
  {
    title: "points at a tab",
    manifest: "name: a\nsource:\n\tuses: files\n",
    expect: ["3:1 A tab cannot indent YAML (Indent with spaces)"],
  },
  {
    title: "points at the second document",
    manifest: `${head}---\nname: b\n`,
    expect: ["4:1 A manifest is one document, not several"],
  },
  {
    title: "points at a quote that is not closed",
    manifest: 'name: "a\n',
    expect: ['2:1 Cannot read the YAML: Missing closing "quote'],
  },
  {
    title: "points at wrong indentation",
    manifest: `${head}steps:\n  - uses: hash\n   keep: true\n`,
    expect: ["5:1 Cannot read the YAML: Sequence item without - indicator"],
  },
  {
    title: "explains a template without quotes in a flow map",
    manifest: "name: a\nsource: { uses: files, with: { path: ${{ params.x }} } }\n",
    expect: ['2:39 A template inside { } or [ ] needs quotes (Write "${{ … }}")'],
  },
  { title: "refuses tags", manifest: "name: !secret a\n", expect: ["1:7 Tags (`!name`) are not used in manifests"] },
  {
    title: "refuses numbers that are none",
    manifest: `${head}seed: .nan\n`,
    expect: [
      "3:7 Cannot use the value: this number is not finite",
      "3:7 `seed`: expected a whole number from 0 up, got nothing",
    ],
  },
]);

testCases([
  {
    title: "points at both of two equal keys",
    manifest: `${head}seed: 1\nname: b\nseed: 2\n`,
    expect: [
      "4:1 Key `name` is given twice (First given in line 1)",
      "5:1 Key `seed` is given twice (First given in line 3)",
    ],
  },
  {
    title: "refuses keys that are lists, or would change what an object is",
    manifest: `${head}? [a]\n: b\n__proto__: { x: 1 }\n`,
    expect: ["3:3 A key must be a text", "5:1 A key cannot be `__proto__`"],
  },
  {
    title: "takes the names of an object's own functions for unknown keys",
    manifest: `${head}constructor: 1\nsteps: [{ uses: toString }, { uses: resize, with: { width: 1, valueOf: 1 } }]\n`,
    given: { set: { hasOwnProperty: "1" } },
    expect: [
      "`--set hasOwnProperty=…`: the manifest has no parameter `hasOwnProperty` (This manifest has no parameters)",
      "3:1 Unknown key `constructor` (Valid here: `name`, `description`, `on`, `params`, `env`, `source`, `steps`, " +
      "`exports`, `sinks`, `limits`, `store`, `publish`, `seed`)",
      "4:17 Unknown plugin `toString` (`deno task fw plugins` lists all plugins)",
      "4:63 Unknown option `valueOf` of `resize` (Valid here: `width`, `height`, `fit`, `corner`, `border`, `sharpen`)",
    ],
  },
  {
    title: "refuses aliases that multiply",
    manifest: `a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${
      [..."bcdefgh"].map((name, at) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[at]}`).join(", ")}]\n`).join(
        "",
      )
    }`,
    expect: ["5:12 Cannot hold more than 20000 values, aliases written out"],
  },
  {
    title: "refuses an alias to what is around it",
    manifest: `${head}steps: &a [*a]\n`,
    expect: [
      "3:12 Cannot use `*a`: no earlier value has this anchor",
      "3:12 value 1 of `steps`: expected a map, got nothing",
    ],
  },
  {
    title: "refuses a file that is too long",
    manifest: `name: ${"a".repeat(64_000)}`,
    expect: ["1:1 The file is too long: 64006 characters, at most 64000"],
  },
  {
    title: "refuses brackets without end before they cost time",
    manifest: "a: " + "[".repeat(60_000),
    expect: ["1:204 More than 200 brackets are open"],
  },
  {
    title: "refuses values that are nested beyond reason",
    manifest: `a: ${"[".repeat(60)}${"]".repeat(60)}`,
    expect: ["1:44 Cannot nest more than 40 values in each other"],
  },
]);
