import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createProgramsHost } from "../../runtime/host/programs.ts";
import { InputError } from "../../runtime/plugin.ts";
import type { ProgramRequest, ProgramsHost, RunningProgram } from "../../runtime/plugin.ts";
import { inFolder } from "../temp_folder.ts";

const never = new AbortController().signal;
const home = fileURLToPath(new URL("../../runtime/host/programs.ts", import.meta.url));

async function withHost<T>(body: (host: ProgramsHost) => Promise<T> | T, env = Deno.env.toObject()): Promise<T> {
  await using host = createProgramsHost({ env, folder: Deno.cwd() });
  return await body(host);
}

function sh(script: string, ...args: string[]): ProgramRequest {
  return { command: "sh", args: ["-c", script, "sh", ...args] };
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

/** Runs a program to its end with nothing on its stdin. */
async function ran(host: ProgramsHost, request: ProgramRequest, signal = never) {
  const program = host.start(request, signal);
  const [text, exit] = await Promise.all([textOf(program.stdout), program.exit, closed(program)]);
  return { text, exit };
}

async function closed({ stdin }: RunningProgram): Promise<void> {
  await stdin.close().catch(() => {});
}

/** The first line that a program prints; the rest is left unread. */
async function firstLine({ stdout }: RunningProgram): Promise<string> {
  const reader = stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  await reader.cancel();
  return text.trim();
}

/** True until the process is gone; a zombie that nobody has waited for yet counts as gone. Deno itself may not read
 *  `/proc` here. */
async function isAlive(pid: string): Promise<boolean> {
  assert.match(pid, /^\d+$/);
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `grep ^State: /proc/${pid}/status`], stderr: "null" })
    .output();
  return /^State:\s+[^ZX\s]/.test(new TextDecoder().decode(stdout));
}

/** Waits for the end of processes that nothing of ours can wait for. Ends with an error when they stay. */
async function gone(pids: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  for (const pid of pids) while (await isAlive(pid)) signal.throwIfAborted();
}

Deno.test("createProgramsHost() finds programs by name and by path, and nothing else", async () => {
  await inFolder(async (root) => {
    Deno.writeTextFileSync(`${root}/tool`, "#!/bin/sh\necho tool", { mode: 0o755 });
    Deno.writeTextFileSync(`${root}/notes`, "text", { mode: 0o644 });
    Deno.mkdirSync(`${root}/folder`);
    await using host = createProgramsHost({ env: { PATH: `${root}::relative` }, folder: root });
    assert.equal(await host.find("tool"), `${root}/tool`);
    assert.equal(await host.find("./tool"), `${root}/tool`);
    for (const name of ["notes", "folder", "sh", "", "../tool", "tool/x", `${root}/none`]) {
      assert.equal(await host.find(name), undefined, name);
    }
  });
});

Deno.test("createProgramsHost() says which program it cannot start, and why", () =>
  withHost(async (host) => {
    assert.throws(() => host.start({ command: "no-such-program", args: [] }, never), (thrown) => {
      assert.ok(thrown instanceof InputError);
      assert.equal(thrown.message, 'Cannot start the program "no-such-program": there is no such program');
      return true;
    });
    await inFolder((root) => {
      Deno.writeTextFileSync(`${root}/bad`, "#!/no/such/interpreter\n", { mode: 0o755 });
      assert.throws(
        () => host.start({ command: `${root}/bad`, args: [] }, never),
        /Cannot start the program ".*bad": /,
      );
      assert.throws(
        () => host.start({ ...sh("true"), folder: `${root}/none` }, never),
        /Cannot start the program "sh"/,
      );
    });
  }));

Deno.test("createProgramsHost() passes on little of the environment", () =>
  withHost(async (host) => {
    const { text } = await ran(host, { ...sh("env"), env: { MINE: "yes" } });
    assert.match(text, /^MINE=yes$/m);
    assert.match(text, /^PATH=/m);
    assert.doesNotMatch(text, /SECRET|hidden/);
  }, { ...Deno.env.toObject(), AWS_SECRET_ACCESS_KEY: "hidden" }));

