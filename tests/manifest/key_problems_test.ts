import { head, testCases } from "./cases.ts";

testCases([
  {
    title: "names what is missing",
    manifest: "description: x\n",
    expect: [
      "1:1 `name` is missing: expected a name of small letters, digits, `_` and `-` (Names the pipeline and its dataset)",
      "1:1 `source` is missing: expected a map (Where the images come from)",
    ],
  },
  {
    title: "names the nearest key",
    manifest: `${head}step: []\nlimits: { max_reject: 5% }\n`,
    expect: [
      "3:1 Unknown key `step` (Did you mean `steps`?)",
      "4:11 Unknown key `max_reject` (Did you mean `max_rejected`?)",
    ],
  },
  {
    title: "says where an option of a plugin goes",
    manifest: `${head}steps:\n  - uses: resize\n    width: 3\n    with: { width: 3 }\n`,
    expect: ["5:5 Unknown key `width` (Options of a plugin go below `with:`)"],
  },
  {
    title: "points at each value of a wrong kind",
    manifest:
      `${head}steps:\n  - hash\n  - uses: hash\n    keep: yes\n    concurrency: four\nexports: 3\npublish: some\n`,
    expect: [
      '4:5 value 1 of `steps`: expected a map, got the text "hash"',
      '6:11 `keep`: expected true or false, got the text "yes" (Write `true`, without quotes)',
      '7:18 `concurrency`: expected a whole number from 1 to 1024, got the text "four"',
      "8:10 `exports`: expected a list, each a map, got the number 3",
      '9:10 `publish`: expected `all`, `files` or `none`, got the text "some"',
    ],
  },
  {
    title: "checks the limits",
    manifest: `${head}limits:\n  max_rejected: 101%\n  max_pixels: 1_000\n  retries: -1\n  item_timeout: 0\n`,
    expect: [
      '4:17 `max_rejected`: expected a share from 0% to 100%, or a whole number, got the text "101%"',
      '5:15 `max_pixels`: expected a whole number from 1 up, got the text "1_000" (Write 1000, without `_`)',
      "6:12 `retries`: expected a whole number from 0 to 100, got the number -1",
      "7:17 `item_timeout`: expected a number above 0 and up to 86400, got the number 0",
    ],
  },
  {
    title: "checks when it runs",
    manifest:
      `${head}on:\n  cron: ["*/10 * * * *", "0 0 * * * *", "60 * * * *"]\n  timezone: Europe/Rom\n  webhok: true\n`,
    expect: [
      "4:26 value 2 of `cron`: expected five fields: minute, hour, day of month, month, day of week",
      "4:41 value 3 of `cron`: expected five fields: minute, hour, day of month, month, day of week",
      "5:13 `timezone`: expected the name of a time zone, such as `Europe/Rome`",
      "6:3 Unknown key `webhok` (Did you mean `webhook`?)",
    ],
  },
  {
    title: "refuses names that cannot name a folder",
    manifest: "name: ../up\nsource: { uses: files, id: A B, with: { path: x } }\nparams: { 1st: 2 }\n",
    expect: [
      '1:7 `name`: expected a name of small letters, digits, `_` and `-`, got the text "../up"',
      '2:28 `id`: expected a name of small letters, digits, `_` and `-`, got the text "A B"',
      "3:11 Cannot use the name `1st`: expected a name of letters, digits, `_` and `-`",
    ],
  },
]);
