import assert from "node:assert/strict";
import exec from "../../plugins/exec.ts";
import { InputError, type ItemError } from "../../runtime/contract/errors.ts";
import { createDigestOfFile } from "../../runtime/host/digest_of_file.ts";
import { createProgramsHost } from "../../runtime/host/programs.ts";
import { digestOf, type Facts, type ItemHost } from "../../runtime/plugin.ts";
import { item } from "../engine/fixtures.ts";
import { factsOf, keeping, loop, lossOf, stepOf, temporaryFolder } from "./programs.ts";

const never = new AbortController().signal;

Deno.test("exec gives the program id, key, child, image and the facts it needs, and takes its facts", async () => {
  await using program = await stepOf(
    loop("print(json.dumps({'id': i, 'keep': True, 'facts': {'seen': asked}, 'notes': ['hm']}), flush=True)"),
    { needs: ["camera", "gone"], gives: ["seen"] },
  );
  const verdict = await program.each(item("a #1.jpg", "crop1", { camera: "c\n1", other: 1 }));
  assert.deepEqual(factsOf(verdict)["seen"], {
    id: "a %231.jpg#crop1",
    key: "a #1.jpg",
    child: "crop1",
    image: { width: 64, height: 48, format: "jpeg" },
    facts: { camera: "c\n1", gone: null },
  });
  assert.deepEqual(verdict.kind === "keep" && [verdict.notes, verdict.item.facts["other"]], [["hm"], 1]);
});

Deno.test("exec keeps one process for many items and ends it with its stdin", async () => {
  await using program = await stepOf(
    loop("print(json.dumps({'id': i, 'keep': True, 'facts': {'pid': os.getpid()}}), flush=True)") +
      "print('bye', file=sys.stderr)\nsys.exit(4)\n",
    { gives: ["pid"] },
  );
  const pids = [];
  for (const key of ["a", "b", "c"]) pids.push(factsOf(await program.each(key))["pid"]);
  assert.equal(new Set(pids).size, 1);
  await program.step.close?.();
  assert.deepEqual(program.logs, ["bye", "the program ended with exit code 4 after its last image: bye"]);
});

Deno.test("exec runs as many processes as it is told, each with one item at a time", async () => {
  await using program = await stepOf(
    loop("print(json.dumps({'id': i, 'keep': True, 'facts': {'pid': os.getpid()}}), flush=True)"),
    { gives: ["pid"], processes: 3 },
  );
  const verdicts = await Promise.all(Array.from({ length: 30 }, (_, index) => program.each(`f${index}`)));
  assert.equal(new Set(verdicts.map((verdict) => factsOf(verdict)["pid"])).size, 3);
});

Deno.test("exec rejects the item on which the program ends, with its exit code and last word, and goes on", async () => {
  const script = loop(`if i == 'bad': print('first\\nno such pixel', file=sys.stderr); sys.exit(3)\n${keeping}`);
  await using program = await stepOf(script);
  assert.equal((await program.each("a")).kind, "keep");
  const loss = lossOf(await program.each("bad"));
  assert.equal(loss, "program_exit: It ended with exit code 3 before it answered: no such pixel");
  assert.equal((await program.each("b")).kind, "keep");
  assert.ok(program.logs.includes("no such pixel"));
});

Deno.test("exec blames no item for a program that ends after some answers", async () => {
  const script =
    `import json, sys\nfor _ in range(2):\n    i = json.loads(sys.stdin.readline())['id']\n    ${keeping}\n`;
  await using program = await stepOf(script);
  for (const key of ["a", "b", "c", "d", "e"]) assert.equal((await program.each(key)).kind, "keep", key);
});

Deno.test("exec takes the first of two answers to an item", async () => {
  const body = "for n in (1, 2): print(json.dumps({'id': i, 'keep': True, 'facts': {'n': n}}), flush=True)";
  await using program = await stepOf(loop(body), { gives: ["n"] });
  for (const key of ["a", "b", "c"]) assert.equal(factsOf(await program.each(key))["n"], 1);
  assert.deepEqual(program.logs, []);
});

