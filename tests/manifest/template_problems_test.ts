import { head, testCases } from "./cases.ts";

testCases([
  {
    title: "names the nearest parameter, variable and secret",
    manifest: `name: a
params: { frames: x }
source:
  uses: files
  with:
    path: a/\${{ params.frame }}/\${{ env.HOEM }}
    include: ["\${{ secrets.TOKN }}"]
`,
    given: { env: { HOME: "/", TOKEN: "t" } },
    expect: [
      "6:13 Unknown parameter `frame` (Did you mean `frames`?)",
      "6:33 Variable `HOEM` is not set (Did you mean `HOME`?)",
      "7:16 Secret `TOKN` is not set (Did you mean `TOKEN`?)",
    ],
  },
  {
    title: "says how a template is written",
    manifest:
      'name: a\nsource:\n  uses: files\n  with:\n    path: "${{ params.a + 1 }}"\n    include: ["${{ param.a }}", "x${{ params.a"]\n',
    expect: [
      "5:12 Cannot read the template `params.a + 1`: it must name one value (Write `params.name`, `env.NAME` or `secrets.NAME`)",
      "6:16 Cannot read the template `param.a`: `param` is not known (Did you mean `params`?)",
      "6:35 A template is not closed (Close it with `}}`)",
    ],
  },
  {
    title: "spells out a circle",
    manifest: `${head}params:\n  a: \${{ params.b }}\n  b: x/\${{ env.C }}\nenv:\n  C: \${{ params.a }}\n`,
    expect: ["5:8 Values refer to each other in a circle: env.C -> params.a -> params.b -> env.C"],
  },
  {
    title: "spells out a circle of one",
    manifest: `${head}params:\n  a: { default: "\${{ params.a }}" }\n`,
    expect: ["4:18 Values refer to each other in a circle: params.a -> params.a"],
  },
  {
    title: "refuses a list in the middle of a text",
    manifest: "name: a\nparams: { l: { default: [1] } }\nsource: { uses: files, with: { path: 'x${{ params.l }}' } }\n",
    expect: ["3:40 Cannot put a list or a map into the middle of a text"],
  },
  {
    title: "lets none stand where no parameter has a value yet",
    manifest:
      "name: ${{ params.n }}\nparams: { n: x }\non: { cron: '${{ params.n }}' }\nsource: { uses: files, with: { path: x } }\n",
    expect: [
      "1:7 `name` is read before parameters have values: no template can stand here",
      "3:13 `on` is read before parameters have values: no template can stand here",
    ],
  },
  {
    title: "says how a text of the environment becomes a number",
    manifest: `${head}steps:\n  - uses: resize\n    with: { width: "\${{ env.W }}" }\n`,
    given: { env: { W: "480" } },
    expect: [
      '5:20 `width` of `resize`: expected a whole number from 1 to 16384, got the text "480" ' +
      "(This value is a text: give it to a parameter with `type: number`, and use that)",
    ],
  },
  {
    title: "stops texts that double and double",
    manifest: `${head}params:\n  p0: xxxxxxxxxx\n${
      Array.from({ length: 40 }, (_, at) => `  p${at + 1}: \${{ params.p${at} }}\${{ params.p${at} }}\n`).join("")
    }`,
    expect: ["20:8 Cannot hold more than 500000 characters, templates filled in"],
  },
  {
    title: "stops chains without end",
    manifest: `${head}params:\n${
      Array.from({ length: 150 }, (_, at) => `  p${at}: \${{ params.p${at + 1} }}\n`).join("")
    }  p150: x\n`,
    expect: ["103:8 Values refer to each other more than 100 deep"],
  },
]);

testCases([
  {
    title: "checks declarations",
    manifest:
      `${head}params:\n  a: { type: text }\n  b: { type: integer, default: x }\n  c: [1]\n  d: { defualt: 1 }\n  e: { default: 3, enum: [1, 2] }\n  f:\n`,
    expect: [
      '4:14 `type`: expected `string`, `number`, `integer`, `boolean`, `array` or `object`, got the text "text"',
      '5:32 Default of `b`: expected a whole number, got the text "x"',
      "6:6 `c`: expected a text, a number, true or false or a map, got a list of 1 value",
      "7:3 Parameter `d` has no value (Give it with `--set d=…`, or a default)",
      "7:8 Unknown key `defualt` (Did you mean `default`?)",
      "8:17 Default of `e`: expected `1` or `2`, got the number 3",
      "9:5 `f`: expected a text, a number, true or false or a map, got nothing",
    ],
  },
  {
    title: "checks what is set, and names the flag",
    manifest:
      `${head}params:\n  width: 480\n  on: true\n  fit: { default: fill, enum: [fill, cover] }\n  box: { type: object, default: {} }\n  n: { type: integer, default: 1 }\n`,
    given: { set: { widht: "3", width: "wide", on: "yes", fit: "pad", box: "[1]", n: "1.5" } },
    expect: [
      "`--set widht=…`: the manifest has no parameter `widht` (Did you mean `width`?)",
      '`--set width=wide`: expected a number, got the text "wide"',
      '`--set on=yes`: expected true or false, got the text "yes"',
      '`--set fit=pad`: expected `fill` or `cover`, got the text "pad"',
      '`--set box=[1]`: expected a map, got the text "[1]"',
      '`--set n=1.5`: expected a whole number, got the text "1.5"',
    ],
  },
  {
    title: "refuses a limit that is none",
    manifest: head,
    given: { limit: 0 },
    expect: ["`--limit 0`: expected a whole number from 1 up"],
  },
]);
