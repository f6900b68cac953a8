import assert from "node:assert/strict";
import { InputError } from "../../runtime/contract/errors.ts";
import type { JsonObject } from "../../runtime/contract/json.ts";
import { numbersOf } from "../../runtime/contract/random.ts";
import { parseWhere, whereOption } from "../../runtime/kit/where.ts";

const shoe: JsonObject = {
  id: "7",
  gender: "Men",
  year: "2012",
  price: 19.5,
  name: 'Trail "Runner" 5"',
  note: "",
  tags: ["red", "sale", 5],
  sold: true,
  "base colour": "Navy Blue",
  extra: { a: 1 },
  gone: null,
};

function holds(text: string, cells: JsonObject = shoe): boolean {
  return parseWhere(text).test(cells);
}

/** What every filter says of the shoe. */
function expectAll(expected: boolean, texts: readonly string[]): void {
  for (const text of texts) assert.equal(holds(text), expected, text);
}

Deno.test("parseWhere() holds for every row when the text is empty", () => {
  expectAll(true, ["", "  \n"]);
});

Deno.test("parseWhere() compares texts as they are", () => {
  expectAll(true, [
    'gender = "Men"',
    "gender='Men'",
    'gender != "men"',
    '`base colour` = "Navy Blue"',
    'year = "2012"',
  ]);
  expectAll(true, [`name = 'Trail "Runner" 5"'`, 'name = "Trail ""Runner"" 5"""', 'note = ""', "sold = true"]);
  expectAll(true, ['gender >= "Man"', 'gender < "Mfn"', 'gone = ""', 'missing = ""', 'missing != "x"']);
  expectAll(false, ['gender = "men"', 'year = "2012.0"', 'gender > "Men"', 'note < "a"', 'gone < "a"', 'extra = ""']);
});

Deno.test("parseWhere() compares numbers when one stands without quotes and the cell spells one", () => {
  expectAll(true, ["year = 2012", "year >= 2012.0", "year<2e3 or year>2011", "price > 9", "price != 19", "id = 7.0"]);
  expectAll(true, ["gender != 5", "id > -1", "price > .5"]);
  expectAll(false, ["gender < 5", "gender >= 5", "gender = 5", "note < 5", "note >= 0", "missing < 1", "sold = 1"]);
  assert.equal(holds("year > 9", { year: " 10 " }), true);
  assert.equal(holds('year > "9"', { year: "10" }), false);
  assert.equal(holds("year = 10", { year: "0x0a" }), false);
});

Deno.test("parseWhere() looks into lists of values, parts of texts and empty cells", () => {
  expectAll(true, [
    'gender in ("Women", "Men")',
    "year in (2011, 2012)",
    'gender not in ("Women")',
    'year in ("2012")',
  ]);
  expectAll(true, [
    'name contains "Runner"',
    'name starts with "Trail"',
    "name ends with '5\"'",
    'tags contains "red"',
  ]);
  expectAll(true, ["tags contains 5", 'tags not contains "re"', 'gender not starts with "W"', "year contains 201"]);
  expectAll(true, ["note is empty", "gone is empty", "missing is empty", "gender is not empty", "tags is not empty"]);
  expectAll(false, ['gender in ("men")', "gender in (1)", 'name contains "runner"', "extra is empty", "id is empty"]);
});

Deno.test("parseWhere() joins comparisons, `and` before `or`, in small letters and capitals", () => {
  expectAll(true, [
    'id = 7 or id = 8 and gender = "Women"',
    "NOT id = 8 AND Not (id = 9 OR id = 10)",
    "not not id = 7",
  ]);
  expectAll(false, ['(id = 7 or id = 8) and gender = "Women"', "not id = 7 or id = 8", "((((id = 8))))"]);
});

Deno.test("parseWhere() takes names in any script and words of its own in backquotes", () => {
  const cells = { größe_2: "L", "名前": "x", in: "1", "a`b": "2" };
  for (const text of ['größe_2 = "L"', '名前 = "x"', '`in` = "1"', '`a``b` = "2"']) {
    assert.equal(holds(text, cells), true);
  }
});

Deno.test("parseWhere() names its columns, each once", () => {
  assert.deepEqual(parseWhere("b = 1 and (a = 2 or not b = 3) and c is empty").columns, ["b", "a", "c"]);
});

Deno.test("parseWhere() sees nothing that a row does not hold itself", () => {
  expectAll(true, ["constructor is empty", "__proto__ is empty", "toString is empty"]);
});

