// The door to the web.
import { ItemError } from "../contract/errors.ts";
import type { WebHost } from "../contract/world.ts";

export function createWebHost(): WebHost {
  return { send: ({ url }) => Promise.reject(new ItemError("unreachable", `Cannot read "${url}": not built yet`)) };
}
