// Native addons say "unsupported platform" or "cannot find module" where Deno did not let them in.
import { messageOf } from "../../contract/errors.ts";

const needed = ["ffi", "read", "env", "sys"] as const;

/** Why an addon does not load, and how to mend it. */
export function nativeTrouble(name: string, thrown: unknown): { readonly found: string; readonly mend: string } {
  const lacking = needed.filter((permission) => Deno.permissions.querySync({ name: permission }).state !== "granted");
  if (lacking.length > 0) {
    const flags = lacking.map((permission) => `--allow-${permission}`).join(", ");
    return { found: `does not load: Deno was started without ${flags}`, mend: "Start it with `deno task fw`" };
  }
  const { os, arch } = Deno.build;
  const mend = `Run \`deno install --frozen\`; if that does not help, "${name}" has no build for ${os} on ${arch}`;
  return { found: `does not load: ${messageOf(thrown)}`, mend };
}
