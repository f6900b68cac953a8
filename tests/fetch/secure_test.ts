import assert from "node:assert/strict";
import { createSecureServer, type Http2Server } from "node:http2";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Certificate, makeCertificate } from "../s3/certificates.ts";
import { ask, refusalOf, serve, serveRaw, textFrom, withWeb } from "./servers.ts";

function lookup(): Promise<string[]> {
  return Promise.resolve(["127.0.0.1"]);
}

function withTls<T>(
  { cert, key }: Certificate,
  body: (around: { port: number; ca: string; ports: Set<number> }) => Promise<T>,
): Promise<T> {
  const ports = new Set<number>();
  return (async () => {
    const options = { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} };
    const server = Deno.serve(options, async (request, { remoteAddr }) => {
      if (remoteAddr.transport === "tcp") ports.add(remoteAddr.port);
      const { pathname } = new URL(request.url);
      if (pathname === "/down") return new Response(null, { status: 302, headers: { location: "http://a.example/" } });
      if (pathname === "/long") return new Response("x".repeat(1_000_000));
      return new Response(`${request.url} ${await request.text()}`, { headers: { "x-robots-tag": "otherbot: noai" } });
    });
    try {
      return await body({ port: server.addr.port, ca: cert, ports });
    } finally {
      await server.shutdown();
    }
  })();
}

Deno.test("send() speaks HTTP/2 where the server does, over one connection, to the address that was looked at", async () => {
  await withTls(makeCertificate(["images.example"]), async ({ port, ca, ports }) => {
    await withWeb(async ({ web }) => {
      const url = `https://images.example:${port}`;
      const texts = await Promise.all(Array.from({ length: 50 }, (_, at) => textFrom(web, `${url}/${at}?a`)));
      assert.deepEqual(texts, texts.map((_, at) => `${url}/${at}?a `));
      assert.equal(ports.size, 1);
      const body = new TextEncoder().encode("hello");
      assert.equal(await textFrom(web, `${url}/post`, { method: "POST", body }), `${url}/post hello`);
      assert.match(await refusalOf(ask(web, `${url}/long`)), /^too_large: /);
      assert.equal((await ask(web, `${url}/long`, { head: 4 })).wholeSize, 1_000_000);
      assert.match(await refusalOf(ask(web, `${url}/down`)), /^insecure_redirect: .* from https to http$/);
      assert.equal(ports.size, 1);
    }, { lookup, ca });
  });
});

Deno.test("send() is not held up by many large answers at once over HTTP/2", async () => {
  await withTls(makeCertificate(["images.example"]), async ({ port, ca, ports }) => {
    await withWeb(async ({ web }) => {
      const url = `https://images.example:${port}/long`;
      const asked = { perHost: 1000, maxBytes: 1_000_000, timeoutMs: 8_000 };
      const answers = await Promise.all(Array.from({ length: 150 }, () => ask(web, url, asked)));
      for (const { bytes } of answers) assert.equal(bytes.length, 1_000_000);
      assert.equal(ports.size, 1);
    }, { lookup, ca });
  });
});

