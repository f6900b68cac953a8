// What every backend has to do. Run it with `sessionSuite("name", open)`.
import assert from "node:assert/strict";
import type { OpenSession, Session } from "../../runtime/detect/backends/session.ts";
import { floats, onnxFile, type OnnxNode } from "../detect/onnx_writer.ts";

/** `test` declares a test; `open` opens a session. */
export function sessionSuite(
  name: string,
  open: (model: Uint8Array) => ReturnType<OpenSession>,
  test: (name: string, body: () => Promise<void>) => void = Deno.test,
): void {
  const withSession = (what: string, model: Uint8Array, body: (session: Session) => Promise<void>) =>
    test(`${name} session: ${what}`, async () => {
      const session = await open(model);
      try {
        await body(session);
      } finally {
        await session.close();
      }
    });
  testAnswers(withSession);
  testTurns(withSession, (what, body) => test(`${name} session: ${what}`, body), open);
  testRefusals(withSession, (what, body) => test(`${name} session: ${what}`, body), open);
}

type WithSession = (what: string, model: Uint8Array, body: (session: Session) => Promise<void>) => void;
type Test = (what: string, body: () => Promise<void>) => void;

function cast(to: number, output: string): OnnxNode {
  return { operator: "Cast", inputs: ["x"], outputs: [output], attributes: { to } };
}

/** Gives its input back in several types. */
const casts = onnxFile({
  inputs: [{ name: "x", type: "float32", shape: ["rows", 4] }],
  outputs: [
    { name: "half", type: "float16", shape: ["rows", 4] },
    { name: "whole", type: "int64", shape: ["rows", 4] },
    { name: "short", type: "int32", shape: ["rows", 4] },
    { name: "bytes", type: "uint8", shape: ["rows", 4] },
  ],
  nodes: [cast(10, "half"), cast(7, "whole"), cast(6, "short"), cast(2, "bytes")],
});

/** Gives twice its input. */
const doubles = onnxFile({
  inputs: [{ name: "x", type: "float32", shape: [1, 4] }],
  outputs: [{ name: "y", type: "float32", shape: [1, 4] }],
  nodes: [{ operator: "Add", inputs: ["x", "x"], outputs: ["y"] }],
});

/** What `doubles` makes of four numbers from `first` on. */
async function doubled(session: Session, first: number): Promise<number[]> {
  const { y } = await session.run({ x: floats([1, 4], [first, first + 1, first + 2, first + 3]) });
  return Array.from(y?.data ?? [], Number);
}

function testAnswers(withSession: WithSession): void {
  withSession("inputs and outputs are those of the file", casts, (session) => {
    const [input] = session.inputs;
    assert.deepEqual([input?.name, input?.type, input?.shape], ["x", "float32", ["rows", 4]]);
    assert.deepEqual(session.outputs.map(({ name, type }) => [name, type]), [
      ["half", "float16"],
      ["whole", "int64"],
      ["short", "int32"],
      ["bytes", "uint8"],
    ]);
    return Promise.resolve();
  });

  withSession("run() gives plain numbers of each type, half precision as single", casts, async (session) => {
    const { half, whole, short, bytes } = await session.run({ x: floats([2, 4], [0, 1.5, 2, 3, 4, 5, 250, 7]) });
    assert.deepEqual(half?.data, Float32Array.of(0, 1.5, 2, 3, 4, 5, 250, 7));
    assert.deepEqual(whole?.data, BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n, 250n, 7n));
    assert.deepEqual(short?.data, Int32Array.of(0, 1, 2, 3, 4, 5, 250, 7));
    assert.deepEqual(bytes?.data, Uint8Array.of(0, 1, 2, 3, 4, 5, 250, 7));
    assert.deepEqual(half?.shape, [2, 4]);
  });

  const halves = onnxFile({
    inputs: [{ name: "x", type: "float16", shape: [4] }, { name: "size", type: "int64", shape: [1, 2] }],
    outputs: [{ name: "y", type: "float32", shape: [4] }, { name: "same", type: "int64", shape: [1, 2] }],
    nodes: [{ ...cast(1, "y") }, { operator: "Identity", inputs: ["size"], outputs: ["same"] }],
  });
  withSession("run() takes bits of half precision, and int64", halves, async (session) => {
    const bits = new Uint16Array(Float16Array.of(0, -1.5, 65_504, 0.25).buffer);
    const { y, same } = await session.run({
      x: { type: "float16", shape: [4], data: bits },
      size: { type: "int64", shape: [1, 2], data: BigInt64Array.of(640n, 480n) },
    });
    assert.deepEqual(y?.data, Float32Array.of(0, -1.5, 65_504, 0.25));
    assert.deepEqual(same?.data, BigInt64Array.of(640n, 480n));
  });
}

function testTurns(withSession: WithSession, test: Test, open: (model: Uint8Array) => Promise<Session>): void {
  withSession("run() gives copies, and keeps nothing of what it was fed", doubles, async (session) => {
    const x = floats([1, 4], [1, 2, 3, 4]);
    const { y } = await session.run({ x });
    x.data.fill(9 as never);
    await session.run({ x });
    assert.deepEqual(y?.data, Float32Array.of(2, 4, 6, 8));
  });

  withSession("run() answers each of several calls at once", doubles, async (session) => {
    const answers = await Promise.all([1, 10, 100, 1000].map((first) => doubled(session, first)));
    assert.deepEqual(answers.map(([first]) => first), [2, 20, 200, 2000]);
  });

  test("two sessions of one thread work at once", async () => {
    const sessions = await Promise.all([open(doubles), open(doubles)]);
    const answers = await Promise.all(sessions.flatMap((session, at) => [doubled(session, at), doubled(session, 9)]));
    assert.deepEqual(answers.map(([first]) => first), [0, 18, 2, 18]);
    await Promise.all(sessions.map((session) => session.close()));
  });
}

function testRefusals(withSession: WithSession, test: Test, open: (model: Uint8Array) => Promise<Session>): void {
  test("open() refuses what is no model", async () => {
    const foreign = onnxFile({
      inputs: [{ name: "x", type: "float32", shape: [4] }],
      outputs: [{ name: "y", type: "float32", shape: [4] }],
      nodes: [{ operator: "Warp", domain: "com.example", inputs: ["x"], outputs: ["y"] }],
      domains: ["com.example"],
    });
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode("no model"), doubles.slice(0, -20), foreign]) {
      await assert.rejects(open(bytes));
    }
  });

  withSession("run() refuses inputs that do not fit, and goes on", doubles, async (session) => {
    await assert.rejects(session.run({ x: floats([1, 5], [1, 2, 3, 4, 5]) }));
    await assert.rejects(session.run({ x: { type: "int64", shape: [1, 4], data: new BigInt64Array(4) } }));
    await assert.rejects(session.run({}));
    assert.deepEqual(await doubled(session, 1), [2, 4, 6, 8]);
  });
}
