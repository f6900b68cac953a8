import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { createBucketsHost } from "../../runtime/host/buckets.ts";
import { createInputsHost } from "../../runtime/host/inputs.ts";
import type { ListedRecord, SourceHost } from "../../runtime/plugin.ts";
import catalogue from "../../sources/catalogue.ts";
import { withBucket } from "../s3/raw_bucket.ts";
import { s3Test } from "../s3/server.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { createSourceHost, textOf } from "./host.ts";

const never = new AbortController().signal;
type Given = Readonly<Record<string, unknown>>;

function opened(root: string, given: Given = {}, host: SourceHost = createSourceHost()) {
  const options = { table: `${root}/styles.csv`, images: `${root}/images`, ...given };
  return catalogue.open(catalogue.options.parse(options), host);
}

async function listed(root: string, given?: Given, host?: SourceHost): Promise<ListedRecord[]> {
  const records = await Array.fromAsync((await opened(root, given, host)).records(never));
  return records.sort((left, right) => left.key < right.key ? -1 : 1);
}

/** Key, and the facts or what is wrong. */
async function told(root: string, given?: Given): Promise<Record<string, unknown>> {
  const records = await listed(root, given);
  return Object.fromEntries(
    records.map(({ key, facts, broken }) => [key, broken ? `${broken.reason}: ${broken.detail}` : facts]),
  );
}

function putTable(root: string, lines: readonly string[], name = "styles.csv"): void {
  putFile(root, name, lines.join("\n"));
}

function putImages(root: string, names: readonly string[]): void {
  for (const name of names) putFile(root, `images/${name}`, name);
}

Deno.test("catalogue gives a record a row, with its cells as facts and the state of its image as revision", async () => {
  await inFolder(async (root) => {
    putTable(root, ["id,gender,year", "7,Men,2012", "10,Women,2011"]);
    putImages(root, ["7.jpg", "10.jpg"]);
    assert.deepEqual(await listed(root), [
      { key: "10", revision: "6-1700000000000 10.jpg", facts: { id: "10", gender: "Women", year: "2011" } },
      { key: "7", revision: "5-1700000000000 7.jpg", facts: { id: "7", gender: "Men", year: "2012" } },
    ]);
  });
});

Deno.test("catalogue reads the image that the row names", async () => {
  await inFolder(async (root) => {
    putTable(root, ["sku,colour,file", "7,red,./deep er/x.jpg", "8,blue,y.png"]);
    putImages(root, ["deep er/x.jpg", "y.png", "red/7.webp", "blue/8.webp"]);
    const readAll = async (path: string) => {
      const source = await opened(root, { id: "sku", path });
      const records = await Array.fromAsync(source.records(never));
      return await Promise.all(records.map(async (record) => textOf(await source.read(record, never))));
    };
    assert.deepEqual(await readAll("file"), ["deep er/x.jpg", "y.png"]);
    assert.deepEqual(await readAll("{colour}/{sku}.webp"), ["red/7.webp", "blue/8.webp"]);
  });
});

Deno.test("catalogue rejects rows with a reason, each under a key of its own, and keeps the others", async () => {
  await inFolder(async (root) => {
    putTable(root, [
      "id,n",
      "1,a",
      "2",
      "1,b",
      ",c",
      "row 3,d",
      '5,"open',
      "6,gone",
      `${"x".repeat(501)},e`,
      "7,folder",
    ]);
    putImages(root, ["1.jpg", "7.jpg/inner"]);
    assert.deepEqual(await told(root), {
      "1": { id: "1", n: "a" },
      "6": 'no_image: There is no image "6.jpg"',
      "7": 'not_a_file: The image "7.jpg" cannot be read: This is a folder, not a file',
      "row 2": "broken_row: line 3: it has 1 cells, not 2",
      "row 3": 'duplicate_id: the id "1" is that of an earlier row',
      "row 4": "bad_id: the row has no id",
      "row 5": 'bad_id: the id "row 3" is one that rows without an id get',
      "row 6": "broken_row: line 7: a quote is never closed",
      "row 8": "bad_id: the id has more than 500 characters",
    });
  });
});

