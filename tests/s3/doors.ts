// Ways to a server on loopback: through TLS, and through a proxy such as companies have. They pass on what comes byte
// for byte, so that signatures stay right.
import type { Certificate } from "./certificates.ts";
import { createWire } from "./http_wire.ts";

export type Door = AsyncDisposable & { readonly port: number };

/** Takes TLS off. */
export function openTls(certificate: Certificate, port: number): Door {
  return openDoor(Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate }), async (client) => {
    await join(client, await Deno.connect({ hostname: "127.0.0.1", port }));
  });
}

/** A proxy that tunnels to this machine, whatever host it is asked for. */
export function openTunnel(): Door & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const door = openDoor(Deno.listen({ hostname: "127.0.0.1", port: 0 }), async (client) => {
    const [, target = ""] = (await createWire(client).head())?.line.split(" ") ?? [];
    asked.push(target);
    const server = await Deno.connect({ hostname: "127.0.0.1", port: Number(target.split(":")[1]) });
    await client.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    await join(client, server);
  });
  return { ...door, asked };
}

function openDoor(listener: Deno.Listener<Deno.Conn>, serve: (client: Deno.Conn) => Promise<void>): Door {
  const clients = new Set<Deno.Conn>();
  const attend = async (client: Deno.Conn) => {
    clients.add(client);
    await serve(client).catch(() => {}); // one side went away, or distrusts the certificate
    clients.delete(client);
    closed(client);
  };
  const accepting = (async () => {
    const served: Promise<void>[] = [];
    for await (const client of listener) served.push(attend(client));
    await Promise.all(served);
  })();
  const { addr } = listener;
  return {
    port: addr.transport === "tcp" ? addr.port : 0,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const client of clients) closed(client);
      await accepting;
    },
  };
}

/** Passes on both ways until either side ends. */
async function join(client: Deno.Conn, server: Deno.Conn): Promise<void> {
  try {
    const both = [client.readable.pipeTo(server.writable), server.readable.pipeTo(client.writable)];
    await Promise.allSettled(both.map((one) => one.finally(() => [client, server].forEach(closed))));
  } finally {
    closed(server);
  }
}

function closed(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
