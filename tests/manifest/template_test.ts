import assert from "node:assert/strict";
import { hasTemplate, parseTemplate } from "../../runtime/manifest/template.ts";

Deno.test("parseTemplate() cuts a text at its templates", () => {
  assert.deepEqual(parseTemplate("a/${{ params.x }}/${{env.B}}"), [
    { kind: "text", text: "a/" },
    { kind: "reference", reference: { root: "params", name: "x" }, raw: "${{ params.x }}" },
    { kind: "text", text: "/" },
    { kind: "reference", reference: { root: "env", name: "B" }, raw: "${{env.B}}" },
  ]);
});

Deno.test("parseTemplate() takes $${{ for the text ${{", () => {
  const pieces = parseTemplate("$${{ params.x }} ${{ params.y }}");
  assert.deepEqual(pieces.map((piece) => piece.kind === "text" ? piece.text : piece.kind), [
    "${{",
    " params.x }} ",
    "reference",
  ]);
});

Deno.test("parseTemplate() says what is wrong with a template", () => {
  const faults = [
    "${{ params.x",
    "${{ }}",
    "${{ params }}",
    "${{ params.x + 1 }}",
    "${{ param.x }}",
    "${{ params.a.b }}",
  ];
  for (const text of faults) assert.deepEqual(parseTemplate(text).map(({ kind }) => kind), ["fault"], text);
  const [fault] = parseTemplate("${{ param.x }}");
  assert.equal(fault?.kind === "fault" ? fault.hint : "", "Did you mean `params`?");
});

Deno.test("hasTemplate() is not fooled by single braces or a lone dollar", () => {
  assert.equal(hasTemplate("$ {{ x }} ${x}"), false);
  assert.equal(hasTemplate("x ${{"), true);
});
