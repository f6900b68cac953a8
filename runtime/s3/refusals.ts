// What the refusal of an S3 server, or of the way to it, means, and the way out.
import { FramewrightError, messageOf, StoreError, TransientError } from "../contract/errors.ts";
import { type S3Address, s3Place } from "./address.ts";

export type RefusalKind =
  /** There is no such object. */
  | "missing"
  | "no_bucket"
  /** A condition of the request does not hold, such as `If-None-Match: *`. */
  | "condition"
  /** Two requests for one key met. */
  | "conflict"
  | "denied"
  /** No credentials were found at all. */
  | "no_credentials"
  | "expired"
  | "unknown_key"
  | "signature"
  | "clock"
  | "region"
  | "certificate"
  /** The key to encrypt by, or encryption at all. */
  | "encryption"
  | "throttled"
  | "unavailable"
  | "full"
  | "too_large"
  | "unsupported"
  | "other";

export type Refusal = {
  readonly kind: RefusalKind;
  /** True when the same request may succeed a little later. */
  readonly passing: boolean;
  /** In the words of whoever refused, on one line. */
  readonly said: string;
  /** The server's word, such as `NoSuchKey`; empty when it did not answer. */
  readonly code: string;
  readonly status?: number;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
};

const kindByCode: Readonly<Record<string, RefusalKind>> = {
  NoSuchKey: "missing",
  NotFound: "missing",
  NoSuchBucket: "no_bucket",
  PreconditionFailed: "condition",
  ConditionalRequestConflict: "conflict",
  OperationAborted: "conflict",
  AccessDenied: "denied",
  AllAccessDisabled: "denied",
  AccountProblem: "denied",
  ExpiredToken: "expired",
  ExpiredTokenException: "expired",
  TokenRefreshRequired: "expired",
  RequestExpired: "expired",
  InvalidAccessKeyId: "unknown_key",
  InvalidClientTokenId: "unknown_key",
  InvalidToken: "unknown_key",
  SignatureDoesNotMatch: "signature",
  RequestTimeTooSkewed: "clock",
  PermanentRedirect: "region",
  TemporaryRedirect: "region",
  AuthorizationHeaderMalformed: "region",
  IllegalLocationConstraintException: "region",
  SlowDown: "throttled",
  SlowDownRead: "throttled",
  SlowDownWrite: "throttled",
  TooManyRequests: "throttled",
  TooManyRequestsException: "throttled",
  RequestLimitExceeded: "throttled",
  BandwidthLimitExceeded: "throttled",
  RequestTimeout: "unavailable",
  IncompleteBody: "unavailable",
  BadDigest: "unavailable",
  XAmzContentSHA256Mismatch: "unavailable",
  QuotaExceeded: "full",
  XMinioStorageFull: "full",
  EntityTooLarge: "too_large",
  NotImplemented: "unsupported",
  MethodNotAllowed: "unsupported",
};

const kindByStatus: Readonly<Record<number, RefusalKind>> = {
  301: "region",
  307: "region",
  403: "denied",
  404: "missing",
  405: "unsupported",
  408: "unavailable",
  409: "conflict",
  412: "condition",
  425: "unavailable",
  429: "throttled",
  501: "unsupported",
  503: "throttled",
  507: "full",
};

/** The client sets its clock by what the server says the time is, so that the next try is signed with the right one. */
const passingKinds: readonly RefusalKind[] = ["conflict", "throttled", "unavailable", "clock"];

/** What the client's SDK throws on its way; all of it is optional. */
type Thrown = {
  readonly name?: string;
  readonly Code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>>; readonly statusCode?: number };
};

