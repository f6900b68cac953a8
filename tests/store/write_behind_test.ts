import assert from "node:assert/strict";
import { createWriteBehind, type Placing, type Written } from "../../runtime/store/write_behind.ts";

type Move = { readonly sync: readonly string[] } | { readonly place: string } | { readonly discard: string };

/** Notes what is asked of it; a sync ends when the test says so. */
function bench(options: { most?: number; refusing?: string } = {}) {
  const moves: Move[] = [];
  const syncs: { end(): void; fail(reason: Error): void }[] = [];
  const placing: Placing<Written> = {
    sync(batch) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      moves.push({ sync: batch.map(({ temporary }) => temporary) });
      syncs.push({ end: resolve, fail: reject });
      return promise;
    },
    place({ temporary }) {
      if (temporary === options.refusing) throw new Error(`no place for ${temporary}`);
      moves.push({ place: temporary });
    },
    discard: ({ temporary }) => void moves.push({ discard: temporary }),
  };
  return { behind: createWriteBehind(() => options.most ?? 100, placing), moves, syncs };
}

function written(path: string, temporary = `tmp/${path}`): Written {
  return { path, temporary };
}

/** Lets everything go on that waits for nothing. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("createWriteBehind() gives names only once the whole batch is synced, and one batch after the other", async () => {
  const { behind, moves, syncs } = bench();
  behind.add(written("a"));
  behind.add(written("b"));
  const settled = behind.settled();
  await turn();
  behind.add(written("c"));
  const later = behind.settled("c");
  await turn();
  assert.deepEqual(moves, [{ sync: ["tmp/a", "tmp/b"] }]);
  assert.equal(behind.temporaryOf("a"), "tmp/a");
  syncs[0]?.end();
  await settled;
  assert.equal(behind.temporaryOf("a"), undefined);
  await turn();
  assert.deepEqual(moves.slice(1), [{ place: "tmp/a" }, { place: "tmp/b" }, { sync: ["tmp/c"] }]);
  assert.equal(behind.temporaryOf("c"), "tmp/c");
  syncs[1]?.end();
  await later;
  assert.deepEqual(moves.at(-1), { place: "tmp/c" });
});

Deno.test("createWriteBehind() finishes writes of one path in their order, and knows the last of them", async () => {
  const { behind, moves, syncs } = bench();
  behind.add(written("a", "1"));
  behind.add(written("a", "2"));
  assert.equal(behind.temporaryOf("a"), "2");
  const settled = behind.settled("a");
  await turn();
  syncs[0]?.end();
  await settled;
  assert.deepEqual(moves, [{ sync: ["1", "2"] }, { place: "1" }, { place: "2" }]);
});

Deno.test("room() waits while as many as may wait do", async () => {
  const { behind, syncs } = bench({ most: 2 });
  behind.add(written("a"));
  behind.add(written("b"));
  let hasRoom = false;
  const room = behind.room().then(() => hasRoom = true);
  behind.add(written("c"));
  behind.add(written("d"));
  await turn();
  assert.equal(hasRoom, false);
  syncs[0]?.end();
  await turn();
  syncs[1]?.end();
  await room;
});

Deno.test("createWriteBehind() gives no name to a batch that cannot be synced, and says so for ever", async () => {
  const { behind, moves, syncs } = bench();
  behind.add(written("a"));
  behind.add(written("b"));
  const settled = behind.settled();
  await turn();
  syncs[0]?.fail(new Error("the disk is gone"));
  await settled;
  assert.deepEqual(moves.slice(1), [{ discard: "tmp/a" }, { discard: "tmp/b" }]);
  assert.equal(behind.temporaryOf("a"), undefined);
  assert.throws(() => behind.check(), /the disk is gone/);
  await assert.rejects(behind.room(), /the disk is gone/);
});

Deno.test("createWriteBehind() goes on with the others when one cannot be named", async () => {
  const { behind, moves, syncs } = bench({ refusing: "tmp/a" });
  behind.add(written("a"));
  behind.add(written("b"));
  const settled = behind.settled();
  await turn();
  syncs[0]?.end();
  await settled;
  assert.deepEqual(moves.slice(1), [{ discard: "tmp/a" }, { place: "tmp/b" }]);
  assert.throws(() => behind.check(), /no place for tmp\/a/);
});

Deno.test("createWriteBehind() ends a batch by itself when nobody waits for it", async () => {
  const { behind, moves, syncs } = bench();
  behind.add(written("a"));
  while (syncs.length === 0) await turn();
  syncs[0]?.end();
  while (behind.temporaryOf("a") !== undefined) await turn();
  assert.deepEqual(moves, [{ sync: ["tmp/a"] }, { place: "tmp/a" }]);
});
