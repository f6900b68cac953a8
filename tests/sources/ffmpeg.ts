// Videos for tests, made by ffmpeg when they are wanted.
import assert from "node:assert/strict";

/** A test that needs ffmpeg: left out, saying so, where it is not installed; required where `CI` is set. */
export function ffmpegTest(name: string, body: (t: Deno.TestContext) => Promise<void>): void {
  const absent = !["ffmpeg", "ffprobe"].every(isInstalled);
  if (absent) console.warn(`Left out, because the package ffmpeg is absent: ${name}`);
  Deno.test({ name, ignore: absent && Deno.env.get("CI") === undefined, fn: body });
}

function isInstalled(program: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}

/** Runs ffmpeg with these arguments, in `folder`; gives what it wrote to stdout. */
export async function ffmpeg(folder: string, ...args: readonly string[]): Promise<Uint8Array> {
  const command = new Deno.Command("ffmpeg", {
    args: ["-nostdin", "-v", "error", "-y", ...args],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return stdout;
}

/** A test picture that moves: `ffmpeg(root, ...pattern("64x48", 10, 2), "a.mp4")`. */
export function pattern(size: string, rate: number, seconds: number): string[] {
  return ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
}