Deno.test("catalogue does not leave the folder, whatever a cell says", async () => {
  await inFolder(async (root) => {
    putFile(root, "secret.jpg", "secret");
    putImages(root, ["a.jpg"]);
    Deno.symlinkSync("../secret.jpg", `${root}/images/link.jpg`);
    const paths = ["../secret.jpg", `${root}/secret.jpg`, "link.jpg", "a/../../secret.jpg", "a.jpg", ""];
    putTable(root, ["id,file", ...paths.map((path, at) => `${at},${path}`)]);
    const source = await opened(root, { path: "file" });
    const records = await Array.fromAsync(source.records(never));
    const reasons = Object.fromEntries(records.map(({ key, broken }) => [key, broken?.reason]));
    const outside = "outside_folder";
    assert.deepEqual(reasons, { 0: outside, 1: outside, 2: outside, 3: outside, 4: undefined, "row 6": "no_image" });
    for (const path of paths.slice(0, 4)) {
      const record = { key: "x", revision: `6-1 ${path}` };
      await assert.rejects(async () => await source.read(record, never), { name: "ItemError", code: outside });
    }
  });
});

Deno.test("catalogue takes the rows that the filter holds for, and says how many they are", async () => {
  await inFolder(async (root) => {
    putTable(root, ["id,gender,year", "1,Men,2012", "2,Women,2013", "3,Men,2009", "4", "5,Men,"]);
    putImages(root, ["1.jpg", "2.jpg", "3.jpg", "5.jpg"]);
    const logs: string[] = [];
    const where = 'gender = "Men" and year >= 2012';
    const records = await listed(root, { where }, createSourceHost({ logs }));
    assert.deepEqual(records.map(({ key }) => key), ["1", "row 4"]);
    assert.deepEqual(logs, [`1 of 5 rows fit ${where}`]);
  });
});

Deno.test("catalogue ends the run when a filter holds for no row or names no column", async () => {
  await inFolder(async (root) => {
    putTable(root, ["id,gender", "1,Men", "2,Women"]);
    putTable(root, ['{"id":1,"gender":"Men"}', '{"id":2}'], "styles.jsonl");
    putImages(root, ["1.jpg", "2.jpg"]);
    const source = { name: "InputError", code: "source" };
    const none = { ...source, message: 'Cannot take any row of "styles.csv": of 2, none fits gender = "men"' };
    await assert.rejects(listed(root, { where: 'gender = "men"' }), none);
    for (const table of [`${root}/styles.csv`, `${root}/styles.jsonl`]) {
      const unknown = { ...source, message: /there is no column "gendre".*; Did you mean `gender`\?$/ };
      await assert.rejects(listed(root, { table, where: 'not gendre = "Men"' }), unknown);
      const lacking = { ...source, message: /there is no column "sku"; it has "id", "gender"$/ };
      await assert.rejects(listed(root, { table, id: "sku" }), lacking);
    }
    await assert.rejects(listed(root, { numbers: ["yaer"] }), { ...source, message: /no column "yaer"/ });
    await assert.rejects(listed(root, { facts: ["gendr"] }), { ...source, message: /Did you mean `gender`/ });
    await assert.rejects(listed(root, { table: `${root}/gone.csv` }), { ...source, message: /there is no such file/ });
    await assert.rejects(listed(root, { images: `${root}/gone` }), { ...source, message: /there is no such folder/ });
  });
});

