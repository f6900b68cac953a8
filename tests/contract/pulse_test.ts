import assert from "node:assert/strict";
import { createPulse, openPulse } from "../../runtime/contract/pulse.ts";

Deno.test("openPulse() reads nothing from a fresh pulse", () => {
  assert.deepEqual(openPulse(createPulse()).read(), { beats: 0, itemTimeout: 0 });
});

Deno.test("openPulse() shows on one side what the other noted", () => {
  const memory = createPulse();
  const worker = openPulse(memory);
  worker.beat();
  worker.beat();
  worker.limit(59.25);
  worker.note({ plugin: "resize", phase: "each", item: "día 1/ö.jpg" });
  assert.deepEqual(openPulse(memory).read(), {
    beats: 2,
    itemTimeout: 59.25,
    call: { plugin: "resize", phase: "each", item: "día 1/ö.jpg" },
  });
});

Deno.test("note() replaces a longer call by a shorter one", () => {
  const pulse = openPulse(createPulse());
  pulse.note({ plugin: "random_crop", phase: "each", item: "a/very/long/name/of/a/frame.jpg" });
  pulse.note({ plugin: "charts", phase: "write" });
  assert.deepEqual(pulse.read().call, { plugin: "charts", phase: "write" });
});

Deno.test("note() shows very long ids in part, whatever is in them", () => {
  const pulse = openPulse(createPulse());
  for (const character of ["\u0000", "字", "\ud800", "🏍", '"']) {
    const long = character.repeat(50_000);
    pulse.note({ plugin: long, phase: long, item: `${long}end` });
    const shown = pulse.read().call?.item ?? "";
    assert.ok(shown.endsWith("end"), JSON.stringify(character));
    assert.ok(shown.length < 2_000);
  }
});

Deno.test("openPulse() is seen across threads while the other one hangs", async () => {
  const memory = createPulse();
  const module = new URL("../../runtime/contract/pulse.ts", import.meta.url).href;
  const code = `import { openPulse } from "${module}";
    self.onmessage = ({ data }) => {
      const pulse = openPulse(data);
      pulse.beat();
      pulse.note({ plugin: "endless", phase: "each", item: "a.jpg" });
      while (true);
    };`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(code)}`, { type: "module" });
  worker.postMessage(memory);
  const pulse = openPulse(memory);
  while (pulse.read().call === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  worker.terminate();
  assert.deepEqual(pulse.read().call, { plugin: "endless", phase: "each", item: "a.jpg" });
});
