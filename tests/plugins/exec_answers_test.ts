// What programs answer, and what becomes of it.
import assert from "node:assert/strict";
import { item } from "../engine/fixtures.ts";
import { factsOf, keeping, loop, lossOf, stepOf } from "./programs.ts";

Deno.test("exec drops, rejects and splits as the program says", async () => {
  const script = loop(`says = {
    'drop': {'drop': 'dull', 'detail': 'It is dull'},
    'reject': {'reject': 'odd'},
    'many': {'many': [{'name': 'left', 'crop': [0, 0, 32, 48], 'facts': {'side': 1}}, {'name': 'all', 'facts': {'side': 2}}]},
}
print(json.dumps({'id': i, **says[asked['key']]}), flush=True)`);
  await using program = await stepOf(script, { gives: ["side"] });
  assert.deepEqual(await program.each("drop"), { kind: "drop", reason: "dull", detail: "It is dull" });
  assert.deepEqual(await program.each("reject"), { kind: "reject", reason: "odd" });
  const detections = [{ label: "ball", box: [30, 0, 10, 10] }];
  const many = await program.each(item("many", "", { detections }));
  assert.ok(many.kind === "many");
  assert.deepEqual(
    many.children.map(({ name, item: { image, facts } }) => [name, image.edits, facts]),
    [
      ["left", [{ op: "crop", x: 0, y: 0, width: 32, height: 48 }], {
        side: 1,
        detections: [{ label: "ball", box: [30, 0, 2, 10] }],
      }],
      ["all", [], { side: 2, detections }],
    ],
  );
});

Deno.test("exec takes detections that fit into the image and no others", async () => {
  const script = loop(
    "print(json.dumps({'id': i, 'keep': True, 'facts': {'detections': json.loads(asked['key'])}}), flush=True)",
  );
  await using program = await stepOf(script, { gives: ["detections"] });
  const found = (detections: unknown) => program.each(JSON.stringify(detections));
  const taken = factsOf(await found([{ label: "ball", score: 0.5, box: [60, 40, 20, 4.001] }]));
  assert.deepEqual(taken["detections"], [{ label: "ball", box: [60, 40, 4, 4], score: 0.5 }]);
  assert.match(lossOf(await found([{ label: "ball", score: 5, box: [0, 0, 4, 4] }])), /^bad_answer: .*score 5/);
  assert.match(lossOf(await found([{ label: "", box: [0, 0, 4, 4] }])), /^bad_answer: .*no label/);
  assert.match(lossOf(await found([{ label: "a", box: [0, 0, 4] }])), /^bad_answer: .*four numbers/);
  assert.match(lossOf(await found("many")), /^bad_answer: .*no list/);
});

/** What programs print in place of an answer to `i`, and what is said of it. */
const wrong: readonly (readonly [title: string, print: string, said: RegExp])[] = [
  ["junk", "print('Loading model…', flush=True)", /no JSON: "Loading model…"; messages belong on stderr/],
  ["an empty line", "print(flush=True)", /no JSON/],
  ["a list", "print('[]', flush=True)", /no JSON object/],
  ["no id", "print('{\"keep\": true}', flush=True)", /for "nothing", and it was asked about "a"/],
  ["another id", 'print(\'{"id": "z", "keep": true}\', flush=True)', /for "z", and it was asked about "a"/],
  ["no UTF-8", "os.write(1, b'\\xff\\xfe\\n')", /no UTF-8/],
  ["a line without end", "while True: os.write(1, b'x' * 1000000)", /longer than 4194304 bytes/],
  ["two verdicts", "print(json.dumps({'id': i, 'keep': True, 'drop': 'x'}), flush=True)", /more than one of keep/],
  ["no verdict", "print(json.dumps({'id': i}), flush=True)", /none of keep, drop, reject, many/],
  ["keep: false", "print(json.dumps({'id': i, 'keep': False}), flush=True)", /"keep" in its answer is not as agreed/],
  ["a bad reason", "print(json.dumps({'id': i, 'drop': 'Too dark!'}), flush=True)", /"drop".*no snake_case word/],
  [
    "an unknown name",
    "print(json.dumps({'id': i, 'keep': True, 'fact': 1}), flush=True)",
    /Its answer is not as agreed/,
  ],
  ["a fact too many", "print(json.dumps({'id': i, 'keep': True, 'facts': {'x': 1}}), flush=True)", /fact "x", which/],
  [
    "a crop outside",
    "print(json.dumps({'id': i, 'many': [{'name': 'a', 'crop': [60, 0, 5, 5]}]}), flush=True)",
    /64x48/,
  ],
  ["names twice", "print(json.dumps({'id': i, 'many': [{'name': 'a'}, {'name': 'a'}]}), flush=True)", /same name/],
];

for (const [title, print, said] of wrong) {
  Deno.test(`exec rejects as bad_answer when the program answers with ${title}`, async () => {
    await using program = await stepOf(loop(`if i == 'a':\n    ${print}\nelse:\n    ${keeping}`));
    const verdict = await program.each("a");
    assert.ok(verdict.kind === "reject");
    assert.equal(verdict.reason, "bad_answer");
    assert.match(verdict.detail ?? "", said);
    assert.equal((await program.each("b")).kind, "keep");
  });
}

Deno.test("exec refuses facts that are no plain JSON, and facts that are missing", async () => {
  const script = loop(
    `print('{"id": "%s", "keep": true, "facts": %s}' % (i, '{"x": 1e999}' if i == 'big' else '{}'), flush=True)`,
  );
  await using program = await stepOf(script, { gives: ["x"] });
  assert.match(lossOf(await program.each("big")), /no plain JSON/);
  assert.match(lossOf(await program.each("none")), /no fact "x", which `gives` names/);
});
