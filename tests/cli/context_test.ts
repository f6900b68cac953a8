import assert from "node:assert/strict";
import { type Context, storeOption } from "../../runtime/cli/context.ts";
import { keptTerminal, projectRoot } from "./terminals.ts";

const context: Context = {
  folder: "/home/ada",
  env: {},
  root: projectRoot,
  terminal: keptTerminal(),
  now: () => 0,
};

Deno.test("storeOption() names a store unless commands take it without being told", () => {
  assert.equal(storeOption("/home/ada/.framewright", context), "");
  assert.equal(storeOption("/data", context), " --store /data");
  assert.equal(storeOption("/home/ada/stores/a", context), " --store stores/a");
  const elsewhere = { ...context, env: { FRAMEWRIGHT_STORE: "s3://photos/team?region=eu-west-1" } };
  assert.equal(storeOption("s3://photos/team?region=eu-west-1", elsewhere), "");
  assert.equal(storeOption("/home/ada/.framewright", elsewhere), " --store .framewright");
});

Deno.test("storeOption() can be pasted into a shell, whatever a store is called", async () => {
  const stores = [
    "s3://photos/a b?endpoint=http://127.0.0.1:9000&sse=aws:kms",
    '/data/it\'s $HOME `id` \\ "a" *',
    "/a;b",
  ];
  for (const store of stores) {
    const line = `printf '%s\\n'${storeOption(store, context)}`;
    const { stdout } = await new Deno.Command("sh", { args: ["-c", line] }).output();
    assert.equal(new TextDecoder().decode(stdout), `--store\n${store}\n`);
  }
});