Deno.test("catalogue keeps the facts that are asked for, as numbers where that is asked for", async () => {
  await inFolder(async (root) => {
    putTable(root, ["id,year,price,detections", "1,2012, 9.5 ,x", "2,20l2,1,x", "3,,1e400,x", "4,,-1,x"]);
    putImages(root, ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
    const facts = ["price", "year"];
    assert.deepEqual(await told(root, { facts, numbers: ["year", "price"] }), {
      "1": { price: 9.5, year: 2012 },
      "4": { price: -1 },
      "row 2": 'bad_cell: the row of "2": year "20l2" is not a number',
      "row 3": 'bad_cell: the row of "3": price "1e400" is not a number',
    });
    const [first] = Object.values(await told(root));
    assert.match(
      String(first),
      /^bad_cell: .* column "detections" cannot be a fact; name the columns to keep in `facts`$/,
    );
  });
});

Deno.test("catalogue gives equal records of all formats", async () => {
  await inFolder(async (root) => {
    putImages(root, ["1.jpg", "2.jpg"]);
    putTable(root, ["id,gender", "1,Men", '2,"Wo""men"']);
    putTable(root, ["1\tMen", '2\tWo"men'], "styles.tsv");
    putTable(root, ['{"id":"1","gender":"Men","none":null}', '{"id":"2","gender":"Wo\\"men"}'], "styles.jsonl");
    const columnData = [{ name: "id", data: ["1", "2"] }, { name: "gender", data: ["Men", 'Wo"men'] }];
    putFile(root, "styles.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
    const expected = await listed(root);
    assert.equal(expected.length, 2);
    assert.deepEqual(await listed(root, { table: `${root}/styles.tsv`, columns: ["id", "gender"] }), expected);
    assert.deepEqual(await listed(root, { table: `${root}/styles.jsonl` }), expected);
    assert.deepEqual(await listed(root, { table: `${root}/styles.parquet` }), expected);
  });
});

Deno.test("catalogue takes ids that are numbers, and cells that are lists", async () => {
  await inFolder(async (root) => {
    putImages(root, ["1.jpg", "2.jpg"]);
    putTable(root, ['{"id":1,"tags":["a",{"b":1}]}', '{"id":2,"year":2012}', '{"id":[3]}'], "t.jsonl");
    assert.deepEqual(
      await told(root, { table: `${root}/t.jsonl`, where: 'tags contains "a" or year = 2012 or id is not empty' }),
      {
        "1": { id: 1, tags: ["a", { b: 1 }] },
        "2": { id: 2, year: 2012 },
        "row 3": "bad_id: the row has no id",
      },
    );
  });
});

Deno.test("catalogue sees that an image came, changed, or that a row names another", async () => {
  await inFolder(async (root) => {
    const revision = async () => (await listed(root, { path: "file" }))[0]?.revision;
    putTable(root, ["id,file", "1,a.jpg"]);
    putImages(root, ["b.jpg"]);
    const revisions = [await revision()];
    putImages(root, ["a.jpg"]);
    revisions.push(await revision());
    putFile(root, "images/a.jpg", "a.jpg", 1_700_000_001);
    revisions.push(await revision());
    putTable(root, ["id,file", "1,b.jpg"]);
    revisions.push(await revision());
    assert.deepEqual(revisions, [
      "no_image a.jpg",
      "5-1700000000000 a.jpg",
      "5-1700000001000 a.jpg",
      "5-1700000000000 b.jpg",
    ]);
  });
});

Deno.test("catalogue refuses a filter that cannot be read before anything is read", () => {
  const given = { table: "t.csv", images: "i", where: "gender = Men" };
  const { error } = catalogue.options.safeParse(given);
  assert.match(error?.issues[0]?.message ?? "", /a text or a number is missing/);
});

s3Test(
  "catalogue joins a table in a bucket with the images in it",
  () =>
    withBucket(({ put, bucket, prefix, endpoint }) =>
      inFolder(async (scratch) => {
        const address = (path: string) => `s3://${bucket}/${prefix}/${path}?endpoint=${endpoint}`;
        const ids = ["10", "2", "1", "gone", "ü"];
        await put("meta/styles.csv", ["id,n", ...ids.map((id) => `${id},x`), "2,again", "broken"].join("\n"));
        for (const id of ["1", "10", "2", "3", "ü"]) await put(`images/${id}.jpg`, id);
        const host = {
          ...createSourceHost(),
          buckets: createBucketsHost({ maxBytes: 1000 }),
          inputs: createInputsHost({ scratch }),
        };
        const given = { table: address("meta/styles.csv"), images: address("images") };
        const source = await opened(scratch, given, host);
        const records = await Array.fromAsync(source.records(never));
        const reasons = Object.fromEntries(records.map(({ key, broken }) => [key, broken?.reason]));
        assert.deepEqual(reasons, {
          ...{ "1": undefined, "10": undefined, "2": undefined, "ü": undefined },
          ...{ gone: "no_image", "row 6": "duplicate_id", "row 7": "broken_row" },
        });
        const whole = records.filter(({ broken }) => broken === undefined);
        for (const record of whole) {
          assert.equal(textOf(await source.read(record, never)), record.key);
          assert.match(record.revision, new RegExp(`^[0-9a-f]{32} ${record.key}\\.jpg$`));
        }
        await put("images/1.jpg", "other");
        const [first] = whole.filter(({ key }) => key === "1");
        await assert.rejects(async () => await source.read(first ?? assert.fail(), never), { name: "TransientError" });
      })
    ),
);
