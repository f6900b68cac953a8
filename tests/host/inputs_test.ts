import assert from "node:assert/strict";
import { createInputsHost } from "../../runtime/host/inputs.ts";
import { type RawBucket, withBucket } from "../s3/raw_bucket.ts";
import type { Rule } from "../s3/faults.ts";
import { s3Test } from "../s3/server.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { evaluated, shell } from "./subprocess.ts";

const never = new AbortController().signal;
const limits = { tries: 3, totalMs: 2_000, pauseMs: 1, longestPauseMs: 2, silenceMs: 1_000 };

function opened(address: string, scratch = "/nowhere") {
  return createInputsHost({ scratch, client: { limits } }).open(address, never);
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return await new Response(ReadableStream.from(pieces)).text();
}

function source(message: RegExp) {
  return { name: "InputError", code: "source", message };
}

Deno.test("open() gives a file in parts and as a whole", async () => {
  await inFolder(async (root) => {
    const content = "0123456789".repeat(300_000);
    putFile(root, "a.csv", content);
    putFile(root, "empty.csv", "");
    await using file = await opened(`${root}/a.csv`);
    assert.deepEqual([file.name, file.size, file.revision], ["a.csv", 3_000_000, "3000000-1700000000000"]);
    const part = async (start: number, end: number) => new TextDecoder().decode(await file.slice(start, end, never));
    assert.equal(await part(9, 12), "901");
    assert.equal(await part(2_999_998, 5_000_000), "89");
    assert.equal(await part(5, 5) + await part(4_000_000, 5_000_000), "");
    assert.equal(await textOf(file.stream(never)), content);
    assert.equal(await file.local(never), `${root}/a.csv`);
    await using empty = await opened(`${root}/empty.csv`);
    assert.equal(await textOf(empty.stream(never)), "");
  });
});

