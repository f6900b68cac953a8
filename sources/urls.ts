import {
  createSilentHosts,
  defineSource,
  digestOf,
  type Facts,
  holdsHeader,
  inAnyOrder,
  InputError,
  ItemError,
  type ReadImage,
  type SilentHosts,
  type SourceHost,
  type SourceRecord,
  tableFormats,
  tableRows,
  TransientError,
  urlEntries,
  type UrlRow,
  type WebAnswer,
  type WebPolicy,
  type WebRequest,
  z,
} from "../runtime/plugin.ts";

/** Facts that reading tells; columns cannot be called so. */
const ownFacts = ["url", "content_type", "etag", "last_modified", "content_digest"];

const column = z.string().min(1);

const options = z.strictObject({
  path: z.string().min(1).describe("The list: a file, looked up from where the command runs, or an `s3://` address"),
  format: z.enum(tableFormats).optional().describe("What the list is; told from its name when left out"),
  header: z.boolean().default(true).describe(
    "Whether the first line of a CSV or TSV names the columns; without, they are the id and the URL, in this order",
  ),
  id: column.default("id").describe("Column with the id, which names the image; each once"),
  url: column.default("url").describe("Column with the URL"),
  facts: z.array(column.refine((name) => !ownFacts.includes(name), `must be none of ${ownFacts.join(", ")}`)).default(
    [],
  )
    .describe("Other columns that become facts, by their names"),
  read: z.enum(["all", "header"]).default("all").describe(
    "`header` reads only as many bytes as say what the image is: there are no pixels then",
  ),
  refresh: z.enum(["check", "never"]).default("check").describe(
    "Whether a later run asks the server if an image has changed; it is downloaded again only if so",
  ),
  concurrency: z.int().min(1).max(1024).default(128).describe("Requests at once"),
  per_host: z.int().min(1).max(1024).default(16).describe("Requests at once to one host"),
  timeout: z.number().min(0.1).max(3600).default(15).describe("Seconds that one try may take, with the whole body"),
  tries: z.int().min(1).max(10).default(3).describe(
    "Tries in all for what may pass: network trouble, 408, 425, 429, 5xx",
  ),
  redirects: z.int().min(0).max(20).default(5).describe("Redirects that are followed"),
  max_bytes: z.int().min(1).default(64 << 20).describe("Bytes above which a file is not read"),
  allow: z.array(z.string().min(1)).default([]).describe(
    "Hosts, addresses and networks that may be reached although they are not on the open Internet: `127.0.0.1`, " +
      "`10.1.0.0/16`, `cameras.lan`",
  ),
  robots: z.array(z.string().min(1)).default(["noai", "noimageai", "noindex", "noimageindex"]).describe(
    "Words of the header X-Robots-Tag on which an image is left alone",
  ),
}).refine(({ id, url, facts }) => id !== url && !facts.includes(id), "`id`, `url` and `facts` must be other columns");
type Options = z.output<typeof options>;

/** Images on the web, one record a row. The fact `url` says where it comes from; `etag`, `last_modified` and
 *  `content_type` are what the server said, `content_digest` stands where it said nothing by which a change is told.
 *  A new row costs one request, a known one a request that is answered with "not modified" unless it was. What cannot be
 *  asked for now (a server that does not answer) stays as it is; what is gone is rejected. URLs with a user or password
 *  are refused, since they would be published. */
export default defineSource({
  name: "urls",
  version: 1,
  summary: "Images on the web, from a list of ids and URLs",
  options,
  gives: ({ facts }) => ["url", ...facts],
  network: true,
  history: true,
  sorted: false,
  tuning: ["refresh", "concurrency", "per_host", "timeout", "tries", "redirects", "allow"],
  atOnce: ({ concurrency }) => concurrency,
  open: (given, host) => {
    const hosts = createSilentHosts();
    const ask = createAsking(given, host, hosts);
    return {
      records: (signal) => recordsOf(given, host, { ask, hosts }, signal),
      read: (record, signal) => readImage(given, ask, record, signal),
    };
  },
});

type Ask = (request: Omit<WebRequest, "policy">, signal: AbortSignal) => Promise<WebAnswer>;

/** Failures that say nothing of whether anybody is there. */
const unheard = ["unreachable", "timeout", "dns", "bad_url", "forbidden_address"];

/** Asks, and ends the run where nobody answers at all. */
function createAsking(given: Options, { web }: SourceHost, hosts: SilentHosts): Ask {
  const policy = policyOf(given);
  return async (request, signal) => {
    try {
      const answer = await web.send({ ...request, policy }, signal);
      hosts.answered();
      return answer;
    } catch (thrown) {
      const code = reasonOf(thrown)?.code;
      if (code !== undefined && !unheard.includes(code)) hosts.answered();
      const silent = code === "unreachable" ? hosts.silent(request.url) : undefined;
      throw silent === undefined ? thrown : nobodyAt(silent, given.path);
    }
  };
}

/** The server of the examples. */
const demoServer = "127.0.0.1:8777";

function nobodyAt(host: string, list: string): InputError {
  const way = host === demoServer ? "start it in another terminal: deno task fw demo-server" : "is its server running?";
  return new InputError(`Cannot read "${list}": nobody answers at ${host}; ${way}`, [], { code: "source" });
}

function policyOf({ max_bytes, timeout, redirects, tries, per_host, allow, robots }: Options): WebPolicy {
  return { maxBytes: max_bytes, timeoutMs: timeout * 1000, redirects, tries, perHost: per_host, allow, robots };
}

