import assert from "node:assert/strict";
import { inFolder } from "../temp_folder.ts";
import { fw } from "./command.ts";
import { makeFrames } from "./frames.ts";

Deno.test("`verify --replay` computes versions with detection, crops and a split that has a history again", async () => {
  await inFolder(async (folder) => {
    const frames = `${folder}/frames`;
    await makeFrames(frames, 9);
    const late = `${frames}/cam1/2024-mugello_race_cam1_000004.jpg`;
    Deno.renameSync(late, `${folder}/late.jpg`);
    const place = ["--store", `${folder}/store`];
    const run = () => fw("run", "pipelines/motogp.yaml", "--set", `frames=${frames}`, ...place, "--quiet");
    const first = await run();
    assert.match(first.stdout, /^published motogp~[0-9a-f]{8}@1 /, first.stderr);
    Deno.renameSync(`${folder}/late.jpg`, late);
    Deno.removeSync(`${frames}/cam2/2024-mugello_race_cam2_000003.jpg`);
    assert.match((await run()).stdout, /@2 /);
    Deno.removeSync(frames, { recursive: true });
    const { code, stdout, stderr } = await fw("verify", "--replay", "--all", "--json", ...place);
    assert.equal(code, 0, stderr);
    const events = stdout.trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(events.find(({ event }) => event === "verified").findings, 0);
    const replayed = events.filter(({ event }) => event === "replayed");
    assert.deepEqual(replayed.map(({ number, same, taken }) => ({ number, same, taken })), [
      { number: 1, same: true, taken: 0 },
      { number: 2, same: true, taken: 0 },
    ]);
    assert.ok(replayed.every(({ stages }) => stages.every(({ reused }: { reused: number }) => reused === 0)));
  });
});
