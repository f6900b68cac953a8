// Runs that are killed between any two steps of telling the world, with a real receiver.
import assert from "node:assert/strict";
import { createStorage, openStore } from "../../runtime/store/open.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { fw, startFw, summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

/** The process is killed as soon as a file of this name is there, or when the receiver has read the message. */
const moments: Readonly<Record<string, RegExp | "received">> = {
  "after the version has its number": /\/refs\/told\/0+1$/,
  "after the messages are written down": /\/outbox\/told\/webhook\/00000002\.json$/,
  "after the claim": /0001\.claim$/,
  "after it was sent": "received",
  "after the result": /0001\.result$/,
};

for (const [name, moment] of Object.entries(moments)) {
  Deno.test(`webhook loses nothing and repeats with the same id when the run is killed ${name}`, async () => {
    await inFolder(async (folder) => {
      await makeFrames(`${folder}/frames`, 3);
      const store = `${folder}/store`;
      Deno.mkdirSync(store);
      const ids: string[] = [];
      let received = () => {};
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
        await request.text();
        ids.push(request.headers.get("webhook-id") ?? "");
        received();
        return new Response("ok");
      });
      try {
        putFile(folder, "told.yaml", manifest(`${folder}/frames`, server.addr.port));
        const args = ["run", `${folder}/told.yaml`, "--store", store, "--json"];
        const process = startFw(...args);
        const kill = () => process.kill("SIGKILL");
        if (moment === "received") received = kill;
        const watcher = moment === "received" ? undefined : killWhenThere(store, moment, kill);
        const { signal } = await process.output();
        watcher?.close();
        received = () => {};
        const again = await fw(...args);
        assert.equal(summaryOf(again).number, 1, again.stderr);
        const last = await fw(...args);
        assert.equal(summaryOf(last).outcome, "unchanged");
        assert.equal(new Set(ids).size, 1, "one message, whatever happened");
        const { attempts } = await deliveryIn(store);
        assert.equal(attempts.at(-1)?.result?.outcome, "delivered");
        if (moment === "received") {
          assert.equal(signal, "SIGKILL");
          assert.equal(ids.length, 2);
          assert.equal(attempts.at(-1)?.result?.maybe_repeated, true, JSON.stringify(attempts));
        } else assert.ok(ids.length <= attempts.length);
        if (ids.length > 1) assert.ok(attempts.some(({ result }) => result?.maybe_repeated));
      } finally {
        await server.shutdown();
      }
    });
  });
}

Deno.test("webhook tells once when two runs do so at the same time", async () => {
  await inFolder(async (folder) => {
    await makeFrames(`${folder}/frames`, 3);
    const ids: string[] = [];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      await request.text();
      ids.push(request.headers.get("webhook-id") ?? "");
      return new Response("ok");
    });
    try {
      putFile(folder, "told.yaml", manifest(`${folder}/frames`, server.addr.port));
      const args = ["run", `${folder}/told.yaml`, "--store", `${folder}/store`, "--json"];
      await Promise.all([fw(...args), fw(...args)]);
      await fw(...args);
      assert.equal(ids.length, 1);
    } finally {
      await server.shutdown();
    }
  });
});

function killWhenThere(folder: string, moment: RegExp, kill: () => void): Deno.FsWatcher {
  const watcher = Deno.watchFs(folder);
  (async () => {
    for await (const { paths } of watcher) if (paths.some((path) => moment.test(path))) return kill();
  })().catch(() => {}); // it has ended by itself before
  return watcher;
}

async function deliveryIn(store: string) {
  const { outbox } = createStorage(await openStore(store));
  const pages = await Array.fromAsync(outbox.pages({ dataset: "told", sink: "webhook" }, "all"));
  const [only, more] = pages.flatMap(({ posted }) => posted);
  assert.ok(only !== undefined && more === undefined);
  return only;
}

function manifest(frames: string, port: number): string {
  return `name: told
source: { uses: folder, with: { path: ${frames} } }
steps: [{ uses: flip }]
sinks:
  - uses: webhook
    with: { url: "http://127.0.0.1:${port}/", allow: [127.0.0.1], secret: "whsec_${btoa("k".repeat(32))}" }
`;
}
