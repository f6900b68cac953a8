import assert from "node:assert/strict";
import log from "../../plugins/log.ts";
import { hit, openSink } from "./sinks.ts";

Deno.test("log says a line for each hit, under a title where there are several", async () => {
  const one = await openSink(log, { of: "threats" });
  for (const delivery of await one.deliveries([hit("gate-1")])) await one.deliver(delivery);
  assert.deepEqual(one.logs, ["2026-11-21 13:00:00 Europe/Rome, gate-1 (North gate): loitering, 1 person 0.91"]);
  const many = await openSink(log, { of: "threats", max_per_delivery: 1 });
  const [delivery] = await many.deliveries([hit("gate-1"), hit("gate-2", 60)]);
  assert.ok(delivery);
  assert.deepEqual(await many.deliver(delivery), { outcome: "delivered", reply: { count: 2 } });
  assert.deepEqual(many.logs, [
    "loitering: 2 hits at 2 cameras",
    "2026-11-21 13:00:00 Europe/Rome, gate-1 (North gate): loitering, 1 person 0.91",
    "and one more",
  ]);
});

Deno.test("log tells of a version, and nothing of what is too old", async () => {
  const news = await openSink(log, {});
  for (const delivery of await news.deliveries([hit("gate-1")])) await news.deliver(delivery);
  assert.deepEqual(news.logs, ["New version cameras v3: 1 item"]);
  const old = await openSink(log, { of: "threats", older_than: "1m" });
  const [delivery] = await old.deliveries([hit("gate-1", -61)]);
  assert.ok(delivery);
  assert.deepEqual(await old.deliver(delivery), { outcome: "delivered", reply: { count: 0, skipped: 1 } });
  assert.deepEqual(old.logs, []);
});
