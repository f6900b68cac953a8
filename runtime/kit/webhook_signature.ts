// Signatures as https://www.standardwebhooks.com has them: HMAC-SHA256 over id, time and body.
import { createHmac } from "node:crypto";

const prefix = "whsec_";

/** The bytes of a secret `whsec_<base64>`; `undefined` when it is none, or has fewer than 24 bytes or more than 64. */
export function secretBytes(secret: string): Uint8Array | undefined {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : "";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  return bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
}

/** The headers of a message. Each secret signs it, so that receivers can change from one to the next. */
export function signedHeaders(
  id: string,
  unix: number,
  body: Uint8Array,
  secrets: readonly Uint8Array[],
): { readonly [header: string]: string } {
  const time = String(unix);
  const signatures = secrets.map((secret) => (
    `v1,${createHmac("sha256", secret).update(`${id}.${time}.`).update(body).digest("base64")}`
  ));
  return {
    "webhook-id": id,
    "webhook-timestamp": time,
    ...(signatures.length === 0 ? {} : { "webhook-signature": signatures.join(" ") }),
  };
}
