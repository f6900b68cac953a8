// The door to the web. What is behind it is loaded when somebody goes through.
import type { WebHost } from "../contract/world.ts";
import type { WebOptions } from "../fetch/open_web.ts";

/** Connections are kept until it is closed. */
export function createWebHost(options?: WebOptions): WebHost & AsyncDisposable {
  let opened: Promise<WebHost & Disposable> | undefined;
  const open = async () => (await import("../fetch/open_web.ts")).openWeb(options);
  return {
    send: async (request, signal) => await (await (opened ??= open())).send(request, signal),
    [Symbol.asyncDispose]: async () => (await opened)?.[Symbol.dispose](),
  };
}
