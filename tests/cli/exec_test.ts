// The step `exec` in a run as users start it.
import assert from "node:assert/strict";
import { inFolder, putFile } from "../temp_folder.ts";
import { paintedJpeg } from "../suites/painted.ts";
import { framewright } from "./process.ts";

function answering(facts: string): string {
  return `
import json, os, sys
for line in sys.stdin:
    asked = json.loads(line)
    path = asked["image"]["path"]
    size = os.stat(path).st_size
    os.chmod(path, 0o600)
    open(path, "w").write("spoiled")
    print("looked at it", file=sys.stderr, flush=True)
    if asked["key"] == "b.jpg":
        sys.exit(3)
    print(json.dumps({"id": asked["id"], "keep": True, "facts": ${facts}}), flush=True)
`;
}

function manifest(root: string): string {
  return `
name: others
source:
  uses: folder
  with: { path: ${root}/pictures }
steps:
  - uses: exec
    with: { command: [python3, ${root}/x.py], gives: [size], processes: 2 }
exports:
  - uses: csv
limits: { max_rejected: 2 }
`;
}

Deno.test("exec runs once for each picture, again when its script changes, and spoils nothing", async () => {
  await inFolder(async (root) => {
    for (const [index, name] of ["a", "b", "c", "d"].entries()) {
      putFile(root, `pictures/${name}.jpg`, await paintedJpeg(64 + index, 48));
    }
    putFile(root, "x.py", answering(`{"size": size}`));
    putFile(root, "m.yaml", manifest(root));
    const fw = async (...args: string[]) => {
      const { exit, out, err } = await framewright([...args, "--store", `${root}/store`], { folder: root });
      return { exit, text: out + err };
    };
    const first = await fw("run", `${root}/m.yaml`);
    assert.equal(first.exit, 0, first.text);
    assert.match(first.text, /kept 3, dropped 0, rejected 1/);
    assert.match(first.text, /b\.jpg +exec +program_exit +It ended with exit code 3 before it answered: looked at it/);
    assert.match(first.text, /exec: looked at it/);
    assert.doesNotMatch((await fw("run", `${root}/m.yaml`)).text, /looked at it/);
    putFile(root, "x.py", answering(`{"size": size + 1}`));
    const third = await fw("run", `${root}/m.yaml`);
    assert.match(third.text, /looked at it/);
    assert.match((await fw("diff", "others@1", "others@2")).text, /step exec: .*x\.py [0-9a-f]{64} -> [0-9a-f]{64}/);
    const verified = await fw("verify", "others", "--replay");
    assert.equal(verified.exit, 0, verified.text);
    assert.match(verified.text, /equal bit for bit/);
    assert.deepEqual([...Deno.readDirSync(`${root}/store/tmp`)].map(({ name }) => name), []);
    Deno.removeSync(`${root}/x.py`);
    const last = await fw("run", `${root}/m.yaml`);
    assert.equal(last.exit, 2, last.text);
    assert.match(last.text, /exec: There is no file ".*x\.py"/);
  });
});
