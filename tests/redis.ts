// A real Redis for tests: the one of this machine, or one that is started from Debian's package.
import { Redis } from "ioredis";

const usual = Deno.env.get("FRAMEWRIGHT_REDIS") ?? "redis://127.0.0.1:6379";

export type RedisPlace = {
  readonly url: string;
  readonly redis: Redis;
  /** Begins the names of all keys of this test; what begins so is removed at its end. */
  readonly prefix: string;
};

/** A test with a Redis: left out, saying so, where there is none; required where `CI` is set. */
export function redisTest(name: string, body: (place: RedisPlace) => Promise<void>): void {
  if (!canStart) console.warn(`Left out, because there is no Redis: ${name}`);
  Deno.test({ name, ignore: !canStart && Deno.env.get("CI") === undefined, fn: () => withPlace(body) });
}

async function withPlace(body: (place: RedisPlace) => Promise<void>): Promise<void> {
  await using server = await answers(usual) ? undefined : await startServer();
  const url = server?.url ?? usual;
  const redis = new Redis(url, { retryStrategy: () => null });
  const prefix = `framewright-test-${crypto.randomUUID()}`;
  try {
    await body({ url, redis, prefix });
  } finally {
    for (const pattern of [`${prefix}*`, `framewright:pushed:{${prefix}*`]) {
      const keys = await redis.keys(pattern);
      if (keys.length > 0) await redis.del(...keys);
    }
    await redis.quit();
  }
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000 });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return await redis.ping() === "PONG";
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function startServer(): Promise<AsyncDisposable & { readonly url: string }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = new Deno.Command("redis-server", { args, stdout: "piped", stderr: "null" }).spawn();
  let said = "";
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!/ready to accept connections/i.test(said)) {
    const { value, done } = await reader.read();
    if (done) throw new TypeError(`Cannot start Redis: ${said}`);
    said += value;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.kill();
      await reader.cancel();
      await server.status;
    },
  };
}

async function hasServer(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("redis-server", { args: ["--version"], stdout: "null" }).output();
    return success;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
}

const canStart = await answers(usual) || await hasServer();
