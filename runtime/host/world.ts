// All doors to what is outside, opened together and closed together.
import type { InputsHost } from "../contract/hosts.ts";
import type { DigestOfFile, ReadyHost } from "../contract/plugin.ts";
import type { ProgramsHost, WebHost } from "../contract/world.ts";
import { createDigestOfFile } from "./digest_of_file.ts";
import { createInputsHost } from "./inputs.ts";
import { createLentFiles, type LentFiles } from "./lent_files.ts";
import { createProgramsHost } from "./programs.ts";
import { reach } from "./reach.ts";
import { createWebHost } from "./web.ts";

export interface World {
  readonly inputs: InputsHost;
  readonly programs: ProgramsHost;
  readonly web: WebHost;
  /** Files that other programs are given. */
  readonly lent: LentFiles;
  readonly digestOfFile: DigestOfFile;
  /** For plugins that look, before anything runs, whether what they need is there. */
  readonly ready: ReadyHost;
}

export type WorldOptions = {
  readonly env: Readonly<Record<string, string>>;
  /** Where programs run. */
  readonly folder: string;
  /** An absolute path of a folder for what is downloaded. */
  readonly scratch: string;
};

export function openWorld({ env, folder, scratch }: WorldOptions): World & AsyncDisposable {
  const programs = createProgramsHost({ env, folder });
  const web = createWebHost();
  const digestOfFile = createDigestOfFile(folder);
  return {
    inputs: createInputsHost({ scratch }),
    programs,
    web,
    lent: createLentFiles(`${scratch}/lent`),
    digestOfFile,
    ready: { programs, connect: reach, digestOfFile },
    async [Symbol.asyncDispose]() {
      await web[Symbol.asyncDispose]();
      await programs[Symbol.asyncDispose]();
    },
  };
}
