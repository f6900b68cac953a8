import assert from "node:assert/strict";
import { InputError, type SourceHost, type SourceRecord } from "../../runtime/plugin.ts";
import type { InputDataset } from "../../runtime/contract/hosts.ts";
import dataset from "../../sources/dataset.ts";
import { item } from "../engine/fixtures.ts";
import { createSourceHost } from "./host.ts";

const never = new AbortController().signal;

function input(name: string, keys: readonly string[]): InputDataset {
  return {
    dataset: name,
    number: 3,
    version: name,
    async *items() {
      for (const key of keys) yield item(key, "", { camera: key });
    },
  };
}

/** A host whose datasets are these. */
function hostOf(inputs: readonly InputDataset[], logs: string[] = []): SourceHost {
  const open = (name: string) => {
    const found = inputs.find((one) => one.dataset === name.split("@")[0]);
    return found === undefined ? Promise.reject(new InputError(`no ${name}`)) : Promise.resolve(found);
  };
  return { ...createSourceHost({ logs }), datasets: { open } };
}

async function recordsOf(options: Record<string, unknown>, host: SourceHost): Promise<SourceRecord[]> {
  const source = await dataset.open(dataset.options.parse(options), host);
  return await Array.fromAsync(source.records(never));
}

Deno.test("dataset takes a name as text or as a list, each only once", () => {
  const refused = (datasets: unknown) => !dataset.options.safeParse({ datasets }).success;
  assert.deepEqual(dataset.options.parse({ datasets: "a" }).datasets, ["a"]);
  for (const name of ["a", "a@3", "a@v3", "a@latest", "a@best.one", "a-b_c~1a2b3c4d@2"]) {
    assert.ok(!refused([name]), name);
  }
  for (const name of ["", "A", "a@", "a@b@c", "../a", "a/b", "a b", "a@0", "a@Best", 3, []]) {
    assert.ok(refused(name) && refused([name]), String(name));
  }
  assert.ok(refused(["a", "a@2"]), "one dataset twice");
});

Deno.test("dataset gives the facts that it is told of, and the name of the dataset", () => {
  assert.ok(typeof dataset.gives === "function");
  const gives = (more: Record<string, unknown>) => {
    assert.ok(typeof dataset.gives === "function");
    return dataset.gives(dataset.options.parse({ datasets: "a", ...more }));
  };
  assert.deepEqual(gives({}), []);
  assert.deepEqual(gives({ facts: ["detections", "split"], name_fact: "from" }), ["detections", "split", "from"]);
});

Deno.test("dataset gives records whose revision says what the image and the facts are", async () => {
  const revisions = async (key: string, more = {}) =>
    (await recordsOf({ datasets: "a", ...more }, hostOf([input("a", [key])]))).map(({ revision }) => revision);
  const [plain] = await revisions("x");
  assert.match(plain ?? "", /^[0-9a-f]{16}$/);
  assert.deepEqual(await revisions("x"), [plain]);
  assert.notDeepEqual(await revisions("x", { name_fact: "from" }), [plain]);
});

Deno.test("dataset says which versions it reads", async () => {
  const logs: string[] = [];
  await recordsOf({ datasets: ["b", "a@3"] }, hostOf([input("a", ["1"]), input("b", ["2"])], logs));
  assert.deepEqual(logs, ["reads b v3, a v3"]);
});

Deno.test("dataset holds no more than one record of each dataset", async () => {
  let ahead = 0;
  const endless = (name: string, odd: number): InputDataset => ({
    ...input(name, []),
    async *items() {
      for (let at = odd;; at += 2) {
        ahead++;
        yield item(String(at).padStart(9, "0"));
      }
    },
  });
  const source = await dataset.open(
    dataset.options.parse({ datasets: ["a", "b"] }),
    hostOf([endless("a", 0), endless("b", 1)]),
  );
  let taken = 0;
  for await (const { key } of source.records(never)) {
    assert.equal(Number(key), taken++);
    assert.ok(ahead - taken <= 4, `${ahead} items were read for ${taken} records`);
    if (taken === 1000) break;
  }
});

Deno.test("dataset stops when told so, and closes what it reads", async () => {
  let closed = 0;
  const watched: InputDataset = {
    ...input("a", []),
    async *items() {
      try {
        for (let at = 0;; at++) yield item(String(at).padStart(9, "0"));
      } finally {
        closed++;
      }
    },
  };
  const stop = new AbortController();
  const source = await dataset.open(dataset.options.parse({ datasets: "a" }), hostOf([watched]));
  await assert.rejects(async () => {
    for await (const { key } of source.records(stop.signal)) if (key === "000000010") stop.abort(new Error("enough"));
  }, /enough/);
  assert.equal(closed, 1);
  await assert.rejects(source.read({ key: "a", revision: "" }, never), TypeError);
});