Deno.test("open() says what is there instead of a file", async () => {
  await inFolder(async (root) => {
    putFile(root, "a.csv", "x");
    shell("mkfifo pipe.csv", root);
    await assert.rejects(opened(`${root}/gone.csv`), source(/gone\.csv": there is no such file; check the path$/));
    await assert.rejects(opened(`${root}/a.csv/b.csv`), source(/there is no such file/));
    await assert.rejects(opened(root), source(/it is not a file$/));
    await assert.rejects(opened(`${root}/pipe.csv`), source(/it is not a file$/));
    await assert.rejects(opened("https://example.org/a.csv"), source(/^Cannot use the address/));
    await assert.rejects(opened("s3://bucket"), source(/it names no object; put its key behind the bucket$/));
    await assert.rejects(opened("s3://bucket/folder/.."), source(/^Cannot use the address .* a part that is empty/));
  });
});

Deno.test("open() says that there is no permission when there is none", async () => {
  await inFolder((root) => {
    putFile(root, "a.csv", "x");
    Deno.chmodSync(`${root}/a.csv`, 0);
    Deno.chmodSync(root, 0o755);
    const message = evaluated(
      `
      const { createInputsHost } = await import("${new URL("../../runtime/host/inputs.ts", import.meta.url)}");
      const open = createInputsHost({ scratch: "/nowhere" }).open("${root}/a.csv", new AbortController().signal);
      console.log(JSON.stringify(await open.then(() => "opened", ({ message }) => message)));
    `,
      { nobody: true },
    );
    assert.equal(message, `Cannot read "${root}/a.csv": there is no permission to read it`);
  });
});

for (const [what, change] of [["grows", "123456"], ["gets shorter", "1"], ["is written anew", "654321"]] as const) {
  Deno.test(`stream() fails, to be tried again, when the file ${what} while it is read`, async () => {
    await inFolder(async (root) => {
      putFile(root, "a.csv", "12345");
      await using file = await opened(`${root}/a.csv`);
      Deno.writeTextFileSync(`${root}/a.csv`, change);
      const message = 'Cannot read "a.csv": it changed while it was read';
      await assert.rejects(textOf(file.stream(never)), { name: "TransientError", message });
    });
  });
}

Deno.test("stream() gives the file as it was opened when another takes its place", async () => {
  await inFolder(async (root) => {
    putFile(root, "a.csv", "old");
    putFile(root, "b.csv", "new");
    await using file = await opened(`${root}/a.csv`);
    Deno.renameSync(`${root}/b.csv`, `${root}/a.csv`);
    assert.equal(await textOf(file.stream(never)), "old");
  });
});

Deno.test("stream() and slice() stop when they are told to", async () => {
  await inFolder(async (root) => {
    putFile(root, "a.csv", "x");
    await using file = await opened(`${root}/a.csv`);
    await assert.rejects(textOf(file.stream(AbortSignal.abort())), { name: "AbortError" });
    await assert.rejects(file.slice(0, 1, AbortSignal.abort()), { name: "AbortError" });
  });
});

function addressOf({ bucket, prefix, endpoint }: RawBucket, key: string, at = endpoint): string {
  return `s3://${bucket}/${prefix}/${key}?endpoint=${at}`;
}

s3Test(
  "open() gives an object in parts, as a whole, and as a file that goes with it",
  () =>
    withBucket((bucket) =>
      inFolder(async (scratch) => {
        await bucket.put("deep/a b.csv", "0123456789");
        const file = await opened(addressOf(bucket, "deep/a b.csv"), scratch);
        assert.deepEqual([file.name, file.size, file.revision], ["a b.csv", 10, "781e5e245d69b566979b86e28d23f2c7"]);
        assert.equal(await textOf(file.stream(never)), "0123456789");
        assert.equal(new TextDecoder().decode(await file.slice(8, 20, never)), "89");
        const path = await file.local(never);
        assert.equal(Deno.readTextFileSync(path), "0123456789");
        assert.ok(path.startsWith(`${scratch}/`) && path.endsWith("/a b.csv"));
        await file[Symbol.asyncDispose]();
        assert.deepEqual([...Deno.readDirSync(scratch)], []);
      })
    ),
);

s3Test("open() says which object or bucket is not there", () =>
  withBucket(async (bucket) => {
    await bucket.put("a.csv", "x");
    await assert.rejects(opened(addressOf(bucket, "gone.csv")), source(/there is no such object; check the address$/));
    await assert.rejects(opened(`s3://not-there/a?endpoint=${bucket.endpoint}`), source(/there is no/));
    await assert.rejects(opened("s3://bucket/a?endpoint=http://127.0.0.1:1"), source(/cannot be reached|not answer/));
  }));

s3Test(
  "stream() fails, to be tried again, when the object is another than the one that was opened",
  () =>
    withBucket(async (bucket) => {
      await bucket.put("a.csv", "old");
      await using file = await opened(addressOf(bucket, "a.csv"));
      await bucket.put("a.csv", "new");
      await assert.rejects(textOf(file.stream(never)), {
        name: "TransientError",
        message: /has changed since it was listed/,
      });
    }),
);

/** What comes of reading an object through a proxy with faults. */
async function readThrough(bucket: RawBucket, rules: readonly Rule[], scratch: string): Promise<string> {
  const proxy = bucket.proxy(rules);
  try {
    await using file = await opened(addressOf(bucket, "a.csv", proxy.endpoint), scratch);
    await file.local(never).catch(() => {});
    return Deno.readTextFileSync(await file.local(never));
  } finally {
    await proxy.close();
  }
}

s3Test(
  "local() goes on where a connection broke off, and can be asked again after a failure",
  () =>
    withBucket((bucket) =>
      inFolder(async (scratch) => {
        const content = "0123456789".repeat(10_000);
        await bucket.put("a.csv", content);
        const broken = { kind: "get", times: 1, fault: { kind: "reset_answer", afterBytes: 5000 } } as const;
        assert.equal(await readThrough(bucket, [broken], scratch), content);
        const away = { kind: "get", times: 3, fault: { kind: "error", status: 500, code: "InternalError" } } as const;
        assert.equal(await readThrough(bucket, [away], scratch), content);
      })
    ),
);
