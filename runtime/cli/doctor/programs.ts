// Programs of others that some sources need: whether they are there. None is started.
import { createProgramsHost } from "../../host/programs.ts";
import { type Finding, ok } from "./finding.ts";

/** `folder`: where runs start programs. */
export async function checkPrograms(
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<readonly Finding[]> {
  await using programs = createProgramsHost({ env, folder });
  return await Promise.all(["ffmpeg", "ffprobe"].map(async (name) => {
    const path = await programs.find(name);
    return ok(name, path ?? "not installed; only videos need it (Debian: apt-get install ffmpeg)");
  }));
}