Deno.test("createProgramsHost() hands arguments over as they are", () =>
  withHost(async (host) => {
    const odd = ["-n", "a b", "$HOME", "`id`", "", "ü\n;", "--", "'\""];
    for (const memoryMb of [undefined, 512]) {
      const request = { ...sh('printf "%s|" "$@"', ...odd), ...(memoryMb === undefined ? {} : { memoryMb }) };
      assert.equal((await ran(host, request)).text, odd.map((one) => `${one}|`).join(""));
    }
  }));

Deno.test("createProgramsHost() gives code, signal and the last lines of stderr", () =>
  withHost(async (host) => {
    const failed = await ran(host, sh("for i in $(seq 30); do echo line $i >&2; done; printf end >&2; exit 3"));
    assert.equal(failed.exit.code, 3);
    const lines = failed.exit.complaint.split("\n");
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [20, "line 12", "end"]);
    const killed = await ran(host, sh("kill -TERM $$"));
    assert.equal(killed.exit.signal, "SIGTERM");
    assert.deepEqual((await ran(host, sh("true"))).exit, { code: 0, complaint: "" });
  }));

Deno.test("createProgramsHost() reads a flood on stderr without growing, whoever reads stdout", () =>
  withHost(async (host) => {
    let lines = 0;
    const flood = "yes 0123456789abcdef | head -c 3000000 >&2; head -c 3000000 /dev/zero >&2; echo done";
    const { text, exit } = await ran(host, { ...sh(flood), onStderr: () => void lines++ });
    assert.equal(text, "done\n");
    assert.ok(lines >= 3_000_000 / 17, `${lines} lines`);
    assert.ok(exit.complaint.length < 20 * 10_001, `${exit.complaint.length} characters`);
  }));

Deno.test("createProgramsHost() ends a program whose lines cannot be taken", () =>
  withHost(async (host) => {
    const onStderr = () => {
      throw new TypeError("no such line");
    };
    const { exit } = await ran(host, { ...sh("echo x >&2; sleep 1000"), onStderr });
    assert.equal(exit.signal, "SIGKILL");
    assert.match(exit.complaint, /no such line/);
  }));

Deno.test("createProgramsHost() lets a program wait for its reader", () =>
  withHost(async (host) => {
    await inFolder(async (root) => {
      // Notes how many MiB got through before anybody read.
      const script = 'for i in $(seq 64); do head -c 1048576 /dev/zero; echo $i > "$1/at"; done';
      const program = host.start({ ...sh(script, root), silenceMs: 60_000 }, never);
      const reader = program.stdout.getReader();
      await reader.read();
      const before = await ran(host, sh('sleep 0.3; cat "$1/at" 2>/dev/null || echo 0', root));
      assert.ok(Number(before.text) < 8, `${before.text} MiB`);
      let read = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        read += value.length;
      }
      assert.ok(read > 60 << 20);
      assert.equal((await program.exit).code, 0);
      await closed(program);
    });
  }));

Deno.test("createProgramsHost() bears programs that ignore stdin or end early", () =>
  withHost(async (host) => {
    for (const script of ["exec <&-; sleep 0.05", "exit 0", "head -c 10 >/dev/null"]) {
      const program = host.start(sh(script), never);
      const writer = program.stdin.getWriter();
      const writing = (async () => {
        for (let round = 0; round < 64; round++) await writer.write(new Uint8Array(1 << 16));
      })();
      await assert.rejects(writing, script);
      assert.equal((await program.exit).code, 0, script);
      await program.stdout.cancel();
    }
  }));

Deno.test("createProgramsHost() limits memory", () =>
  withHost(async (host) => {
    const hungry = "x=$(head -c 400000000 /dev/zero | tr '\\0' x); echo ${#x}";
    const { text, exit } = await ran(host, { command: "sh", args: ["-c", hungry], memoryMb: 200 });
    assert.notEqual(exit.code, 0);
    assert.equal(text, "");
    const limit = await ran(host, { ...sh("ulimit -v"), memoryMb: 100 });
    assert.equal(limit.text, `${100 * 1024}\n`);
  }));