/** The line with the caret, and what it says. */
function problemOf(text: string): string {
  try {
    parseWhere(text);
  } catch (thrown) {
    assert.ok(thrown instanceof InputError);
    const { message, column, excerpt, hint } = thrown.problems[0] ?? assert.fail();
    const carets = excerpt?.split("\n")[1] ?? "";
    if (text.length < 100) assert.equal(carets.indexOf("^") + 1, column);
    return `${column}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
  }
  assert.fail(`${text} was taken`);
}

Deno.test("parseWhere() points at what is wrong", () => {
  assert.deepEqual(
    [
      "gender = Men",
      "gender == 1",
      "gender <> 1",
      'gender = "Men',
      "gender = “Men”",
      'gender = "a" && year = 1',
      "gender",
      "gender not 5",
      "gender in 5",
      "gender in ()",
      "(year = 1",
      "year = 1)",
      "year = 1 year = 2",
      "year = 2012abc",
      "= 5",
      '"gender" = "Men"',
      "in = 5",
      "year is 5",
      "name starts 5",
      "year = 1 and",
      "a = -",
      "a; drop = 1",
    ].map(problemOf),
    [
      '10: a text or a number is missing (text stands in quotes: "Men")',
      "8: there is no `==` (write `=`)",
      "8: there is no such sign (write `!=`, or `not`)",
      '10: the quote " is not closed',
      '10: these quotes are not plain ones (write `"`)',
      "14: there is no such sign (write `and` or `or`)",
      '7: after "gender" a comparison is missing (such as `= 1`, `>= 1`, `in (…)` or `is empty`)',
      '12: after "gender" a comparison is missing (such as `not in ("a", "b")`)',
      "11: `(` is missing",
      "12: a text or a number is missing",
      "10: `)` is missing",
      "9: it should end here (`and` or `or` joins two comparisons)",
      "10: it should end here (`and` or `or` joins two comparisons)",
      "8: this is no number",
      "1: the name of a column is missing",
      "1: the name of a column is missing (a column that is called so stands in backquotes: `gender`)",
      "1: the name of a column is missing (a column that is called so stands in backquotes: `in`)",
      "9: `empty` is missing",
      "13: `with` is missing",
      "13: the name of a column is missing",
      "5: this is no number",
      "2: this character means nothing here",
    ],
  );
});

Deno.test("parseWhere() refuses what is too long or too deep", () => {
  assert.match(problemOf(`${"(".repeat(60)}a = 1${")".repeat(60)}`), /it goes more than 50 deep$/);
  assert.match(problemOf(`${"not ".repeat(60)}a = 1`), /it goes more than 50 deep$/);
  assert.match(problemOf(`a = "${"x".repeat(20_000)}"`), /it has more than 20000 characters$/);
  assert.equal(holds(Array(1500).fill("id = 7").join(" or ")), true);
});

Deno.test("expect() points at a column that is not there and names the nearest", () => {
  const where = parseWhere('gender = "Men" and\n yaer >= 2012');
  where.expect(["yaer", "gender"]);
  assert.throws(() => where.expect(["year", "gender"]), (thrown) => {
    assert.ok(thrown instanceof InputError);
    assert.match(thrown.message, /there is no column "yaer", at `yaer >= 2012`; Did you mean `year`\?$/);
    assert.deepEqual(thrown.problems, [{
      message: 'there is no column "yaer"',
      file: "where",
      line: 2,
      column: 2,
      excerpt: " yaer >= 2012\n ^^^^",
      hint: "Did you mean `year`?",
    }]);
    return true;
  });
  assert.throws(() => where.expect(["a", "b"]), /there is no column "gender".*; it has "a", "b"$/);
});

Deno.test("whereOption refuses a filter that cannot be read, with what is wrong", () => {
  assert.equal(whereOption.parse(undefined), "");
  const { error } = whereOption.safeParse("gender = Men");
  assert.match(
    error?.issues[0]?.message ?? "",
    /^Cannot read the filter "gender = Men": a text or a number is missing/,
  );
});

const pieces = [
  ...["id = 7", "year not in (1, 2)", 'name contains "Runner"', "note is not empty", "not price > 5", "and", "or"],
  ..."and or not in is empty contains starts ends with true false".split(" "),
  ...`( ) , = != < <= > >= == " ' \` "a" 'b' \`c d\` id year 5 -1 2e3 .5 . - ; $ { } \${id} \\ // <!-- \0 \ud800 é`
    .split(" "),
  "\n",
  "process.exit()",
  "constructor",
  "__proto__",
];

Deno.test("parseWhere() throws nothing but InputError whatever the text is", () => {
  const random = numbersOf("where");
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] ?? assert.fail();
  let taken = 0;
  for (let round = 0; round < 20_000; round++) {
    const length = 1 + Math.floor(random() * 12);
    const text = Array.from({ length }, () => pick(pieces)).join(random() < 0.8 ? " " : "");
    try {
      const where = parseWhere(text);
      assert.equal(typeof where.test(shoe), "boolean");
      taken++;
    } catch (thrown) {
      assert.ok(thrown instanceof InputError, `${text}: ${thrown}`);
    }
  }
  assert.ok(taken > 100, String(taken));
});