Deno.test("exec rejects as timeout where no answer comes, also of a program that ignores SIGTERM", async () => {
  const script = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" +
    loop(`if i == 'slow': print(os.getpid(), file=sys.stderr, flush=True); time.sleep(3600)\n${keeping}`);
  await using program = await stepOf(script, { timeout: 0.5 });
  await assert.rejects(program.each("slow"), (thrown: ItemError) => {
    assert.equal(thrown.message, "It gave no answer within 0.5 s");
    return thrown.code === "timeout";
  });
  assert.equal((await program.each("b")).kind, "keep");
  assert.match(program.logs[0] ?? "", /^\d+$/);
  assertEnds(Number(program.logs[0]));
});

Deno.test("exec ends the program of an item that is given up, and leaves the next to a fresh one", async () => {
  const script = loop(`if i == 'slow':\n    import time; time.sleep(3600)\n${keeping}`);
  await using program = await stepOf(script);
  const given = new AbortController();
  const pending = program.step.each(item("slow"), given.signal);
  given.abort(new DOMException("given up", "AbortError"));
  await assert.rejects(async () => await pending, /given up/);
  assert.equal((await program.each("b")).kind, "keep");
});

Deno.test("exec rejects when the program closes its stdout and lives on", async () => {
  const script = loop(
    "if i != 'ok':\n    os.close(1)\n    import time; time.sleep(3600)\n" + keeping,
  );
  await using program = await stepOf(script, { timeout: 20 });
  assert.match(lossOf(await program.each("out")), /program_exit: It closed its stdout before it answered/);
  assert.equal((await program.each("ok")).kind, "keep");
});

Deno.test("exec starts another program when one closed its stdin after an answer", async () => {
  await using program = await stepOf(loop(`os.close(0)\n${keeping}\nimport time; time.sleep(3600)`));
  for (const key of ["a", "b"]) assert.equal((await program.each(key)).kind, "keep");
});

Deno.test("exec survives a flood on stderr and shows only its beginning", async () => {
  const script = loop(`for n in range(100000): print('x' * 100, file=sys.stderr)\n${keeping}`);
  await using program = await stepOf(script);
  assert.equal((await program.each("a")).kind, "keep");
  await program.step.close?.();
  assert.equal(program.logs.length, 201);
  assert.equal(program.logs.at(-1), "further lines of its stderr are not shown");
});

Deno.test("exec rejects what needs more memory than the program may use", async () => {
  const script = loop(`if i == 'big': x = bytearray(2_000_000_000)\n${keeping}`);
  await using program = await stepOf(script, { memory: 512 });
  assert.match(lossOf(await program.each("big")), /program_exit: .*MemoryError/);
  assert.equal((await program.each("small")).kind, "keep");
});

Deno.test("exec leaves nothing running that the program started", async () => {
  const script = loop(
    `import subprocess\nchild = subprocess.Popen(['sleep', '3600'])\n` +
      `print(json.dumps({'id': i, 'keep': True, 'facts': {'child': child.pid}}), flush=True)`,
  );
  await using program = await stepOf(script, { gives: ["child"] });
  const child = Number(factsOf(await program.each("a"))["child"]);
  assert.equal(isRunning(child), true);
  await program.step.close?.();
  assertEnds(child);
});

Deno.test("exec ends the run when the program fails on too many items in a row, and says why", async () => {
  await using program = await stepOf("import no_such_module\n", { max_failures: 3 });
  for (const key of ["a", "b"]) assert.match(lossOf(await program.each(key)), /ModuleNotFoundError/);
  await assert.rejects(program.each("c"), (thrown: InputError) => {
    assert.ok(thrown instanceof InputError);
    assert.match(
      thrown.message,
      /^Cannot go on with the program ".*x\.py": it failed on 3 images in a row.*no_such_mod/,
    );
    return true;
  });
});

