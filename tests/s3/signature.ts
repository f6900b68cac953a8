// Signs a request for S3 (Signature Version 4), for tests that must not use the client under test.
import { createHash, createHmac } from "node:crypto";

export type Credentials = { readonly id: string; readonly secret: string; readonly region: string };

/** The headers of a request, its signature included. `target` is the path with its query, encoded already. */
export function signedHeaders(
  method: string,
  target: string,
  headers: ReadonlyMap<string, string>,
  { id, secret, region }: Credentials,
  now: Date,
): ReadonlyMap<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const all = new Map([...headers, ["x-amz-date", time], ["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]]);
  const names = [...all.keys()].sort();
  const [path = "", query = ""] = target.split("?");
  const request = [
    method,
    path,
    query.split("&").filter((part) => part !== "").map((part) => part.includes("=") ? part : `${part}=`).sort().join(
      "&",
    ),
    ...names.map((name) => `${name}:${all.get(name)}`),
    "",
    names.join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(request).digest("hex")].join("\n");
  const key = scope.split("/").reduce<string | Uint8Array>(
    (made, part) => createHmac("sha256", made).update(part).digest(),
    `AWS4${secret}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const credential = `Credential=${id}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return all.set("authorization", `AWS4-HMAC-SHA256 ${credential}`);
}
