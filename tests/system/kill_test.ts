import assert from "node:assert/strict";
import { digestOf } from "../../runtime/contract/json.ts";
import { fw, startFw, summaryOf } from "./command.ts";
import { makeFrames } from "./frames.ts";

const moments = 6;

/** Path and digest of every published file but those that show times. */
async function published(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (path: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(`${folder}/${path}`)) {
      if (isDirectory) await walk(`${path}${name}/`);
      else files.push(`${path}${name} ${digestOf(await Deno.readFile(`${folder}/${path}${name}`))}`);
    }
  };
  await walk("");
  return files.filter((file) => !file.startsWith("report/")).sort();
}

Deno.test("run gives, after a kill -9 at any moment, byte for byte the version of an undisturbed run", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await makeFrames(`${folder}/frames`, 30);
    const args = (
      store: string,
    ) => ["run", "pipelines/motogp.yaml", "--set", `frames=${folder}/frames`, "--store", store, "--json"];
    const startedMs = performance.now();
    const calm = summaryOf(await fw(...args(`${folder}/calm`)));
    const lengthMs = performance.now() - startedMs;
    const wanted = await published(calm.files ?? "");
    let killed = 0;
    for (let moment = 0; moment < moments; moment++) {
      const store = `${folder}/store${moment}`;
      const process = startFw(...args(store));
      const timer = setTimeout(() => process.kill("SIGKILL"), lengthMs * (moment + Math.random()) / moments);
      const { signal } = await process.output();
      clearTimeout(timer);
      if (signal === "SIGKILL") killed++;
      const again = summaryOf(await fw(...args(store)));
      assert.equal(again.version, calm.version);
      assert.equal(again.number, 1);
      assert.deepEqual(await published(again.files ?? ""), wanted);
      await Deno.remove(store, { recursive: true });
    }
    assert.ok(killed >= moments / 2, `only ${killed} of ${moments} runs were killed before they ended`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
