import type { Redis } from "ioredis";
import {
  defineSink,
  type Delivery,
  type DeliveryOutcome,
  idOf,
  type Item,
  type JsonObject,
  type Message,
  type NewMessage,
  type VersionChange,
  z,
} from "../runtime/plugin.ts";

/** Seconds for which Redis knows what it was sent, so that a further try pushes nothing twice. */
const rememberedSeconds = 86_400;
/** Messages that are pushed by one command. */
const mostAtOnce = 100;
const connectMs = 5000;

const options = z.strictObject({
  url: z.url({ protocol: /^rediss?$/, error: "expected a redis: or rediss: address" }).describe(
    "Where Redis is, as a secret: `redis://user:password@host:6379/0`, or `rediss:` for TLS",
  ),
  key: z.string().min(1).max(500).describe("Name of the list; new messages go to its end, readers take from its front"),
  push: z.enum(["version", "results", "batches"]).default("version").describe(
    "What a message is: `version` that there is a new version, `results` an image with its facts, `batches` several of them",
  ),
  which: z.enum(["new", "all"]).default("new").describe(
    "Which images: `new` those that the version before has not, `all` those of each new version",
  ),
  batch_size: z.int().min(1).max(1000).default(32).describe("Images in a message, for `batches`"),
  facts: z.array(z.string().min(1)).min(1).optional().describe("Only these facts of images; all when absent"),
  max_length: z.int().min(1).optional().describe(
    "Messages that the list may hold: the oldest are taken out beyond that; no limit when absent",
  ),
});
type Options = z.output<typeof options>;

/** Pushes messages, as JSON, to the end of a Redis list. Each has `message`, an id that stays the same however often it is
 *  delivered, dataset, number and version. Within a day no try pushes again what one before it pushed. */
export default defineSink({
  name: "redis_list",
  version: 1,
  summary: "Pushes news of a version, its images or batches of them to a Redis list",
  options,
  network: true,
  async ready({ url }) {
    const problem = await withRedis(url, async (redis) => void await redis.ping()).catch(wordsOf);
    if (problem === undefined) return [];
    const what = `Redis at ${placeOf(url)} does not answer: ${problem}`;
    return [{ what, way: "start it there, or name another address with `url:`" }];
  },
  open: (asked) => ({
    ...(asked.push === "version" ? {} : { messages: (change: VersionChange) => messagesOf(change, asked) }),
    deliver: (delivery, signal) => delivered(delivery, asked, signal),
  }),
});

async function* messagesOf(change: VersionChange, asked: Options): AsyncGenerator<NewMessage> {
  const { version } = change;
  const items = asked.which === "all" ? change.items() : change.added();
  const group = asked.push;
  let number = 0;
  for await (const results of inBatches(items, asked)) {
    number++;
    const [first] = results;
    if (asked.push === "batches") yield { key: `${version} ${number}`, group, body: { batch: number, results } };
    else if (first !== undefined) yield { key: `${version} ${first.id}`, group, body: first };
  }
}

type Result = JsonObject & { readonly id: string };

async function* inBatches(items: AsyncIterable<Item>, asked: Options): AsyncGenerator<readonly Result[]> {
  const size = asked.push === "batches" ? asked.batch_size : 1;
  let batch: Result[] = [];
  for await (const item of items) {
    batch.push({ id: idOf(item), facts: factsOf(item, asked) });
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function factsOf({ facts }: Item, { facts: wanted }: Options): JsonObject {
  if (wanted === undefined) return facts;
  return Object.fromEntries(Object.entries(facts).filter(([name]) => wanted.includes(name)));
}

async function delivered(delivery: Delivery, asked: Options, signal: AbortSignal): Promise<DeliveryOutcome> {
  let isSent = false;
  try {
    const length = await withRedis(asked.url, async (redis) => {
      let last = 0;
      for await (const { start, texts } of portions(delivery)) {
        isSent = true;
        last = await push(redis, delivery.id, start, texts, asked);
      }
      return last;
    }, signal);
    return { outcome: "delivered", reply: { length } };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!isOfRedis(thrown)) throw thrown;
    const why = `Cannot push to "${asked.key}" in Redis at ${placeOf(asked.url)}: ${wordsOf(thrown)}`;
    // Redis refuses a command as a whole; of one that it did not answer nobody knows.
    if (thrown.name === "ReplyError") return { outcome: "again", why };
    return { outcome: "again", why, isDown: true, ...(isSent ? { maybeSent: true } : {}) };
  }
}

/** The messages as texts; `start` counts those before. */
async function* portions(delivery: Delivery) {
  let texts: string[] = [];
  let start = 0;
  for await (const message of delivery.messages()) {
    texts.push(textOf(delivery, message));
    if (texts.length < mostAtOnce) continue;
    yield { start, texts };
    start += texts.length;
    texts = [];
  }
  if (texts.length > 0) yield { start, texts };
}

function textOf({ dataset }: Delivery, { id, number, version, body }: Message): string {
  const said = typeof body === "object" && body !== null && !Array.isArray(body) ? body : { body };
  return JSON.stringify({ message: id, dataset, number, version, ...said });
}

/** Pushes what is behind the count that Redis remembers of this delivery. All of it happens or nothing. */
const script = `
local done = tonumber(redis.call('GET', KEYS[2]) or '0')
local start, most = tonumber(ARGV[1]), tonumber(ARGV[2])
for at = 4, #ARGV do
  if start + at - 3 > done then redis.call('RPUSH', KEYS[1], ARGV[at]) end
end
if start + #ARGV - 3 > done then redis.call('SET', KEYS[2], start + #ARGV - 3, 'EX', ARGV[3]) end
if most > 0 then redis.call('LTRIM', KEYS[1], -most, -1) end
return redis.call('LLEN', KEYS[1])`;

/** The length of the list behind it. */
async function push(redis: Redis, id: string, start: number, texts: readonly string[], asked: Options) {
  const { key, max_length = 0 } = asked;
  // In braces, so that a cluster keeps both in one place.
  const mark = `framewright:pushed:${key.includes("{") ? key : `{${key}}`}:${id}`;
  return Number(await redis.eval(script, 2, key, mark, start, max_length, rememberedSeconds, ...texts));
}

/** A connection of its own, given up at the first failure: the engine tries again. */
async function withRedis<T>(url: string, body: (redis: Redis) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectMs,
    commandTimeout: 2 * connectMs,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    retryStrategy: () => null,
  });
  let cause: Error | undefined;
  redis.on("error", (error: Error) => cause = error);
  const onAbort = () => redis.disconnect();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await redis.connect();
    return await body(redis);
  } catch (thrown) {
    const isClosed = isOfRedis(thrown) && /closed|ended/i.test(thrown.message);
    throw isClosed ? cause ?? thrown : thrown;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    redis.disconnect();
  }
}

/** What Redis or the way to it says: no mistake of this code, and nothing that the store says. */
function isOfRedis(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  return !("fate" in thrown || thrown instanceof TypeError || thrown instanceof RangeError);
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname === "/" ? "" : pathname}`;
}
