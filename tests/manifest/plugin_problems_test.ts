import { head, testCases } from "./cases.ts";

testCases([
  {
    title: "names the nearest one",
    manifest: `${head}steps: [{ uses: resise }, { uses: unheard_of }, { uses: "" }]\n`,
    expect: [
      "3:17 Unknown plugin `resise` (Did you mean `resize`?)",
      "3:35 Unknown plugin `unheard_of` (`deno task fw plugins` lists all plugins)",
      '3:57 `uses`: expected a text that is not empty, got the text ""',
    ],
  },
  {
    title: "says where one of another kind goes",
    manifest:
      "name: a\nsource: { uses: hash }\nsteps: [{ uses: files }, { uses: table }]\nexports: [{ uses: resize }]\nsinks: [{ uses: scores }]\n",
    expect: [
      "2:17 `hash` is a step; use it under `steps:`",
      "3:17 `files` is a source; use it under `source:`",
      "3:34 `table` is an export; use it under `exports:`",
      "4:19 `resize` is a step; use it under `steps:`",
      "5:17 `scores` is an export; use it under `exports:`",
    ],
  },
  {
    title: "names the file of one that does not load",
    manifest: "name: a\nsource: { uses: damaged }\nsteps: [{ uses: damaged }]\n",
    expect: [
      '2:17 Cannot load the plugin "sources/damaged.ts": Unexpected token at line 3',
      '3:17 Cannot load the plugin "plugins/damaged.ts": Unexpected token at line 3',
    ],
  },
  {
    title: "points at each wrong option",
    manifest: `${head}steps:
  - uses: resize
    with:
      width: "480"
      heigth: 3
      fit: contian
      corner: [1, 2, 3]
      border: { left: 1, rihgt: 2 }
      sharpen: no
  - uses: score
    with: { min_score: high, labels: [a, 2], ratio: wide }
`,
    expect: [
      '6:14 `width` of `resize`: expected a whole number from 1 to 16384, got the text "480" (Write 480, without quotes)',
      "7:7 Unknown option `heigth` of `resize` (Did you mean `height`?)",
      '8:12 `fit` of `resize`: expected `fill`, `contain` or `cover`, got the text "contian" (Did you mean `contain`?)',
      "9:15 `corner` of `resize`: expected a list of 2 values: each a whole number, got a list of 3 values",
      "10:15 `right` of `resize` is missing: expected a whole number",
      "10:26 Unknown option `rihgt` of `resize` (Did you mean `right`?)",
      '11:16 `sharpen` of `resize`: expected true or false, got the text "no" (Write `false`, without quotes)',
      '13:24 `min_score` of `score`: expected a number from 0 to 1, got the text "high"',
      "13:42 value 2 of `labels` of `score`: expected a text, got the number 2",
      "13:53 `ratio` of `score`: write a ratio as 16:9",
    ],
  },
  {
    title: "points at the plugin when it has no options at all",
    manifest: "name: a\nsource: { uses: files }\nsteps:\n  - uses: score\n    with: { min_score: 1 }\n",
    expect: [
      "2:17 `path` of `files` is missing: expected a text that is not empty (The folder)",
      "5:11 Options of `score`: name labels for a score of 1",
    ],
  },
  {
    title: "says when a plugin fails on its options",
    manifest:
      `${head}steps:\n  - uses: touchy\n    with: { a: 13 }\n  - uses: touchy\n    with: { date: today }\n  - uses: clueless\n`,
    expect: [
      "4:11 Plugin `touchy` fails on these options: thirteen",
      '7:19 `date` of `touchy`: expected another value, got the text "today"',
      "8:11 Plugin `clueless` fails on these options: no idea",
    ],
  },
  {
    title: "keeps the names of a run's own stages for them",
    manifest: `${head}steps:\n  - uses: hash\n    id: render\n`,
    expect: [
      "5:9 Id `render` is taken; give another `id:` (These name parts of every run: `records`, `admit`, `render`, `ledger`)",
    ],
  },
  {
    title: "wants every id once",
    manifest:
      `${head}steps:\n  - uses: hash\n  - uses: score\n    id: hash\nexports:\n  - uses: table\n    id: score\n  - uses: scores\n    id: score\n`,
    expect: [
      "6:9 Id `hash` is used twice (The other is in line 4; every id is used once)",
      "11:9 Id `score` is used twice (The other is in line 8; every id is used once)",
    ],
  },
]);

testCases([
  {
    title: "names the step that gives it later",
    manifest: `${head}steps:\n  - uses: dedupe\n  - uses: hash\n`,
    expect: [
      "4:11 `dedupe` needs the fact `phash`, which nothing before it gives (`hash` gives it, but comes later: move it up)",
    ],
  },
  {
    title: "names the plugins that give it",
    manifest: `${head}steps:\n  - uses: dedupe\nexports:\n  - uses: scores\n`,
    expect: [
      "4:11 `dedupe` needs the fact `phash`, which nothing before it gives (It is given by the step `hash`)",
      "6:11 `scores` needs the fact `score`, which nothing before it gives (It is given by the step `score`)",
    ],
  },
  {
    title: "says that no plugin does",
    manifest: `${head}steps:\n  - uses: dedupe\n    with: { by: moon }\n`,
    expect: ["4:11 `dedupe` needs the fact `moon`, which nothing before it gives (No known plugin gives it)"],
  },
  {
    title: "takes a source's for given",
    manifest: `${head}steps:\n  - uses: dedupe\n    with: { by: camera }\n`,
    expect: [],
  },
  {
    title: "says nothing of them when an earlier step is wrong itself",
    manifest: `${head}steps:\n  - uses: hahs\n  - uses: dedupe\n`,
    expect: ["4:11 Unknown plugin `hahs` (Did you mean `hash`?)"],
  },
]);
