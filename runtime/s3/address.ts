// What a user calls a place in a bucket: `s3://bucket/prefix?region=…&endpoint=…`.
import { InputError } from "../contract/errors.ts";
import { didYouMean } from "../manifest/nearest.ts";

/** How the server encrypts what is written; the bucket decides when there is none. */
export type S3Encryption =
  | { readonly kind: "AES256" }
  /** The bucket's own key when there is no `key`. */
  | { readonly kind: "aws:kms"; readonly key?: string };

export type S3Address = {
  readonly bucket: string;
  /** No `/` at its ends; empty for the whole bucket. */
  readonly prefix: string;
  readonly region: string;
  /** `https://host:port`, or `http://` on this machine; that of AWS when absent. */
  readonly endpoint?: string;
  /** True for `endpoint/bucket/key`, false for `bucket.endpoint/key`. */
  readonly pathStyle: boolean;
  readonly encryption?: S3Encryption;
  readonly requesterPays: boolean;
  /** File with further certificates of those who sign certificates, in PEM. */
  readonly ca?: string;
  /** True when the user promises that nobody else writes below the prefix. */
  readonly singleWriter: boolean;
  /** How long nothing may be heard of a request, and how often it is tried again; absent where the address does not say. */
  readonly timeoutMs?: number;
  readonly retries?: number;
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The parameters of an address, with what each is for. */
export const s3Parameters = {
  region: "such as eu-central-1; AWS_REGION decides without it",
  endpoint: "of a server that is not AWS, such as https://minio.example.org:9000",
  path_style: "true for endpoint/bucket, false for bucket.endpoint; true without it where there is an endpoint",
  sse: "AES256 or aws:kms: how the server encrypts what is written; the bucket decides without it",
  kms_key: "the key for sse=aws:kms",
  requester_pays: "true to pay for requests to a bucket of somebody else",
  ca: "a file with the certificates (PEM) that the server's is signed by; AWS_CA_BUNDLE decides without it",
  single_writer: "true where the server knows no conditional writes and nobody else writes here",
  timeout: "seconds without a word from the server until a request is tried again; 30 without it",
  retries: "how often a request is tried again at most; 9 without it",
} as const;

type Parameter = keyof typeof s3Parameters;
type Parameters = ReadonlyMap<Parameter, string>;

const bucketPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/;
const longestPrefix = 512;
const secretName = /secret|access|password|token|credential/i;

/** The address of a bucket, or of what starts with a prefix in it. `env` says what the text leaves open: AWS_REGION,
 *  AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_CA_BUNDLE. `InputError` says what is wrong. */
export function parseS3Address(text: string, env: Environment = Deno.env.toObject()): S3Address {
  try {
    return addressIn(text, env);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    throw new InputError(`Cannot use the address "${withoutCredentials(text)}": ${thrown.message}`);
  }
}

/** `s3://bucket/prefix`, for messages. */
export function s3Place({ bucket, prefix }: Pick<S3Address, "bucket" | "prefix">): string {
  return prefix === "" ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
}

function addressIn(text: string, env: Environment): S3Address {
  const [, bucket = "", prefix = "", query = ""] = /^s3:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is.exec(text) ?? [];
  const given = parametersIn(query);
  const endpoint = endpointOf(given.get("endpoint") ?? firstOf(env, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"));
  const encryption = encryptionOf(given);
  const ca = given.get("ca") ?? firstOf(env, "AWS_CA_BUNDLE");
  const timeout = numberOf(given, "timeout", 0.1, 600);
  const retries = numberOf(given, "retries", 0, 100);
  return {
    bucket: checkedBucket(bucket),
    prefix: checkedPrefix(prefix),
    region: given.get("region") ?? firstOf(env, "AWS_REGION", "AWS_DEFAULT_REGION") ?? "us-east-1",
    pathStyle: switchOf(given, "path_style") ?? endpoint !== undefined,
    requesterPays: switchOf(given, "requester_pays") ?? false,
    singleWriter: switchOf(given, "single_writer") ?? false,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(encryption === undefined ? {} : { encryption }),
    ...(ca === undefined ? {} : { ca }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(retries === undefined ? {} : { retries: Math.floor(retries) }),
  };
}

/** What `parseS3Address()` puts behind the address. */
function wrong(reason: string): SyntaxError {
  return new SyntaxError(reason);
}

function withoutCredentials(text: string): string {
  return text.replaceAll(/(:\/\/)[^/?@]*@/g, "$1…@")
    .replaceAll(/([?&])([^=&]*)=[^&]*/g, (pair, mark, name) => secretName.test(name) ? `${mark}${name}=…` : pair);
}

function checkedBucket(bucket: string): string {
  if (bucket.includes("@")) {
    throw wrong(
      "keys do not belong into an address; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    );
  }
  if (bucketPattern.test(bucket)) return bucket;
  throw wrong(
    bucket === ""
      ? "it names no bucket, as s3://bucket/prefix does"
      : `"${bucket}" is no bucket: a name has 3 to 63 letters, digits, dots and hyphens`,
  );
}

function checkedPrefix(text: string): string {
  const prefix = text.replace(/^\/+|\/+$/g, "");
  const parts = prefix.split("/");
  if (prefix !== "" && parts.some((part) => part === "" || part === "." || part === "..")) {
    throw wrong(`the prefix "${prefix}" has a part that is empty, "." or ".."`);
  }
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(prefix) || !prefix.isWellFormed()) {
    throw wrong("its prefix holds characters that cannot be shown");
  }
  if (new TextEncoder().encode(prefix).length <= longestPrefix) return prefix;
  throw wrong(`its prefix is longer than ${longestPrefix} bytes`);
}

function parametersIn(query: string): Parameters {
  const parameters = new Map<Parameter, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!isParameter(name)) throw wrong(unknown(name));
    if (value === "") throw wrong(`\`${name}\` has no value`);
    if (parameters.has(name)) throw wrong(`\`${name}\` is given twice`);
    parameters.set(name, value);
  }
  return parameters;
}

function isParameter(name: string): name is Parameter {
  return Object.hasOwn(s3Parameters, name);
}

function unknown(name: string): string {
  if (secretName.test(name)) {
    return "keys do not belong into an address; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE";
  }
  const names = Object.keys(s3Parameters);
  return `\`${name}\` is no parameter. ${didYouMean(name, names) ?? `Those are ${names.join(", ")}`}`;
}

function switchOf(given: Parameters, name: Parameter): boolean | undefined {
  const value = given.get(name);
  if (value === undefined || value === "true") return value === undefined ? undefined : true;
  if (value === "false") return false;
  throw wrong(`\`${name}\` is "${value}", and must be true or false`);
}

function numberOf(given: Parameters, name: Parameter, least: number, most: number): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw wrong(`\`${name}\` is "${text}", and must be a number from ${least} to ${most}`);
}

function encryptionOf(given: Parameters): S3Encryption | undefined {
  const key = given.get("kms_key");
  const kind = given.get("sse") ?? (key === undefined ? undefined : "aws:kms");
  if (kind === undefined) return undefined;
  if (kind === "aws:kms") return key === undefined ? { kind } : { kind, key };
  if (kind !== "AES256") throw wrong(`\`sse\` is "${kind}", and must be AES256 or aws:kms`);
  if (key !== undefined) throw wrong("`kms_key` belongs to sse=aws:kms, not to sse=AES256");
  return { kind };
}

function firstOf(env: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}

function endpointOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw wrong(`the endpoint "${text}" is no address, such as https://minio.example.org:9000`);
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw wrong(
      "keys do not belong into an endpoint; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    );
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw wrong(`the endpoint "${text}" has more than a host and a port`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw wrong(`the endpoint "${text}" is not encrypted; http:// is for this machine only, use https://`);
  }
  return url.origin;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
