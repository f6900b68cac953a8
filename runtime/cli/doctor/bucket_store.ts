// A store in a bucket: whether it is reached, what these credentials may do there, and what the server honours. The one
// small object that is written is removed again.
import type { BucketVersioningStatus, S3Client } from "@aws-sdk/client-s3";
import { FramewrightError, messageOf } from "../../contract/errors.ts";
import { parseS3Address, type S3Address, s3Place } from "../../s3/address.ts";
import { getObject } from "../../s3/reading.ts";
import { reasonOf, refusalOf } from "../../s3/refusals.ts";
import { removeObjects } from "../../s3/removing.ts";
import { pause, s3Limits } from "../../s3/retry.ts";
import { openWire, type Wire } from "../../s3/wire.ts";
import { putNewObject } from "../../s3/writing.ts";
import { clockFinding } from "./clock.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** A person waits for the answer. */
const limits = { ...s3Limits, tries: 2, totalMs: 5_000, silenceMs: 5_000 };

type Environment = Readonly<Record<string, string>>;

export async function checkBucketStore(store: string, env: Environment): Promise<Finding[]> {
  try {
    const address = parseS3Address(store, env);
    const deps = { env, limits, sleep: pause, random: Math.random, now: () => performance.now() };
    const wire = await openWire(address, { ...deps, unique: () => crypto.randomUUID(), credentials: undefined });
    try {
      return await checkWire(wire, store);
    } finally {
      wire.client.destroy();
    }
  } catch (thrown) {
    if (!(thrown instanceof FramewrightError)) throw thrown;
    return [problem("address", messageOf(thrown), "Write it as s3://bucket/prefix?region=…&endpoint=…")];
  }
}

async function checkWire(wire: Wire, store: string): Promise<Finding[]> {
  const { address } = wire;
  const dates = datesOf(wire.client);
  const reached = await attempt("bucket", address, async () => {
    const input = { ...wire.common, Prefix: keyBelow(address, ""), MaxKeys: 1 };
    await wire.ask(
      (client, { signal }) => client.send(new wire.sdk.ListObjectsV2Command(input), { abortSignal: signal }),
      {},
    );
    return ok("bucket", `${s3Place(address)} at ${address.endpoint ?? `AWS in ${address.region}`}`);
  });
  const clock = dates.map(({ server, here }) => clockFinding(server, here)).slice(0, 1);
  if (reached.state !== "ok") return [reached, ...clock];
  const versioning = await versioningStatus(wire);
  return [
    reached,
    tlsFinding(address),
    ...clock,
    ...await probed(wire, store, versioning),
    ...versioningFinding(versioning),
  ];
}

function keyBelow({ prefix }: S3Address, key: string): string {
  return prefix === "" ? key : `${prefix}/${key}`;
}

/** What the server says the time is, and what it is here, once an answer. */
function datesOf(client: S3Client): readonly { readonly server: number; readonly here: number }[] {
  const dates: { readonly server: number; readonly here: number }[] = [];
  client.middlewareStack.add((next) => async (args) => {
    const result = await next(args);
    const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> }; // of the transport
    const server = Date.parse(headers?.date ?? "");
    if (!Number.isNaN(server)) dates.push({ server, here: Date.now() });
    return result;
  }, { step: "deserialize", priority: "low", name: "datesOf" });
  return dates;
}

function tlsFinding({ endpoint }: S3Address): Finding {
  return endpoint?.startsWith("http:") ? ok("TLS", "none, and none needed on this machine") : ok("TLS", "in use");
}

/** The finding, or the problem that a refusal is. */
async function attempt(what: string, address: S3Address, work: () => Promise<Finding>): Promise<Finding> {
  try {
    return await work();
  } catch (thrown) {
    return problem(what, ...troubleOf(address, thrown));
  }
}

/** What is the case, and what to do. */
function troubleOf(address: S3Address, thrown: unknown): readonly [string, string] {
  const refusal = refusalOf(thrown instanceof FramewrightError ? thrown.cause : thrown) ?? refusalOf(thrown);
  if (refusal === undefined) throw thrown;
  const [found = "", mend = "Ask whoever runs the server"] = reasonOf(refusal, address).split("; ");
  return [sentence(found), sentence(mend)];
}

