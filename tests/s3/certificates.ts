// Certificates for tests, made when they are needed: signed by themselves, for a day.
import { generateKeyPairSync, sign, X509Certificate } from "node:crypto";

export type Certificate = { readonly cert: string; readonly key: string };

/** For a server with these names. Dates are in milliseconds since 1970. */
export function makeCertificate(
  names: readonly string[],
  from = Date.now() - 3_600_000,
  to = Date.now() + 86_400_000,
): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from(`test ${crypto.randomUUID()}`)))));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))), // version 3
    tagged(0x02, Buffer.from([1])), // its number
    ecdsaWithSha256,
    issuer,
    sequence(time(from), time(to)),
    issuer,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(sequence(alternativeNames, tagged(0x04, sequence(...names.map(nameOf)))))),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature));
  return {
    cert: new X509Certificate(whole).toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

const commonName = tagged(0x06, Buffer.from([0x55, 4, 3]));
const alternativeNames = tagged(0x06, Buffer.from([0x55, 29, 17]));
const ecdsaWithSha256 = sequence(tagged(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2])));

/** DER: a tag, how long what follows is, and what follows. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : [tag, ...long]), body]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

function time(ms: number): Buffer {
  return tagged(0x17, Buffer.from(new Date(ms).toISOString().replace(/^..|[-T:]|\.\d+/g, "")));
}

function nameOf(name: string): Buffer {
  const isAddress = /^\d+(\.\d+){3}$/.test(name);
  return isAddress ? tagged(0x87, Buffer.from(name.split(".").map(Number))) : tagged(0x82, Buffer.from(name));
}
