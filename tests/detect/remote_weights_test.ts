import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import type { RunCommand } from "../../runtime/contract/run_request.ts";
import { createRemoteWeights, type DownloadRequest, obeyDownload } from "../../runtime/detect/remote_weights.ts";
import { createWeightsCache } from "../../runtime/detect/weights_cache.ts";
import { inFolder } from "../temp_folder.ts";

const bytes = new TextEncoder().encode("weights, as far as anybody here can tell");
const never = new AbortController().signal;

/** A server with the bytes, and two threads' worth of caches on one folder: only the second has a network. */
async function twoSides(body: (side: Sides) => Promise<void>) {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response(bytes));
  await inFolder(async (folder) => {
    const unique = () => crypto.randomUUID();
    const sleep = () => Promise.resolve();
    const far = createWeightsCache({ folder, unique, network: { fetch, sleep, random: () => 0 } });
    const tell = (id: number, problem?: string) => remote.downloaded(id, problem);
    const ask = (asked: DownloadRequest) => void obeyDownload(asked, far, tell, never);
    const remote = createRemoteWeights(createWeightsCache({ folder, unique }), ask);
    await body({ remote, url: `http://127.0.0.1:${server.addr.port}/some.onnx` });
  });
}

type Sides = { readonly remote: ReturnType<typeof createRemoteWeights>; readonly url: string };

Deno.test("createRemoteWeights() has weights downloaded elsewhere, and hands out what it finds then", async () => {
  await twoSides(async ({ remote: { weights }, url }) => {
    const wanted = { name: "some", sha256: digestOf(bytes) };
    assert.equal(await weights.find(wanted), undefined);
    assert.deepEqual((await weights.download(wanted, url, () => {}, never)).bytes, bytes);
    assert.deepEqual((await weights.find(wanted))?.digest, wanted.sha256);
  });
});

Deno.test("createRemoteWeights() says what the other side says of a download that failed", async () => {
  await twoSides(async ({ remote: { weights }, url }) => {
    const wanted = { name: "some", sha256: digestOf("other bytes") };
    await assert.rejects(weights.download(wanted, url, () => {}, never), {
      name: "InputError",
      message: /its SHA-256 is/,
    });
  });
});

Deno.test("createRemoteWeights() waits no longer than it is told", async () => {
  const silent = createRemoteWeights(createWeightsCache({ folder: "/nowhere", unique: () => "" }), () => {});
  const stop = new AbortController();
  const waiting = silent.weights.download({ name: "some", sha256: "" }, "https://example.org", () => {}, stop.signal);
  stop.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  const told: RunCommand = { type: "downloaded", id: 0 };
  silent.downloaded(told.id, undefined); // too late, and of no consequence
});