function sentence(text: string): string {
  return /^https?:/.test(text) ? text : text.replace(/^./, (first) => first.toUpperCase());
}

/** Writes, reads and removes an object that no store looks at. */
async function probed(wire: Wire, store: string, versioning: BucketVersioningStatus | "unknown" | undefined) {
  const { address } = wire;
  const key = keyBelow(address, `tmp/doctor-${crypto.randomUUID()}`);
  const body = new TextEncoder().encode("written by doctor, and removed by it");
  const written = await attempt("write", address, async () => {
    await putNewObject(wire, key, body, {});
    return ok("write", "allowed");
  });
  if (written.state !== "ok") return [written];
  const findings = [
    written,
    await attempt("read", address, async () => {
      const object = await getObject(wire, key, {});
      if (object?.bytes.toString() === body.toString()) return ok("read", "allowed, and gives what was written");
      return problem("read", "What was written does not come back", "Ask whoever runs the server; use another store");
    }),
    await attempt("conditional writes", address, async () => {
      return conditionFinding(address, store, await putNewObject(wire, key, body, {}));
    }),
    await attempt("encryption", address, () => encryptionFinding(wire, key)),
  ];
  return [...findings, await removed(wire, key, versioning)];
}

function conditionFinding({ singleWriter }: S3Address, store: string, ignored: boolean): Finding {
  const name = "conditional writes";
  if (!ignored) return ok(name, "honoured: of several runs one gets the next number");
  const found = "The server ignores If-None-Match";
  if (singleWriter) return warning(name, found, "You promise a single writer; two runs at once would lose a version");
  const sign = store.includes("?") ? "&" : "?";
  return problem(name, found, `Use another server, or promise that only one writes by ${sign}single_writer=true`);
}

async function encryptionFinding(wire: Wire, key: string): Promise<Finding> {
  const { sdk, common, address } = wire;
  const command = new sdk.HeadObjectCommand({ ...common, Key: key });
  const head = await wire.ask((client, { signal }) => client.send(command, { abortSignal: signal }), {});
  const { ServerSideEncryption: kind, SSEKMSKeyId: keyId } = head;
  if (kind !== undefined) return ok("encryption", keyId === undefined ? kind : `${kind} with the key ${keyId}`);
  if (address.endpoint?.startsWith("http:")) return ok("encryption", "none");
  return warning(
    "encryption",
    "What is written is not encrypted",
    "Add sse=AES256 to the address, or give the bucket a default",
  );
}

async function removed(
  wire: Wire,
  key: string,
  versioning: BucketVersioningStatus | "unknown" | undefined,
): Promise<Finding> {
  try {
    await removeObjects(wire, [key], {});
    if (versioning === "Enabled") await removeVersions(wire, key);
    return ok("remove", "allowed");
  } catch (thrown) {
    const [found] = troubleOf(wire.address, thrown);
    return warning("remove", found, `Runs need it not, but gc and purge do; "${key}" was left behind`);
  }
}

async function removeVersions({ sdk, common, client }: Wire, key: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new sdk.ListObjectVersionsCommand({ ...common, Prefix: key }),
  );
  for (const { VersionId } of [...Versions, ...DeleteMarkers]) {
    if (VersionId !== undefined) await client.send(new sdk.DeleteObjectCommand({ ...common, Key: key, VersionId }));
  }
}

async function versioningStatus(
  { sdk, common, client }: Wire,
): Promise<BucketVersioningStatus | "unknown" | undefined> {
  try {
    return (await client.send(new sdk.GetBucketVersioningCommand({ Bucket: common.Bucket }))).Status;
  } catch (thrown) {
    if (refusalOf(thrown) === undefined) throw thrown;
    return "unknown"; // a right that nothing else needs
  }
}

function versioningFinding(status: BucketVersioningStatus | "unknown" | undefined): Finding[] {
  if (status === "unknown") return [ok("versioning", "not known: these credentials may not ask")];
  if (status !== "Enabled") return [ok("versioning", "off")];
  const mend = "Let a lifecycle rule end versions that are no longer current";
  return [warning("versioning", "on: what gc and purge remove stays in the bucket as an old version", mend)];
}
