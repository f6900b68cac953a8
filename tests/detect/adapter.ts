// Tests that need a graphics adapter; one of software will do (Debian's mesa-vulkan-drivers).
import { createSessions } from "../../runtime/detect/sessions/spawn.ts";
import { createMachine } from "../../runtime/detect/this_machine.ts";

const hasAdapter = await (async () => {
  const sessions = createSessions();
  const adapter = await createMachine(sessions.spawn).adapter(new AbortController().signal);
  await sessions.endAll();
  return adapter !== undefined;
})();

type Declare = (name: string, body: () => Promise<void>) => void;

/** Left out, saying so, where there is no adapter; required where `CI` is set. */
export function adapterTest(name: string, body: () => Promise<void>, declare: Declare = Deno.test): void {
  if (hasAdapter || Deno.env.has("CI")) declare(name, body);
  else console.warn(`Left out, because there is no graphics adapter: ${name}`);
}
