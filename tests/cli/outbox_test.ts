import assert from "node:assert/strict";
import type { DeliveryOutcome } from "../../runtime/plugin.ts";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { itemMessages } from "../engine/telling.ts";
import { inFolder } from "../temp_folder.ts";
import { commandLine } from "./terminals.ts";

Deno.test("outbox lists what was delivered, what failed, what is tried again and what waits", async () => {
  await withOutbox(async ({ fw, folder }) => {
    const { exit, out } = await fw("outbox");
    assert.equal(exit, 0);
    const lines = out.trimEnd().split("\n").map((line) => line.replace(/[0-9a-f]{12}/, "ID").trimEnd());
    assert.match(lines[0] ?? "", /^ {2}since \(UTC\) +dataset +sink +delivery +messages +tries +outcome$/);
    assert.deepEqual(lines.slice(1, -1).map((line) => line.replace(/ {2,}/g, " ").replace(/^ /, "")).sort(), [
      "2026-11-21 12:00 test tell ID 1 1 given up: told no",
      "2026-11-21 12:00 test tell ID 1 2 again by the next run: busy",
      "2026-11-21 12:00 test tell ID 2 1 delivered 2026-11-21 12:00",
    ]);
    assert.equal(lines.at(-1), "  test tell: 1 message waits until 2026-12-01 00:00 UTC or later");
    assert.doesNotMatch((await fw("outbox", "test", "--state", "failed")).out, /busy|waits|delivered/);
    assert.match((await fw("outbox", "test", "--state", "pending")).out, /busy[^]*waits/);
    assert.match((await commandLine(["outbox", "other", "--store", folder])).err, /^Nothing in the outbox$/m);
  });
});

Deno.test("outbox shows one delivery with its tries and messages, also as JSON", async () => {
  await withOutbox(async ({ fw, idOf }) => {
    const id = await idOf("delivered");
    const { out } = await fw("outbox", "test", id.slice(0, 8));
    assert.match(out, new RegExp(`^test tell ${id} {2}delivered$`, "m"));
    assert.match(out, /^ {2}1 {2}2026-11-21 12:00:00 {2}delivered {2}run run-[0-9a-f]{8}\n {5}\{"status":200\}$/m);
    assert.match(out, /^2 messages\n {2}[0-9a-f]{12} {2}v1 {2}a1\n {2}[0-9a-f]{12} {2}v1 {2}a2$/m);
    const one = JSON.parse((await fw("outbox", "test", id, "--json")).out);
    assert.deepEqual([one.state, one.count, one.messages.length, one.attempts[0].result.reply], [
      "delivered",
      2,
      2,
      { status: 200 },
    ]);
    const all = (await fw("outbox", "--json")).out.trim().split("\n").map((line) => JSON.parse(line).state);
    assert.deepEqual(all.sort(), ["delivered", "failed", "pending", "waiting"]);
  });
});

Deno.test("outbox has the next run try again what was given up or waits, and nothing that was delivered", async () => {
  await withOutbox(async ({ fw, idOf, telling, answers }) => {
    const delivered = await fw("outbox", "test", await idOf("delivered"), "--retry");
    assert.equal(delivered.exit, 2);
    assert.match(delivered.err, /^error: Cannot try "[0-9a-f]{32}" again: it was delivered$/m);
    assert.equal((await fw("outbox", "test", "--retry")).out, "The next run tries 2 deliveries again\n");
    answers.clear();
    const before = telling.told.length;
    await telling.run();
    assert.equal(telling.told.length, before + 2);
    assert.equal((await fw("outbox", "--retry")).out, "Nothing to try again\n");
  });
});

Deno.test("outbox says what there is when it does not know a delivery", async () => {
  await withOutbox(async ({ fw }) => {
    const { exit, err } = await fw("outbox", "test", "zzz");
    assert.equal(exit, 2);
    assert.match(err, /^error: Cannot find the delivery "zzz": see what there is with `deno task fw outbox`$/m);
    assert.match((await fw("outbox", "test", "")).err, /^error: Cannot find the delivery "": 3 deliveries begin so/m);
  });
});

async function withOutbox(
  body: (parts: {
    readonly fw: (...args: string[]) => ReturnType<typeof commandLine>;
    readonly folder: string;
    readonly telling: ReturnType<typeof itemMessages>;
    readonly answers: Map<unknown, DeliveryOutcome>;
    readonly idOf: (state: string) => Promise<string>;
  }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const answers = new Map<unknown, DeliveryOutcome>([
      ["b", { outcome: "failed", why: "told no" }],
      ["c", { outcome: "again", why: "busy" }],
    ]);
    const telling = itemMessages((key) => ({
      key,
      group: key.slice(0, 1),
      body: key.slice(0, 1),
      ...(key === "later" ? { notBefore: "2026-12-01T00:00:00.000Z" } : {}),
    }), {
      storage: createStorage(await openStore(folder)),
      answer: ({ messages: [message] }) =>
        answers.get(message?.body) ?? { outcome: "delivered", reply: { status: 200 } },
    });
    await telling.run("a1", "a2", "b", "c", "later");
    await telling.run();
    const fw = (...args: string[]) => commandLine([...args, "--store", folder]);
    const idOf = async (state: string) => {
      const rows = (await fw("outbox", "--json")).out.trim().split("\n").map((line) => JSON.parse(line));
      return rows.find((row) => row.state === state)?.id ?? "";
    };
    await body({ fw, folder, telling, answers, idOf });
  });
}