/** What was thrown by a request; `undefined` when it is no refusal: an error of ours, a stop, a bug. */
export function refusalOf(thrown: unknown): Refusal | undefined {
  if (thrown instanceof TransientError) {
    return passing("unavailable", thrown.message.replace(/^Cannot .*?: /, ""), "", thrown.retryAfterMs);
  }
  if (thrown instanceof FramewrightError || !(thrown instanceof Error) || thrown.name === "AbortError") {
    return undefined;
  }
  if (thrown instanceof Deno.errors.NotCapable) return undefined;
  // The SDK's errors carry more than its types say at this point.
  const { Code, $metadata, $response } = thrown as Thrown;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  const code = Code ?? thrown.name;
  if (/ProviderError$/.test(code)) {
    return { kind: "no_credentials", passing: false, said: messageOf(thrown), code };
  }
  if (status === undefined) return unreached(thrown);
  if (isCutShort(thrown, status)) return passing("unavailable", "its answer was cut short or garbled", code);
  const kind = isAboutEncryption(code, messageOf(thrown)) ? "encryption" : kindOf(code, status);
  const retryAfterMs = waitOf($response?.headers?.["retry-after"]);
  return {
    kind,
    passing: passingKinds.includes(kind) || $metadata?.clockSkewCorrected === true,
    said: saidBy(code, status, messageOf(thrown)),
    code,
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function isAboutEncryption(code: string, message: string): boolean {
  return code.startsWith("KMS.") || /kms-keyid|server side encryption/i.test(message);
}

function kindOf(code: string, status: number): RefusalKind {
  return kindByCode[code] ?? kindByStatus[status] ?? (status >= 500 ? "unavailable" : "other");
}

function passing(kind: RefusalKind, said: string, code: string, retryAfterMs?: number): Refusal {
  return { kind, passing: true, said, code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The answer began well, and then made no sense. */
function isCutShort(thrown: Error, status: number): boolean {
  return (status >= 200 && status < 300) || thrown instanceof SyntaxError;
}

/** Nothing came back: the network, the name, the certificate, or bytes that ended early. */
function unreached(thrown: Error): Refusal | undefined {
  const said = networkWords(messageOf(thrown.cause instanceof Error ? thrown.cause : thrown));
  if (/certificate|UnknownIssuer/i.test(said)) {
    return { kind: "certificate", passing: false, said: said.replaceAll("; ", ", "), code: "" };
  }
  const isNetwork = thrown.name === "TimeoutError" || isSystem(thrown) ||
    (thrown instanceof TypeError && /^(fetch failed|error (sending|reading))/i.test(thrown.message));
  return isNetwork ? passing("unavailable", said, "") : undefined;
}

/** Refused by the operating system, as the modules of Node have it. */
function isSystem(thrown: Error): boolean {
  return "code" in thrown && typeof thrown.code === "string" && /^E[A-Z]+$/.test(thrown.code);
}

/** The last part of a message such as `error sending request for url (…): client error (Connect): … refused`. */
function networkWords(message: string): string {
  return message.replace(/^error sending request.*?: client error \(\w+\): /, "")
    .replace(/^(tcp connect|connection|dns) error: /, "").replace(/ \(os error \d+\)/, "");
}

function saidBy(code: string, status: number, message: string): string {
  const words = message === "" || message === "UnknownError" || message === code ? "" : `: ${message}`;
  return /^(Error|UnknownError|Unknown|\d+)$/.test(code) ? `status ${status}${words}` : `${code}${words}`;
}

/** `Retry-After` in milliseconds: it says seconds, or a date. */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** What an action such as `write "refs/motogp/00000001"` ended with: a `TransientError` when it may work later, else a
 *  `StoreError`. */
export function s3Error(action: string, refusal: Refusal, address: S3Address, cause: unknown): FramewrightError {
  const message = `Cannot ${action}: ${reasonOf(refusal, address)}`;
  if (refusal.passing && refusal.kind !== "clock") return new TransientError(message, refusal.retryAfterMs, { cause });
  return new StoreError(failureOf(refusal.kind, action), message, { cause });
}

function failureOf(kind: RefusalKind, action: string) {
  if (kind === "missing" || kind === "full") return kind;
  if (kind === "denied" && !/^(read|look|list|find)/.test(action)) return "read_only";
  if (kind === "condition") return "conflict";
  return "unavailable";
}

/** The refusal in a sentence, with the way out. */
export function reasonOf({ kind, said, retryAfterMs }: Refusal, address: S3Address): string {
  const { encryption } = address;
  const place = s3Place(address);
  const server = address.endpoint ?? `AWS in ${address.region}`;
  const reasons: Readonly<Record<RefusalKind, string>> = {
    missing: `it is not in "${place}"`,
    no_bucket: `there is no bucket "${address.bucket}" at ${server}; make it, or mend the name`,
    condition: "somebody else has changed it meanwhile; run again",
    conflict: `others write it at the same time (${said}); run again`,
    denied: `the server denies it (${said}); these credentials need the rights to list, read and write "${place}"`,
    no_credentials:
      `no credentials were found (${said}); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE`,
    expired: `the credentials have expired (${said}); get new ones and run again`,
    unknown_key: `the server does not know these credentials (${said}); check AWS_ACCESS_KEY_ID or AWS_PROFILE`,
    signature: `the secret key does not fit the access key (${said}); check AWS_SECRET_ACCESS_KEY or AWS_PROFILE`,
    clock: `the clocks of this machine and of the server differ too much (${said}); set this machine's clock`,
    region: `the bucket is in another region than "${address.region}" (${said}); add ?region=… to the address`,
    certificate: `the certificate of ${server} ${certificateTrouble(said)}`,
    encryption: `the server cannot use ${keyText(encryption)} (${said}); check sse and kms_key in the address, ` +
      "and that these credentials may use the key",
    throttled: `${server} asks for fewer requests (${said})${waiting(retryAfterMs)}; run again later`,
    unavailable: `${server} cannot be reached or does not answer (${said}); check the network and run again`,
    full: `there is no room left (${said}); free some space or choose another store, then run again`,
    too_large: `it is larger than the server takes (${said})`,
    unsupported: `the server cannot do that (${said}); choose another one`,
    other: `the server refuses (${said})`,
  };
  return reasons[kind];
}

function keyText(encryption: S3Address["encryption"]): string {
  if (encryption?.kind === "aws:kms" && encryption.key !== undefined) return `the key "${encryption.key}"`;
  return encryption === undefined ? "the key that it is encrypted by" : encryption.kind;
}

function certificateTrouble(said: string): string {
  if (/NotValidForName|not valid for name/i.test(said)) {
    return `is for another name (${said}); mend the endpoint, or have the server's certificate made for this name`;
  }
  if (/expired|NotValidYet|not valid (yet|after|before)/i.test(said)) {
    return `is not valid now (${said}); have it renewed, or set this machine's clock`;
  }
  return `is signed by somebody unknown here (${said}); add ?ca=<file> with the certificate of who signs it to the ` +
    "address, or set DENO_TLS_CA_STORE=mozilla,system where this machine's own programs trust it";
}

function waiting(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? "" : ` and to wait ${Math.ceil(retryAfterMs / 1000)} s`;
}
