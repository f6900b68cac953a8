// What a test cannot do by itself: odd files that only the system's own tools make, and acting as another user.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Runs shell commands in a folder. Goes through Deno, the only program that the tests may start. */
export function shell(commands: string, folder: string): void {
  evaluated(`
    const { spawnSync } = await import("node:child_process");
    const { status } = spawnSync("sh", ["-c", ${JSON.stringify(commands)}], { cwd: ${JSON.stringify(folder)} });
    console.log(JSON.stringify(status));
    if (status !== 0) Deno.exit(1);`);
}

/** Runs a module in a process of its own and gives the JSON that it prints; with `nobody`, as a user without rights
 *  when the tests run as root. */
export function evaluated(code: string, { nobody = false } = {}): unknown {
  const cache = Deno.makeTempDirSync();
  Deno.chmodSync(cache, 0o777);
  try {
    const asRoot = nobody && Deno.uid() === 0;
    const script = asRoot ? asNobody(code, cache) : code;
    const { status, stdout, stderr } = spawnSync("deno", ["eval", "--no-config", script], { cwd: cache });
    assert.equal(status, 0, new TextDecoder().decode(stderr));
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    Deno.removeSync(cache, { recursive: true });
  }
}

/** The same code, run by the user `nobody`, with a cache that this user may write. */
function asNobody(code: string, cache: string): string {
  const options = { uid: 65534, gid: 65534, cwd: cache, env: { DENO_DIR: cache, NO_COLOR: "1" } };
  return `
    const { spawnSync } = await import("node:child_process");
    const options = ${JSON.stringify(options)};
    const { status, stdout, stderr } = spawnSync("deno", ["eval", "--no-config", ${JSON.stringify(code)}], options);
    await Deno.stdout.write(stdout);
    await Deno.stderr.write(stderr);
    Deno.exit(status ?? 1);`;
}
