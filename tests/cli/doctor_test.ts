import assert from "node:assert/strict";
import { checkPrograms } from "../../runtime/cli/doctor/programs.ts";
import { checkRedis } from "../../runtime/cli/doctor/redis.ts";
import type { Finding } from "../../runtime/cli/doctor/finding.ts";
import { versionFinding } from "../../runtime/cli/doctor/deno.ts";
import { inFolder, putFile } from "../temp_folder.ts";
import { framewright } from "./process.ts";
import { projectRoot } from "./terminals.ts";

type Said = Finding & { readonly area: string };

function saidBy(out: string): readonly Said[] {
  return out.trim().split("\n").map((line) => JSON.parse(line));
}

async function examined(store: string, env: Readonly<Record<string, string>> = {}) {
  const { exit, out, err } = await framewright(["doctor", "--json", "--store", store], { folder: projectRoot, env });
  assert.equal(err, "");
  const findings = saidBy(out);
  return { exit, findings, of: (what: string) => findings.find((finding) => finding.what === what) };
}

Deno.test("doctor() finds nothing wrong where nothing is, and leaves nothing behind", () =>
  inFolder(async (folder) => {
    const { exit, findings } = await examined(`${folder}/a/store`, { FRAMEWRIGHT_MODELS: `${folder}/models` });
    const sick = findings.filter(({ what, state }) => state !== "ok" && what !== "free space");
    assert.deepEqual(sick, []);
    assert.equal(exit, 0);
    assert.deepEqual([...new Set(findings.map(({ area }) => area))], [
      "deno",
      "store",
      "pictures",
      "models",
      "programs",
      "services",
    ]);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("doctor() shows people aligned lines and a last word", () =>
  inFolder(async (folder) => {
    const { exit, out } = await framewright(["doctor", "--store", folder], { folder });
    assert.equal(exit, 0);
    assert.match(out, /^ {2}✓ hard links {10}published files take no space of their own$/m);
    assert.match(out, /\nAll is well\n$/);
    assert.ok(out.split("\n").every((line) => line.length <= 80), out);
  }));

Deno.test("doctor() ends with the exit code of the store when that is a file", () =>
  inFolder(async (folder) => {
    putFile(folder, "store", "no folder");
    for (const store of [`${folder}/store`, `${folder}/store/below`]) {
      const { exit, of } = await examined(store);
      assert.equal(exit, 6);
      assert.equal(of("folder")?.state, "problem");
      assert.match(of("folder")?.found ?? "", /store" is a file, not a folder$/);
      assert.match(of("folder")?.mend ?? "", /--store or FRAMEWRIGHT_STORE/);
    }
  }));

Deno.test("doctor() says that a folder may only be read", () =>
  inFolder(async (folder) => {
    const script = 'mount -t tmpfs -o ro none "$1" && shift && exec "$@"';
    const allowed = ["run", "-q", "-P=work", "--no-prompt", `${projectRoot}/main.ts`];
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        "-rm",
        "sh",
        "-c",
        script,
        "sh",
        folder,
        Deno.execPath(),
        ...allowed,
        "doctor",
        "--json",
        "--store",
        folder,
      ],
      cwd: projectRoot,
    }).output();
    if (stdout.length === 0) {
      return console.warn(`This machine lets nobody make a read-only disk: not tried (${text(stderr).trim()})`);
    }
    const found = saidBy(text(stdout)).find(({ area, what }) => area === "store" && what === "folder");
    assert.match(found?.found ?? "", /^Cannot write to ".*": the disk may only be read$/);
    assert.equal(code, 6);
  }));

Deno.test("doctor() names the missing permission where a native addon says something else", () =>
  inFolder(async (folder) => {
    const allowed = ["run", "-q", "--no-prompt", "--allow-read", "--allow-env", `--allow-write=${folder}`];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [...allowed, `${projectRoot}/main.ts`, "doctor", "--json", "--store", folder],
      cwd: projectRoot,
    }).output();
    const findings = saidBy(text(stdout));
    const images = findings.find(({ what }) => what === "images");
    assert.match(images?.found ?? "", /^sharp does not load: Deno was started without --allow-ffi/);
    assert.match(images?.mend ?? "", /deno task fw/);
    assert.equal(findings.find(({ what }) => what === "permissions")?.state, "problem");
    assert.notEqual(code, 0);
  }));

Deno.test("versionFinding() refuses what is too old and doubts what is too new", () => {
  const states = ["2.8.9", "1.46.3", "2.9.0", "2.12.1", "3.0.0"].map((version) => versionFinding(version).state);
  assert.deepEqual(states, ["problem", "problem", "ok", "ok", "warning"]);
});

/** A server that gives one answer to everything, and keeps what it was asked. */
async function withServer(answers: readonly string[], body: (port: number, asked: string[]) => Promise<void>) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const serving = (async () => {
    using connection = await listener.accept();
    for (const answer of answers) {
      const piece = new Uint8Array(1024);
      asked.push(text(piece.subarray(0, await connection.read(piece) ?? 0)));
      await connection.write(new TextEncoder().encode(answer));
    }
  })();
  await body(listener.addr.port, asked);
  await serving;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("checkRedis() signs in before it pings, and never shows the password", () =>
  withServer(["+OK\r\n", "+PONG\r\n"], async (port, asked) => {
    const finding = await checkRedis(`redis://me:se%40cret@127.0.0.1:${port}/2`);
    assert.deepEqual(finding, { what: "redis", state: "ok", found: `answers at 127.0.0.1:${port}` });
    assert.equal(asked[0], "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$7\r\nse@cret\r\n");
  }));

Deno.test("checkRedis() warns of a wrong password without showing it", () =>
  withServer(["-WRONGPASS invalid username-password pair\r\n"], async (port) => {
    const finding = await checkRedis(`redis://:secret@127.0.0.1:${port}`);
    assert.equal(finding.state, "warning");
    assert.match(finding.found, /says "WRONGPASS invalid/);
    assert.ok(!JSON.stringify(finding).includes("secret@"));
  }));

Deno.test("checkRedis() warns where nobody listens at REDIS_URL, and where it is no address", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.match((await checkRedis(`redis://127.0.0.1:${port}`)).found, /nobody listens there$/);
  for (const url of ["127.0.0.1:6379", "http://x", "redis://["]) {
    assert.equal((await checkRedis(url)).found, "REDIS_URL is no address", url);
  }
});

Deno.test("checkPrograms() says where ffmpeg is, or who needs it", () =>
  inFolder(async (folder) => {
    putFile(folder, "bin/ffmpeg", "#!/bin/sh");
    await Deno.chmod(`${folder}/bin/ffmpeg`, 0o755);
    assert.deepEqual(
      (await checkPrograms({ PATH: `${folder}/bin` }, folder)).map(({ state, found }) => [state, found]),
      [
        ["ok", `${folder}/bin/ffmpeg`],
        ["ok", "not installed; only videos need it (Debian: apt-get install ffmpeg)"],
      ],
    );
  }));
