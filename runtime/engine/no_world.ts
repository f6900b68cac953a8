// For work on what a store holds: nothing is read from outside.
import { PluginError } from "../contract/errors.ts";
import type { World } from "../host/world.ts";

export const noWorld: World = {
  inputs: { open: closed },
  programs: { find: closed, start: closed },
  web: { send: closed },
  lent: { lend: closed },
  digestOfFile: closed,
  ready: { programs: { find: closed }, connect: closed, digestOfFile: closed },
};

function closed(): never {
  throw new PluginError("Cannot reach outside the store: this work reads nothing else");
}