Deno.test("createProgramsHost() ends a program and what it started when the signal aborts", () =>
  withHost(async (host) => {
    const stop = new AbortController();
    const program = host.start(sh('sleep 1000 & echo $$ $!; trap "" INT TERM; wait'), stop.signal);
    const pids = (await firstLine(program)).split(" ");
    assert.equal(pids.length, 2);
    stop.abort();
    assert.equal((await program.exit).signal, "SIGKILL");
    await gone(pids);
    await closed(program);
    assert.throws(() => host.start(sh("true"), stop.signal), { name: "AbortError" });
  }));

Deno.test("createProgramsHost() ends what a program leaves behind", () =>
  withHost(async (host) => {
    const { text, exit } = await ran(host, sh("sleep 1000 & echo $!"));
    assert.equal(exit.code, 0);
    await gone([text.trim()]);
  }));

Deno.test("createProgramsHost() ends what runs when it is disposed of", async () => {
  const host = createProgramsHost({ env: Deno.env.toObject(), folder: Deno.cwd() });
  const programs = [1, 2].map(() => host.start(sh("sleep 1000 & echo $$ $!; wait"), never));
  const pids = (await Promise.all(programs.map(firstLine))).flatMap((line) => line.split(" "));
  await host[Symbol.asyncDispose]();
  await gone(pids);
  for (const program of programs) await closed(program);
});

Deno.test("createProgramsHost() ends a program that is silent while somebody waits, and no other", () =>
  withHost(async (host) => {
    const silent = await ran(host, { ...sh("echo a; sleep 1000"), silenceMs: 50 });
    assert.equal(silent.text, "a\n");
    assert.deepEqual([silent.exit.signal, silent.exit.silent], ["SIGKILL", true]);
    const busy = await ran(host, { ...sh("for i in 1 2 3 4 5; do sleep 0.1; echo . >&2; done"), silenceMs: 400 });
    assert.deepEqual([busy.exit.code, busy.exit.silent], [0, undefined]);
  }));

/** A program of Deno that starts `sleep` through the host in a Worker, and is then ended in one way or another. */
async function startedElsewhere(root: string, ending: string): Promise<string[]> {
  const worker = `
    import { createProgramsHost } from ${JSON.stringify(home)};
    const host = createProgramsHost({ env: Deno.env.toObject(), folder: "/" });
    const program = host.start({ command: "sh", args: ["-c", "sleep 1000 & echo $$ $!; wait"] }, new AbortController().signal);
    const { value } = await program.stdout.getReader().read();
    self.postMessage(new TextDecoder().decode(value));`;
  const main = `
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = async ({ data }) => {
      await Deno.stdout.write(new TextEncoder().encode(data));
      ${ending}
    };`;
  Deno.writeTextFileSync(`${root}/worker.ts`, worker);
  Deno.writeTextFileSync(`${root}/main.ts`, main);
  const args = ["run", "-A", "-q", "--no-config", "--no-check", `${root}/main.ts`];
  const program = new Deno.Command("deno", { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const reader = program.stdout.getReader();
  const { value } = await reader.read();
  const pids = new TextDecoder().decode(value).trim().split(" ");
  assert.equal(pids.length, 2, "the program has started");
  if (ending === "") assert.ok(await isAlive(pids[1] ?? ""), "it runs until its starter is killed");
  if (ending.includes("await forever")) await gone(pids);
  await program.stdin.close();
  if (ending === "") program.kill("SIGKILL");
  await program.status;
  await reader.cancel();
  return pids;
}

Deno.test("createProgramsHost() leaves nothing running when its Worker is terminated", () =>
  inFolder(async (root) => {
    await startedElsewhere(
      root,
      "worker.terminate(); await new Response(Deno.stdin.readable).text(); // await forever",
    );
  }));

Deno.test("createProgramsHost() leaves nothing running when the process exits at once, or is killed", () =>
  inFolder(async (root) => {
    await gone(await startedElsewhere(root, "worker.terminate(); Deno.exit(3);"));
    await gone(await startedElsewhere(root, ""));
  }));
