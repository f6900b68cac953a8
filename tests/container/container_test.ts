// The files that make a container image, read as text: no engine is needed.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../", import.meta.url));

type Instruction = { readonly word: string; readonly rest: string };

Deno.test("Dockerfile names each base by an exact version", () => {
  const bases = instructions().filter(({ word }) => word === "FROM").map(({ rest }) => rest.split(" ")[0] ?? "");
  assert.ok(bases.length >= 2);
  for (const base of bases) assert.equal(base, "denoland/deno:debian-${DENO_VERSION}");
  const [version] = instructions();
  assert.match(`${version?.word} ${version?.rest}`, /^ARG DENO_VERSION=\d+\.\d+\.\d+$/);
});

Deno.test("Dockerfile installs packages from the lock file before it copies code", () => {
  const [first = []] = stages();
  const at = first.findIndex(({ word, rest }) => word === "RUN" && rest === '["deno", "install", "--frozen"]');
  const copied = first.slice(0, at).filter(({ word }) => word === "COPY").map(({ rest }) => rest);
  assert.deepEqual(copied, ["deno.json deno.lock ./"]);
});

Deno.test("Dockerfile runs as a user who is not root and owns no code", () => {
  const last = stages().at(-1) ?? [];
  const users = last.filter(({ word }) => word === "USER").map(({ rest }) => rest);
  assert.deepEqual(users, ["deno"]);
  const owned = last.filter(({ word, rest }) => word === "COPY" && rest.includes("--chown")).map(({ rest }) => rest);
  assert.deepEqual(owned, ["--from=packages --chown=deno:deno /deno-dir /deno-dir"]);
});

Deno.test("Dockerfile copies what it needs by name, and the build context holds no more", () => {
  const copied = (stages().at(-1) ?? []).filter(({ word, rest }) => word === "COPY" && !rest.startsWith("--from"));
  const sources = copied.flatMap(({ rest }) => rest.split(" ").slice(0, -1)).sort();
  for (const source of sources) assert.ok(Deno.statSync(root + source), source);
  assert.ok(!instructions().some(({ word }) => word === "ADD"));
  const [all, ...wanted] = linesOf(".dockerignore");
  assert.equal(all, "*");
  assert.deepEqual(wanted.map((line) => line.replace(/^!/, "")).sort(), sources);
});

Deno.test("Dockerfile starts a task that exists, without a shell", () => {
  const last = stages().at(-1) ?? [];
  const entry: unknown = JSON.parse(last.find(({ word }) => word === "ENTRYPOINT")?.rest ?? "");
  assert.deepEqual(entry, ["deno", "task", "--quiet", "run"]);
  const { tasks } = JSON.parse(read("deno.json"));
  assert.match(tasks.run.command, /main\.ts run$/);
  assert.ok(last.filter(({ word }) => word === "CMD").every(({ rest }) => Array.isArray(JSON.parse(rest))));
});

Deno.test("compose.yaml gives the container a folder and nothing else", () => {
  const { services } = parse(read("compose.yaml"));
  assert.deepEqual(Object.keys(services), ["motogp", "minio", "bucket"]);
  const { build, command, volumes, network_mode, cap_drop, privileged } = services.motogp;
  assert.deepEqual([build, volumes, network_mode, cap_drop, privileged], [
    ".",
    ["./data:/data"],
    "none",
    ["ALL"],
    undefined,
  ]);
  assert.ok(Deno.statSync(root + command[0]).isFile);
  assert.ok(command.includes("--set") && command.includes("--store"));
});

Deno.test("compose.yaml starts an S3 server for this machine alone, and only when it is asked for", () => {
  const { services } = parse(read("compose.yaml"));
  for (const name of ["minio", "bucket"]) {
    assert.deepEqual(services[name].profiles, ["s3"], name);
    assert.match(services[name].image, /:RELEASE\.\d{4}-/, "a fixed release");
  }
  assert.deepEqual(services.minio.ports, ["127.0.0.1:9000:9000"]);
});

/** Without comments; lines that end in a backslash are joined with the next. */
function instructions(): Instruction[] {
  const lines = linesOf("Dockerfile").join("\n").replaceAll(/\\\n\s*/g, "").split("\n");
  return lines.map((line) => ({ word: line.split(" ")[0] ?? "", rest: line.slice(line.indexOf(" ") + 1).trim() }));
}

/** Instructions from each FROM on. */
function stages(): Instruction[][] {
  const found: Instruction[][] = [];
  for (const instruction of instructions()) {
    if (instruction.word === "FROM") found.push([]);
    found.at(-1)?.push(instruction);
  }
  return found;
}

function linesOf(path: string): string[] {
  return read(path).split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

function read(path: string): string {
  return Deno.readTextFileSync(root + path);
}
