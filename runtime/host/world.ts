// All doors to what is outside, opened together and closed together.
import type { InputsHost } from "../contract/hosts.ts";
import type { ReadyHost } from "../contract/plugin.ts";
import type { ProgramsHost, WebHost } from "../contract/world.ts";
import { createInputsHost } from "./inputs.ts";
import { createProgramsHost } from "./programs.ts";
import { reach } from "./reach.ts";
import { createWebHost } from "./web.ts";

export interface World {
  readonly inputs: InputsHost;
  readonly programs: ProgramsHost;
  readonly web: WebHost;
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

export function openWorld({ env, folder, scratch }: WorldOptions): World & Disposable {
  const programs = createProgramsHost({ env, folder });
  return {
    inputs: createInputsHost({ scratch }),
    programs,
    web: createWebHost(),
    ready: { programs, connect: reach },
    [Symbol.dispose]: () => programs[Symbol.dispose](),
  };
}