Deno.test("send() speaks HTTP/1.1 over TLS where the server knows nothing newer", async () => {
  const { cert, key } = makeCertificate(["images.example"]);
  const { createServer } = await import("node:https");
  const server = createServer(
    { cert, key },
    (request, response) => response.end(`${request.headers.host}${request.url}`),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  await withWeb(async ({ web }) => {
    for (const path of ["/a", "/b"]) {
      assert.equal(await textFrom(web, `https://images.example:${port}${path}`), `images.example:${port}${path}`);
    }
  }, { lookup, ca: cert });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

Deno.test("send() trusts no certificate that is unknown, for another name, or not valid now", async () => {
  const day = 86_400_000;
  const good = makeCertificate(["images.example"]);
  const cases: readonly (readonly [Certificate, string | undefined, RegExp])[] = [
    [good, undefined, / unknown here$/],
    [good, makeCertificate(["images.example"]).cert, / unknown here$/],
    [makeCertificate(["other.example"]), "own", /is for another name$/],
    [makeCertificate(["images.example"], Date.now() - 2 * day, Date.now() - day), "own", / not valid now, /],
  ];
  for (const [certificate, trusted, expected] of cases) {
    await withTls(certificate, async ({ port, ca, ports }) => {
      const options = trusted === undefined ? {} : { ca: trusted === "own" ? ca : trusted };
      await withWeb(async ({ web, pauses }) => {
        const refusal = await refusalOf(ask(web, `https://images.example:${port}/a`, { tries: 3 }));
        assert.match(refusal, /^tls: Cannot read "https:\/\/images.example:\d+\/a": the certificate of its server /);
        assert.match(refusal, expected);
        assert.deepEqual([pauses.length, ports.size], [0, 0]);
      }, { lookup, ...options });
    });
  }
});

Deno.test("send() trusts a certificate for an address", async () => {
  await withTls(makeCertificate(["127.0.0.1"]), async ({ port, ca }) => {
    await withWeb(async ({ web }) => {
      const url = `https://127.0.0.1:${port}/a`;
      assert.equal(await textFrom(web, url), `${url} `);
    }, { ca });
  });
});

Deno.test("send() says that a server speaks no TLS, and does not wait for one that says nothing", async () => {
  await using plain = serve(() => new Response("hello"));
  await using silent = serveRaw(() => Promise.resolve());
  await withWeb(async ({ web }) => {
    assert.match(
      await refusalOf(ask(web, `https://127.0.0.1:${plain.port}/`)),
      /^tls: .* does not speak TLS as it should$/,
    );
    assert.match(
      await refusalOf(ask(web, `https://127.0.0.1:${silent.port}/`, { timeoutMs: 100 })),
      /^passing timeout: /,
    );
  });
});

type Misbehaved = (stream: Parameters<Parameters<Http2Server["on"]>[1]>[0]) => void;

async function withStreams(talk: Misbehaved, body: (url: string, ca: string) => Promise<void>): Promise<void> {
  const { cert, key } = makeCertificate(["images.example"]);
  const server = createSecureServer({ cert, key });
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream) => {
    stream.on("error", () => {}); // the other side went away
    talk(stream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port
  await body(`https://images.example:${port}/`, cert);
  for (const session of sessions) session.destroy();
  await new Promise((resolve) => server.close(resolve));
}

Deno.test("send() ends streams of HTTP/2 that are reset, cut, or stand still", async () => {
  const talks: readonly (readonly [Misbehaved, RegExp])[] = [
    [(stream) => stream.close(2), /^passing cut_short: /],
    [(stream) => stream.session.destroy(), /^passing cut_short: /],
    [(stream) => {
      stream.respond({ ":status": 200, "content-length": "10" });
      stream.write("abc", () => stream.close(2));
    }, /^passing cut_short: /],
    [(stream) => {
      stream.respond({ ":status": 200, "content-length": "10" });
      stream.end("abc");
    }, /^passing cut_short: /],
    [(stream) => {
      stream.respond({ ":status": 200 });
      stream.write("abc", () => setTimeout(() => stream.session.destroy(), 20));
    }, /^passing cut_short: /],
    [(stream) => {
      stream.respond({ ":status": 200 });
      stream.write("abc");
    }, /^passing timeout: /],
    [() => {}, /^passing timeout: /],
  ];
  for (const [talk, expected] of talks) {
    await withStreams(talk, async (url, ca) => {
      await withWeb(async ({ web }) => {
        assert.match(await refusalOf(ask(web, url, { timeoutMs: 300 })), expected);
      }, { lookup, ca });
    });
  }
});

Deno.test("send() opens a new connection where the server of HTTP/2 went away", async () => {
  let streams = 0;
  const talk: Misbehaved = (stream) => {
    if (++streams === 2) return stream.session.destroy();
    stream.respond({ ":status": 200 });
    stream.end("hello");
  };
  await withStreams(talk, async (url, ca) => {
    await withWeb(async ({ web, pauses }) => {
      for (let time = 0; time < 3; time++) assert.equal(await textFrom(web, url, { tries: 2 }), "hello");
      assert.equal(pauses.length, 1);
    }, { lookup, ca });
  });
});