/** Why a request failed, however it may go another time. */
function reasonOf(thrown: unknown): ItemError | undefined {
  const cause = thrown instanceof TransientError ? thrown.cause : thrown;
  return cause instanceof ItemError ? cause : undefined;
}

// ---- the listing

const checkedEach = 10_000;

async function* recordsOf(
  given: Options,
  host: SourceHost,
  { ask, hosts }: { readonly ask: Ask; readonly hosts: SilentHosts },
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  await using file = await host.inputs.open(given.path, signal);
  const { id, url, facts, format, header } = given;
  const columns = header ? undefined : [id, url];
  const rows = tableRows(file, { format, columns, only: [id, url, ...facts] }, signal);
  const entries = urlEntries(rows, { columns: { id, url, facts }, sorted: host.sorted, earlier: host.earlier });
  const tally = { checked: 0, unasked: 0 };
  yield* inAnyOrder(entries, given.concurrency, async (entry) => {
    if ("refused" in entry) return entry.refused;
    hosts.listed(entry.url);
    const revision = await revisionOf(given, entry, ask, () => void tally.unasked++, signal);
    if (++tally.checked % checkedEach === 0) host.log(`${tally.checked} URLs looked at`);
    return { key: entry.id, revision, facts: { ...entry.facts, url: entry.url } };
  });
  const silent = hosts.complete();
  if (silent !== undefined) throw nobodyAt(silent, given.path);
  if (tally.unasked > 0) {
    host.log(`${tally.unasked} images could not be asked for now; they stay as they were, and are asked for next time`);
  }
}

/** Of a row that is not known, or names another URL than before, a token of the URL. Of a known one that of the time
 *  before, until its server says that the image has changed. */
async function revisionOf(
  given: Options,
  { url, earlier }: UrlRow,
  ask: Ask,
  onUnasked: () => void,
  signal: AbortSignal,
): Promise<string> {
  const first = tokenOf(url);
  const { record, facts } = earlier ?? {};
  if (record === undefined || record.broken !== undefined || record.facts?.url !== url) return first;
  // What was not read before is read anew in any case.
  if (given.refresh === "never" || facts === undefined) return record.revision;
  try {
    const state = await changedState(given, url, facts, ask, signal);
    return state === undefined ? record.revision : `${first} ${tokenOf(state)}`;
  } catch (thrown) {
    if (thrown instanceof ItemError) return `${first} ${thrown.code}`;
    if (!(thrown instanceof TransientError)) throw thrown;
    onUnasked();
    return record.revision;
  }
}

/** What tells the state of the image, when it is no longer that of `before`. */
async function changedState(
  { read }: Options,
  url: string,
  before: Facts,
  ask: Ask,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { etag, last_modified: lastModified, content_digest: content } = before;
  const unless = {
    ...(typeof etag === "string" ? { etag } : {}),
    ...(typeof lastModified === "string" ? { lastModified } : {}),
  };
  if (Object.keys(unless).length > 0) {
    const answer = await ask({ url, unless, head: 1 }, signal);
    const now = answer.status === 304 ? undefined : stateOf(answer.headers);
    return now === undefined || now === stateOf(toHeaders(unless)) ? undefined : now;
  }
  const answer = await ask({ url, ...(read === "header" ? { head: headerSteps[0] } : {}) }, signal);
  const now = contentDigest(answer, read);
  return now === content ? undefined : now;
}

function toHeaders({ etag, lastModified }: NonNullable<WebRequest["unless"]>): Readonly<Record<string, string>> {
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { "last-modified": lastModified }),
  };
}

/** A weak tag says as much as a strong one: some servers give now the one, now the other. */
function stateOf(headers: Readonly<Record<string, string>>): string | undefined {
  return headers.etag?.replace(/^W\//, "") ?? headers["last-modified"];
}

function tokenOf(text: string): string {
  return digestOf(text).slice(0, 16);
}

// ---- reading

/** Bytes that are read of an image whose header is wanted, until it is there; after that all. */
const headerSteps = [4096, 65_536] as const;

async function readImage(
  { read }: Options,
  ask: Ask,
  { facts }: SourceRecord,
  signal: AbortSignal,
): Promise<ReadImage> {
  const url = String(facts?.url);
  try {
    const answer = read === "header" ? await readHead(url, ask, signal) : await ask({ url }, signal);
    const { bytes, wholeSize } = answer;
    return { bytes, facts: factsOf(answer, read), ...(wholeSize === undefined ? {} : { head: { size: wholeSize } }) };
  } catch (thrown) {
    throw reasonOf(thrown) ?? thrown; // it was tried often enough for this run
  }
}

async function readHead(url: string, ask: Ask, signal: AbortSignal): Promise<WebAnswer> {
  for (const head of headerSteps) {
    const answer = await ask({ url, head }, signal);
    if (answer.wholeSize === undefined || holdsHeader(answer.bytes)) return answer;
  }
  return await ask({ url }, signal);
}

function factsOf(answer: WebAnswer, read: Options["read"]): Facts {
  const { etag, "last-modified": lastModified, "content-type": type } = answer.headers;
  const told = { content_type: type, etag, last_modified: lastModified };
  const facts = Object.fromEntries(Object.entries(told).filter((entry) => entry[1] !== undefined && entry[1] !== ""));
  return stateOf(answer.headers) === undefined ? { ...facts, content_digest: contentDigest(answer, read) } : facts;
}

/** Where headers are wanted, the same however many bytes were read for them. */
function contentDigest({ bytes, wholeSize = bytes.length }: WebAnswer, read: Options["read"]): string {
  return `${digestOf(read === "header" ? bytes.subarray(0, headerSteps[0]) : bytes)} ${wholeSize}`;
}
