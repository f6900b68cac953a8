import assert from "node:assert/strict";
import { PluginError } from "../../runtime/contract/errors.ts";
import { openDataset } from "../../runtime/engine/reader.ts";
import {
  type DatasetView,
  defineExport,
  type ExportHost,
  keep,
  many,
  type Tree,
  withFacts,
  z,
} from "../../runtime/plugin.ts";
import { collected, createBench } from "./bench.ts";
import { itemStep } from "./fixtures.ts";

type Write = (dataset: DatasetView, tree: Tree, host: ExportHost) => Promise<void>;

function exporting(write: Write, more: { name?: string; pictures?: boolean; beside?: boolean } = {}) {
  return defineExport({
    name: more.name ?? "out",
    version: 1,
    summary: "An export of a test",
    options: z.looseObject({}),
    history: true,
    ...(more.beside === true ? { beside: true } : {}),
    open: (_, host) => ({
      ...(more.pictures === true ? { pictures: { format: "jpeg" as const, quality: 80 } } : {}),
      write: (dataset, tree) => write(dataset, tree, host),
    }),
  });
}

const three = new Map([["a", "1"], ["b", "2"], ["c", "3"]]);

Deno.test("runExport() publishes files under the export's id, sorted, with the rendered pictures", async () => {
  const write: Write = async (dataset, tree) => {
    await tree.stream("list.txt", ["one\n", "two\n"]);
    for await (const item of dataset.scan()) await tree.picture(`images/${item.key}${item.child}.jpg`, item);
  };
  const steps = [itemStep({ name: "s", each: (item) => many([{ name: "x", item }, { name: "y", item }]) })];
  const bench = createBench({ files: three, steps, exports: [exporting(write, { pictures: true })] });
  const summary = await bench.run();
  const version = await openDataset(bench.storage, "test");
  const files = await collected(version.files());
  assert.deepEqual(files.map(({ path }) => path), [
    "out/images/ax.jpg",
    "out/images/ay.jpg",
    "out/images/bx.jpg",
    "out/images/by.jpg",
    "out/images/cx.jpg",
    "out/images/cy.jpg",
    "out/list.txt",
  ]);
  const list = files.at(-1);
  assert.equal(new TextDecoder().decode(await bench.storage.blobs.get(list?.digest ?? "")), "one\ntwo\n");
  assert.deepEqual(version.version.columns.map(({ name }) => name), ["records", "admit", "s", "render", "ledger"]);
  assert.deepEqual(summary.stages.map(({ id, itemsIn, itemsOut }) => `${id} ${itemsIn} ${itemsOut}`), [
    "admit 3 3",
    "s 3 6",
    "render 6 6",
    "out 6 6",
  ]);
});

Deno.test("runExport() hands an export the lines it noted in the version before", async () => {
  const seen: string[][] = [];
  const write: Write = async (dataset, _, host) => {
    seen.push(host.history === undefined ? [] : await collected(host.history.lines()));
    await host.note((await collected(dataset.scan())).map(({ key }) => key));
  };
  const bench = createBench({ files: three, steps: [], exports: [exporting(write)] });
  await bench.run();
  bench.files.set("d", "4");
  await bench.run();
  assert.deepEqual(seen, [[], ["a", "b", "c"]]);
});

const wrong: readonly [string, Write, RegExp][] = [
  ["a path out of the tree", (_, tree) => tree.text("../x", ""), /it is no plain relative path/],
  ["an absolute path", (_, tree) => tree.text("/etc/passwd", ""), /it is no plain relative path/],
  ["a line break in a path", (_, tree) => tree.text("a\nb", ""), /it is no plain relative path/],
  ["the same path twice", async (_, tree) => {
    await tree.text("x", "1");
    await tree.text("x", "2");
  }, /it was written twice/],
  [
    "an export that throws",
    () => Promise.reject(new TypeError("no")),
    /^Cannot write the export "out": the plugin failed with "no"$/,
  ],
  ["a picture that was not asked for", async (dataset, tree) => {
    for await (const item of dataset.scan()) await tree.picture(item.key, item);
  }, /asked for no pictures/],
];

for (const [what, write, message] of wrong) {
  Deno.test(`runExport() refuses ${what}, and nothing is published`, async () => {
    const bench = createBench({ files: three, steps: [], exports: [exporting(write)] });
    await assert.rejects(bench.run(), (thrown: unknown) => {
      assert.ok(thrown instanceof PluginError);
      assert.match(thrown.message, message);
      return true;
    });
    assert.equal(await bench.storage.refs.head("test"), undefined);
  });
}

Deno.test("runExport() gives times to exports beside the version, which do not change its id", async () => {
  const seconds: number[] = [];
  const beside = exporting(async (dataset, tree) => {
    seconds.push(dataset.times?.stages.length ?? -1);
    await tree.text("report.md", `${Math.random()}`);
  }, { name: "report", beside: true });
  const bench = () => createBench({ files: three, steps: [], exports: [beside] });
  const [one, other] = [await bench().run(), await bench().run()];
  assert.deepEqual(seconds, [1, 1]);
  assert.equal(one.version, other.version);
});

Deno.test("openDataset() finds what every stage made of a record", async () => {
  const steps = [
    itemStep({ name: "a", costly: true, each: (item) => keep(withFacts(item, { seen: 1 })) }),
    itemStep({ name: "b", each: (item) => many([{ name: "x", item }], ["only one"]) }),
  ];
  const bench = createBench({ files: three, steps });
  await bench.run();
  const dataset = await openDataset(bench.storage, "test", 1);
  const found = await dataset.find("b");
  assert.equal(found?.line.verdict, "kept");
  assert.deepEqual(
    found?.stages.map(({ column, entry }) => [column.name, entry.items.map(({ child, facts }) => [child, facts])]),
    [
      ["admit", [["", {}]]],
      ["a", [["", { seen: 1 }]]],
      ["b", [["x", { seen: 1 }]]],
    ],
  );
  assert.equal(await dataset.find("bb"), undefined);
  await assert.rejects(openDataset(bench.storage, "test", 2), /Cannot find v2 of "test" in .*: the store has "test"/);
});
