import assert from "node:assert/strict";
import { StoreError, TransientError } from "../../runtime/contract/errors.ts";
import { type Around, small, tries, withFaults } from "./faulty_client.ts";
import { s3Test } from "./server.ts";
import type { Fault, Request } from "./faults.ts";

const other = new TextEncoder().encode("and other bytes!");

type Operation = {
  readonly kind: Request["kind"];
  /** Makes what the operation needs. */
  readonly before?: (around: Around) => Promise<void>;
  /** Does it through the proxy; throws an `AssertionError` when what it says is wrong. */
  readonly act: (around: Around) => Promise<void>;
  /** What must be true once it succeeded. */
  readonly after?: (around: Around) => Promise<void>;
};

async function putA({ direct, key }: Around): Promise<void> {
  await direct.put(key("a"), small);
}

const operations: Readonly<Record<string, Operation>> = {
  put: {
    kind: "put",
    act: async ({ faulty, key }) => await faulty.put(key("a"), small),
    after: async ({ direct, key }) => assert.deepEqual((await direct.get(key("a")))?.bytes, small),
  },
  "putNew of what is not there": {
    kind: "put",
    act: async ({ faulty, key }) => assert.equal(await faulty.putNew(key("a"), small), true),
    after: async ({ direct, key }) => assert.deepEqual((await direct.get(key("a")))?.bytes, small),
  },
  "putNew of what is there": {
    kind: "put",
    before: putA,
    act: async ({ faulty, key }) => assert.equal(await faulty.putNew(key("a"), other), false),
    after: async ({ direct, key }) => assert.deepEqual((await direct.get(key("a")))?.bytes, small),
  },
  get: {
    kind: "get",
    before: putA,
    act: async ({ faulty, key }) => assert.deepEqual((await faulty.get(key("a")))?.bytes, small),
  },
  getStream: {
    kind: "get",
    before: putA,
    async act({ faulty, key }) {
      const stream = await faulty.getStream(key("a"));
      assert.deepEqual(await new Response(ReadableStream.from(stream?.pieces ?? [])).bytes(), small);
    },
  },
  head: {
    kind: "head",
    before: putA,
    act: async ({ faulty, key }) => assert.equal((await faulty.head(key("a")))?.size, small.length),
  },
  "head of what is not there": {
    kind: "head",
    act: async ({ faulty, key }) => assert.equal(await faulty.head(key("a")), undefined),
  },
  list: {
    kind: "list",
    async before({ direct, key }) {
      for (const name of ["a", "b", "c"]) await direct.put(key(name), small);
    },
    async act({ faulty, key }) {
      const keys = (await Array.fromAsync(faulty.list(key("")))).map((entry) => entry.key);
      assert.deepEqual(keys, ["a", "b", "c"].map(key));
    },
  },
  copy: {
    kind: "copy",
    before: putA,
    act: async ({ faulty, key }) => await faulty.copy(key("a"), key("b")),
    after: async ({ direct, key }) => assert.deepEqual((await direct.get(key("b")))?.bytes, small),
  },
  remove: {
    kind: "remove",
    before: putA,
    act: async ({ faulty, key }) => await faulty.remove([key("a")]),
    after: async ({ direct, key }) => assert.equal(await direct.get(key("a")), undefined),
  },
};

type Trial = {
  readonly fault: Fault;
  readonly of?: readonly Request["kind"][];
  /** What comes of it when it lasts: success all the same, or this error. */
  readonly lasting: "right" | Says;
  /** Where that may also come to a good end, and must then be right. */
  readonly orRight?: true;
};

type Says = { readonly error: typeof TransientError | typeof StoreError; readonly says: RegExp };

const unreached = { error: TransientError, says: /cannot be reached or does not answer \(/ } as const;
const clocks = { error: StoreError, says: /the clocks of this machine and of the server differ too much/ } as const;
const bodied: readonly Request["kind"][] = ["put", "remove"];
const answered: readonly Request["kind"][] = ["get", "list"];

const trials: Readonly<Record<string, Trial>> = {
  "nobody listens": { fault: { kind: "refused", forMs: 20 }, lasting: unreached },
  "the connection ends before the request": { fault: { kind: "reset_request", afterBytes: 0 }, lasting: unreached },
  "the connection ends in the request": {
    fault: { kind: "reset_request", afterBytes: 8 },
    of: bodied,
    lasting: unreached,
  },
  "the connection ends in the answer's head": { fault: { kind: "reset_answer", afterBytes: -1 }, lasting: unreached },
  "the connection ends in the answer": {
    fault: { kind: "reset_answer", afterBytes: 5 },
    of: answered,
    lasting: unreached,
    orRight: true, // a stream goes on where it broke off
  },
  "the answer is lost": { fault: { kind: "lost_answer" }, lasting: unreached },
  "no answer comes": { fault: { kind: "silence" }, lasting: unreached },
  "the answer drips": { fault: { kind: "slow", bytes: 40, pauseMs: 5 }, of: answered, lasting: "right" },
  "the server fails": { fault: { kind: "error", status: 500, code: "InternalError" }, lasting: unreached },
  "the server is busy": {
    fault: { kind: "error", status: 503, code: "SlowDown" },
    lasting: { error: TransientError, says: /asks for fewer requests \((SlowDown|status 503)/ },
  },
  "the ETag is wrong": { fault: { kind: "wrong_etag" }, lasting: "right" },
  "the server's clock is elsewhere": { fault: { kind: "clock", byMs: 3_600_000 }, lasting: clocks, orRight: true },
  "the server finds the clock wrong": { fault: { kind: "clock", byMs: 3_600_000, refuse: true }, lasting: clocks },
};

for (const [what, operation] of Object.entries(operations)) {
  for (const [when, trial] of Object.entries(trials)) {
    if (trial.of !== undefined && !trial.of.includes(operation.kind)) continue;
    s3Test(`openS3Client() gets ${what} right when ${when} once, and says so when it lasts`, async () => {
      await Promise.all([once(operation, trial), lasting(operation, trial)]);
    });
  }
}

async function once({ kind, before, act, after }: Operation, { fault }: Trial): Promise<void> {
  await withFaults([{ kind, nth: 1, fault }], async (around) => {
    await before?.(around);
    await act(around);
    await after?.(around);
    assert.ok(around.proxy.passed.some((request) => request.fault === fault.kind));
  }, fault.kind === "silence" ? 1_000 : undefined);
}

async function lasting({ kind, before, act, after }: Operation, { fault, lasting, orRight }: Trial): Promise<void> {
  await withFaults([{ kind: [kind, "head"], fault }], async (around) => {
    await before?.(around);
    const thrown = await act(around).catch((thrown) => thrown);
    if (lasting === "right" || (orRight && thrown === undefined)) {
      assert.equal(thrown, undefined);
      return await after?.(around);
    }
    assert.ok(thrown instanceof lasting.error, String(thrown));
    assert.match(thrown.message, /^Cannot [a-z]+ /);
    assert.match(thrown.message, lasting.says);
    assert.ok(around.proxy.passed.length <= tries * (tries + 1), `${around.proxy.passed.length} requests`);
  }, fault.kind === "silence" ? 300 : undefined);
}
