// What our store makes of an S3 server, against a bare loop over the SDK's client: the same server, objects and number of
// requests at once, fresh processes, in turns.
//   AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… deno task bench-s3 's3://bucket/prefix?endpoint=http://127.0.0.1:17480'
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { parseS3Address } from "../../runtime/s3/address.ts";
import { eachAtOnce } from "../../runtime/store/each_at_once.ts";
import { openStore } from "../../runtime/store/open.ts";
import { median } from "./compare.ts";

const atOnce = 32;
const sizes = [{ bytes: 20_000, count: 1_500 }, { bytes: 1_000_000, count: 150 }];
const sides = ["ours", "bare"] as const;

type Side = typeof sides[number];
type Times = { readonly put: number; readonly get: number };
type Work = { readonly put: (key: string) => Promise<void>; readonly get: (key: string) => Promise<number> };
type Job = { readonly place: string; readonly bytes: number; readonly count: number };

async function ours(place: string, body: Uint8Array): Promise<Work & { readonly flush: () => Promise<void> }> {
  const store = await openStore(place);
  return {
    put: async (key) => void await store.put(key, body),
    get: async (key) => (await store.get(key))?.length ?? 0,
    flush: store.flush,
  };
}

/** As anybody would write it, with the SDK's own settings but for what servers other than AWS need. */
function bare(place: string, Body: Uint8Array): Work {
  const { bucket: Bucket, prefix, region, endpoint = "", pathStyle } = parseS3Address(place);
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle: pathStyle,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const keyOf = (key: string) => `${prefix}/${key}`;
  return {
    put: async (key) => void await client.send(new PutObjectCommand({ Bucket, Key: keyOf(key), Body })),
    async get(key) {
      const output = await client.send(new GetObjectCommand({ Bucket, Key: keyOf(key) }));
      return (await output.Body?.transformToByteArray())?.length ?? 0;
    },
  };
}

async function measure(side: Side, { place, bytes, count }: Job): Promise<Times> {
  const body = randomBytes(bytes);
  const work = side === "ours" ? await ours(place, body) : bare(place, body);
  const keys = Array.from({ length: count }, (_, at) => `${side}/${at % 16}/${at}`);
  await work.put("first"); // loading and connecting are not what is measured
  const started = performance.now();
  await eachAtOnce(keys, atOnce, work.put);
  if ("flush" in work && typeof work.flush === "function") await work.flush();
  const put = performance.now();
  await eachAtOnce(keys, atOnce, async (key) => {
    if (await work.get(key) !== bytes) throw new RangeError(`${key} came back with another length`);
  });
  return { put: (put - started) / 1000, get: (performance.now() - put) / 1000 };
}

/** The same in a process of its own. */
async function apart(side: Side, { place, bytes, count }: Job): Promise<Times> {
  const args = ["run", "-q", "-P=bench-s3", "--no-prompt", "scripts/bench/s3.ts"];
  const command = new Deno.Command("deno", {
    args: [...args, place, "--side", side, "--bytes", `${bytes}`, "--count", `${count}`],
    stdout: "piped",
    stderr: "inherit",
  });
  return JSON.parse(new TextDecoder().decode((await command.output()).stdout));
}

async function compareSides(place: string, rounds: number): Promise<void> {
  for (const { bytes, count } of sizes) {
    const times: Record<Side, Times[]> = { ours: [], bare: [] };
    for (let round = 0; round < rounds; round++) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const job = { place: inRound(place, round, bytes), bytes, count };
        times[side].push(await apart(side, job));
        await clear(job.place);
      }
    }
    for (const verb of ["put", "get"] as const) {
      const [own, other] = sides.map((side) => median(times[side].map((one) => one[verb])));
      const rate = (seconds = NaN) =>
        `${(count / seconds).toFixed(0)}/s ${(count * bytes / seconds / 1e6).toFixed(1)} MB/s`;
      const ratio = ((other ?? NaN) / (own ?? NaN)).toFixed(2);
      console.log(`${verb} ${count} x ${bytes / 1000} kB: ours ${rate(own)}, bare ${rate(other)}, ratio ${ratio}`);
    }
  }
}

/** A test server keeps all of it in memory. */
async function clear(place: string): Promise<void> {
  const store = await openStore(place);
  await store.remove(await Array.fromAsync(store.list(""), ({ key }) => key));
}

/** A prefix of its own, so that no round meets what another wrote. */
function inRound(place: string, round: number, bytes: number): string {
  const [, path = "", query = ""] = /^([^?]*)(.*)$/.exec(place) ?? [];
  return `${path.replace(/\/$/, "")}/bench-${round}-${bytes}${query}`;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    side: { type: "string" },
    bytes: { type: "string", default: "20000" },
    count: { type: "string", default: "100" },
  },
});
const [place = ""] = positionals;
if (values.side === undefined) await compareSides(place, Number(values.rounds));
else {
  const job = { place, bytes: Number(values.bytes), count: Number(values.count) };
  console.log(JSON.stringify(await measure(values.side === "ours" ? "ours" : "bare", job)));
}
