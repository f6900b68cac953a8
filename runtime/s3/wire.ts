// What all requests to one bucket have in common.
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { resolve } from "node:path";
import { InputError, messageOf } from "../contract/errors.ts";
import type { Environment, S3Address } from "./address.ts";
import { createCredentialSearch } from "./credentials.ts";
import { createRetry, type Retry, type RetryDeps, type S3Limits } from "./retry.ts";
import { createTransport } from "./transport.ts";
import { type Watch, watched } from "./watch.ts";

export type Sdk = typeof import("@aws-sdk/client-s3");

/** One try of a request, under a watch. `bytes` is how much goes up. */
export type Ask = <T>(
  work: (client: S3Client, watch: Watch) => Promise<T>,
  options: { readonly signal?: AbortSignal | undefined; readonly bytes?: number },
) => Promise<T>;

export type Wire = {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly address: S3Address;
  readonly limits: S3Limits;
  readonly ask: Ask;
  readonly retry: Retry;
  readonly unique: () => string;
  /** For every request. */
  readonly common: Pick<ConstructorParameters<typeof GetObjectCommand>[0], "Bucket" | "RequestPayer"> & {
    readonly Bucket: string;
  };
  /** For every request that makes an object. */
  readonly encrypting: { readonly ServerSideEncryption?: "AES256" | "aws:kms"; readonly SSEKMSKeyId?: string };
};

export type S3Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

export type WireDeps = RetryDeps & {
  readonly env: Environment;
  readonly unique: () => string;
  readonly credentials: (() => Promise<S3Credentials>) | undefined;
};

/** Bytes that an upload takes a second for, at the slowest. */
const slowest = 64_000;

/** Loads the SDK, which takes 100 ms. `InputError` when the file with certificates cannot be read. */
export async function openWire(address: S3Address, deps: WireDeps): Promise<Wire> {
  const sdk = await import("@aws-sdk/client-s3");
  const { region, endpoint, pathStyle, bucket, requesterPays } = address;
  // The SDK's own type knows signals of its own, which are never given.
  const transport: Record<string, unknown> = { ...createTransport(certificatesFor(address, deps.env)) };
  const search = createCredentialSearch(deps.env);
  const client = new sdk.S3Client({
    region,
    forcePathStyle: pathStyle,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 1, // trying again is ours, since it must cover bodies as well
    requestHandler: transport,
    logger: search.log,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(deps.credentials === undefined ? {} : { credentials: deps.credentials }),
  });
  // The client keeps them until they expire. Their troubles are others than those of the request.
  client.middlewareStack.add((next) => async (args) => {
    await search.run(() => client.config.credentials());
    return await next(args);
  }, { step: "initialize", name: "credentials" });
  return {
    sdk,
    client,
    address,
    limits: deps.limits,
    retry: createRetry(address, deps),
    unique: deps.unique,
    ask: (work, { signal, bytes = 0 }) => {
      const extraMs = bytes * 1000 / slowest;
      return watched({ silenceMs: deps.limits.silenceMs, extraMs, signal }, (watch) => work(client, watch));
    },
    common: { Bucket: bucket, ...(requesterPays ? { RequestPayer: "requester" } : {}) },
    encrypting: encryptionOf(address),
  };
}

function encryptionOf({ encryption }: S3Address): Wire["encrypting"] {
  if (encryption === undefined) return {};
  const key = encryption.kind === "aws:kms" ? encryption.key : undefined;
  return { ServerSideEncryption: encryption.kind, ...(key === undefined ? {} : { SSEKMSKeyId: key }) };
}

/** Paths start where the user stands, which is not where `deno task` runs. */
function certificatesFor({ ca }: S3Address, { NODE_EXTRA_CA_CERTS, INIT_CWD }: Environment): readonly string[] {
  return [ca, NODE_EXTRA_CA_CERTS || undefined].filter((path) => path !== undefined)
    .map((path) => certificatesIn(resolve(INIT_CWD ?? "", path)));
}

function certificatesIn(path: string): string {
  const text = textOf(path);
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new InputError(`Cannot use the certificates "${path}": the file holds none in PEM`);
  }
  try {
    createTransport([text]).destroy();
    return text;
  } catch (cause) {
    throw new InputError(`Cannot use the certificates "${path}": ${messageOf(cause)}`, [], { cause });
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new InputError(`Cannot read the certificates "${path}": ${messageOf(cause)}`, [], { cause });
  }
}
