// Where credentials were looked for, when there are none.
import { messageOf } from "../contract/errors.ts";
import type { Environment } from "./address.ts";

/** What the SDK says on its way from place to place. */
export type SearchLog = {
  debug(line: unknown): void;
  info(): void;
  warn(): void;
  error(): void;
};

export interface CredentialSearch {
  /** For the SDK, which is quiet otherwise. */
  readonly log: SearchLog;
  /** Throws an error that `refusalOf()` knows when `find` finds no credentials. */
  run(find: () => Promise<unknown>): Promise<void>;
}

/** What each place says when it holds nothing, which is no news. */
const usual = [
  "Not found in",
  "not set in env",
  "Unable to find environment variable",
  "kipping",
  "Could not resolve credentials using profile",
  "could not be found in shared",
  "did not contain credential_process",
  "Web identity configuration not specified",
  "Could not load credentials from any",
];
const mostNews = 3;

export function createCredentialSearch(env: Environment): CredentialSearch {
  const news = new Set<string>();
  const note = (text: string) => {
    if (news.size < mostNews && !usual.some((part) => text.includes(part))) news.add(inOurWords(text));
  };
  return {
    log: {
      debug(line) {
        const [, text] = /^@smithy\/property-provider \S+ ([^]+)$/.exec(String(line)) ?? [];
        if (text !== undefined) note(text);
      },
      info() {},
      warn() {},
      error() {},
    },
    async run(find) {
      try {
        await find();
      } catch (cause) {
        note(messageOf(cause));
        throw notFound([placesText(env), ...news].join(": "), cause);
      }
    },
  };
}

function notFound(said: string, cause: unknown): Error {
  return Object.assign(new TypeError(said, { cause }), { name: "CredentialsProviderError" });
}

function inOurWords(text: string): string {
  if (text.startsWith("Requires run access")) {
    return "the profile starts a program by `credential_process`, which is not permitted here, so start it before and " +
      "set what it says, as `aws configure export-credentials --format env` shows it";
  }
  return text.replace(/^Error: /, "").replaceAll(/\s*[\n;]\s*/g, ", ");
}

/** Such as `not in AWS_ACCESS_KEY_ID, not under [default] in ~/.aws/credentials or ~/.aws/config, …`. */
function placesText(env: Environment): string {
  const { AWS_PROFILE, AWS_WEB_IDENTITY_TOKEN_FILE } = env;
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE || "~/.aws/credentials";
  const config = env.AWS_CONFIG_FILE || "~/.aws/config";
  const container = env.AWS_CONTAINER_CREDENTIALS_FULL_URI || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  const isAlone = env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === "true";
  return [
    ...(AWS_PROFILE ? [] : ["not in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"]),
    `not in the profile "${AWS_PROFILE || "default"}" of ${credentials} or ${config}`,
    ...(AWS_WEB_IDENTITY_TOKEN_FILE ? [`not by ${AWS_WEB_IDENTITY_TOKEN_FILE}`] : []),
    ...(container ? [`not from ${container}`] : isAlone ? [] : ["not from a role of this machine"]),
  ].join(", ");
}
