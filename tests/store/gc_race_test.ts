import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openFolderStore } from "../../runtime/store/folder.ts";
import { createStorage } from "../../runtime/store/open.ts";
import { inFolder } from "../temp_folder.ts";
import { clean } from "./gc_fixtures.ts";
import { keysOf, readWhole } from "./whole_store.ts";

const seconds = 7;
const images = 24;

Deno.test("collectGarbage() never removes what runs need that go on in other processes, or that are killed", () =>
  inFolder(async (place) => {
    const until = Date.now() + seconds * 1000;
    const ended = await Promise.allSettled([
      lastOf("racing_run.ts", place, `${images}`, `${until}`),
      lastOf("racing_run.ts", place, `${images}`, `${until}`),
      lastOf("racing_gc.ts", place, `${until}`),
      killed(place, until),
    ]);
    const failed = ended.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    const cleaner = ended[2].status === "fulfilled" ? ended[2].value : {};
    assert.ok(Number(cleaner["cleaned"]) > 3 && Number(cleaner["removed"]) > 50, JSON.stringify(ended));
    const storage = createStorage(await openFolderStore(place));
    const head = await storage.refs.head("test");
    assert.ok(head !== undefined && head.number > 6, `${head?.number} versions`);
    await readWhole(storage);
    await clean(storage, 1, { graceMs: 0, keeping: { last: 1 } });
    const { blobs } = await readWhole(storage);
    assert.equal((await keysOf(storage)).filter((key) => key.startsWith("blobs/")).length, blobs);
  }));

/** Runs that are killed in the middle, one after the other. */
async function killed(place: string, until: number): Promise<void> {
  while (Date.now() < until) {
    const run = started("racing_run.ts", place, `${images * 2}`, `${until}`);
    const timer = setTimeout(() => run.kill("SIGKILL"), 300 + Math.random() * 700);
    const { code, stderr } = await run.output();
    clearTimeout(timer);
    if (code !== 0 && code !== 137) assert.fail(new TextDecoder().decode(stderr));
  }
}

/** What a program said last. */
async function lastOf(program: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { success, stdout, stderr } = await started(program, ...args).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) ?? "{}");
}

function started(program: string, ...args: readonly string[]): Deno.ChildProcess {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const rights = ["--allow-read", "--allow-write", "--allow-sys=hostname"];
  return new Deno.Command("deno", {
    args: [
      "run",
      "-q",
      "--no-check",
      "--no-prompt",
      "--config",
      path("../../deno.json"),
      ...rights,
      path(program),
      ...args,
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