Deno.test("exec passes on the environment that it is given and no other", async () => {
  const script = loop("print(json.dumps({'id': i, 'keep': True, 'facts': {'env': dict(os.environ)}}), flush=True)");
  await using program = await stepOf(script, { gives: ["env"], env: { COLOUR: "red" } });
  const env = factsOf(await program.each("a"))["env"] as Facts;
  assert.equal(env["COLOUR"], "red");
  assert.equal(Object.hasOwn(env, "DENO_DIR") || Object.hasOwn(env, "USER"), false);
});

Deno.test("exec hands over the image as a file and gives it back after the answer", async () => {
  const given: string[] = [];
  const file: ItemHost["file"] = (_, { format }) => {
    given.push(`lent as ${format}`);
    const dispose = () => Promise.resolve(void given.push("given back"));
    return Promise.resolve({
      path: "/tmp/a.png",
      width: 9,
      height: 8,
      format: "png",
      [Symbol.asyncDispose]: dispose,
    });
  };
  const script = loop("print(json.dumps({'id': i, 'keep': True, 'facts': {'image': asked['image']}}), flush=True)");
  await using program = await stepOf(script, { image: "path", format: "png", gives: ["image"] }, { file });
  const image = factsOf(await program.each("a"))["image"];
  assert.deepEqual(image, { path: "/tmp/a.png", width: 9, height: 8, format: "png" });
  assert.deepEqual(given, ["lent as png", "given back"]);
});

Deno.test("exec says before the run which program and which files are missing", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/tools`);
  await Deno.writeTextFile(`${folder.path}/tools/there.py`, "");
  const programs = createProgramsHost({ env: { PATH: "/usr/bin:/bin" }, folder: folder.path });
  const digestOfFile = createDigestOfFile(folder.path);
  const missing = async (options: Record<string, unknown>) =>
    (await exec.ready?.(exec.options.parse(options), {
      programs,
      digestOfFile,
      connect: () => assert.fail("nothing is connected"),
    }, never))?.map(({ what, way }) => `${what}; ${way}`);
  assert.deepEqual(await missing({ command: ["sh", "there.py"], folder: "tools" }), []);
  assert.deepEqual(await missing({ command: ["no-such-interpreter", "tools/gone.R", "-x.R"], files: ["w.bin"] }), [
    'There is no program "no-such-interpreter"; install it, or name its path in "command"',
    'There is no file "tools/gone.R"; paths are looked up from ".", the `folder` of this step',
    'There is no file "w.bin"; paths are looked up from ".", the `folder` of this step',
  ]);
  const bare = createProgramsHost({ env: {}, folder: folder.path });
  const host = { programs: bare, digestOfFile, connect: () => assert.fail("nothing is connected") };
  const [found] = await exec.ready?.(exec.options.parse({ command: ["Rscript"] }), host, never) ?? [];
  assert.match(found?.way ?? "", /apt-get install r-base-core/);
});

Deno.test("exec is keyed by the files that its command names", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/x.py`, "1");
  await Deno.writeTextFile(`${folder.path}/w.bin`, "2");
  const host = { digestOfFile: createDigestOfFile(folder.path), log: () => {} } as unknown as Parameters<
    NonNullable<typeof exec.plan>
  >[1];
  const options = exec.options.parse({ command: ["python3", "x.py", "--fast", "no such"], files: ["w.bin"] });
  assert.deepEqual(await exec.plan?.(options, host, never), {
    key: { "x.py": digestOf("1"), "w.bin": digestOf("2") },
  });
});

/** Also of processes that this test did not start; one that is dead and not yet buried does not run. */
function isRunning(pid: number): boolean {
  const { stdout } = new Deno.Command("cat", { args: [`/proc/${pid}/status`], stderr: "null" }).outputSync();
  const state = /^State:\s+(\w)/m.exec(new TextDecoder().decode(stdout))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** A process that was killed ends a moment later. */
function assertEnds(pid: number): void {
  for (let looks = 0; looks < 1000; looks++) if (!isRunning(pid)) return;
  assert.fail(`the process ${pid} still runs`);
}
