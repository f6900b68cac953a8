import assert from "node:assert/strict";
import { openDataset } from "../../runtime/engine/reader.ts";
import { settingChanges } from "../../runtime/engine/diff_settings.ts";
import { createBench } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

const files = new Map(Array.from({ length: 20 }, (_, index) => [`f${index}`, `b ${index}`]));

Deno.test("plan of a step enters its key and provenance", async () => {
  const script = { digest: "aaaa" };
  const step = itemStep({
    name: "exec",
    plan: () => Promise.resolve({ key: { "x.py": script.digest } }),
  });
  const bench = createBench({ files, steps: [step] });
  await bench.run();
  assert.equal(bench.calls.size, 20);
  bench.calls.clear();
  assert.equal((await bench.run()).outcome, "unchanged");
  assert.equal(bench.calls.size, 0);
  script.digest = "bbbb";
  assert.equal((await bench.run()).outcome, "published");
  assert.equal(bench.calls.size, 20);
  const [before, after] = await Promise.all([1, 2].map((number) => openDataset(bench.storage, "test", number)));
  assert.deepEqual(after?.version.provenance.steps[0]?.settled, { "x.py": "bbbb" });
  assert.deepEqual(
    settingChanges(before?.version.provenance ?? assert.fail(), after?.version.provenance ?? assert.fail()),
    [{ what: "step exec", text: "x.py aaaa -> bbbb" }],
  );
});

Deno.test("tuning options of a step enter no key, and the others do", async () => {
  const step = itemStep({ name: "exec", tuning: ["processes"] });
  const bench = createBench({ files, steps: [step] });
  const again = async (options: Record<string, number>) => {
    const given = { exec: { options, written: options } };
    const other = createBench({ files, steps: [step], storage: bench.storage, given });
    await other.run();
    return other.calls.size;
  };
  assert.equal(await again({ processes: 1, size: 1 }), 20);
  assert.equal(await again({ processes: 7, size: 1 }), 0);
  assert.equal(await again({ processes: 7, size: 2 }), 20);
});
