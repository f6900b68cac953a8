import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { nativeIdentity, openNativeCodec } from "../../runtime/image/native.ts";
import { codecSuite } from "../suites/codec_suite.ts";

codecSuite("native", openNativeCodec);

Deno.test("nativeIdentity is what sharp says of itself", async () => {
  assert.equal(nativeIdentity, `sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}`);
  assert.equal((await openNativeCodec()).identity, nativeIdentity);
});

async function evaluated(code: string, ...flags: readonly string[]): Promise<string> {
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const command = new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--config", config, ...flags, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout).trim();
}

const module = JSON.stringify(new URL("../../runtime/image/native.ts", import.meta.url).href);

Deno.test("openNativeCodec() names the missing flags when native code may not be loaded", async () => {
  const code = `const { openNativeCodec } = await import(${module});
    await openNativeCodec().catch((error) => console.log(error.name, error.message));`;
  const said = await evaluated(code, "--allow-read", "--allow-env");
  assert.match(said, /^InputError Cannot load the image codec "sharp": .*--allow-ffi/);
});

Deno.test("nativeIdentity is known without loading sharp", async () => {
  const code = `const { nativeIdentity } = await import(${module}); console.log(nativeIdentity);`;
  assert.equal(await evaluated(code), nativeIdentity);
});
