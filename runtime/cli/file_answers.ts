// Answers of a web server that only gives files: whole, in part, or that they are as they were.

/** A file as it is served. */
export type ServedFile = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** In quotes. */
  readonly etag: string;
};

export function answerWith(request: Request, file: ServedFile | undefined): Response {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response("Only GET and HEAD\n", { status: 405, headers: { allow: "GET, HEAD" } });
  }
  if (file === undefined) return new Response("There is no such picture\n", { status: 404 });
  const { bytes, type, etag } = file;
  const headers = { etag, "accept-ranges": "bytes", "content-type": type };
  if (isUnchanged(request.headers, file)) return new Response(null, { status: 304, headers });
  const range = rangeOf(request.headers, file);
  if (range === undefined) return body(request, bytes, { headers });
  if (range === "none") {
    return new Response(null, { status: 416, headers: { ...headers, "content-range": `bytes */${bytes.length}` } });
  }
  const [first, last] = range;
  const contentRange = { "content-range": `bytes ${first}-${last}/${bytes.length}` };
  return body(request, bytes.subarray(first, last + 1), { status: 206, headers: { ...headers, ...contentRange } });
}

function body({ method }: Request, bytes: Uint8Array<ArrayBuffer>, init: ResponseInit): Response {
  if (method === "GET") return new Response(bytes, init);
  return new Response(null, { ...init, headers: { ...init.headers, "content-length": String(bytes.length) } });
}

function isUnchanged(headers: Headers, { etag }: ServedFile): boolean {
  const tags = headers.get("if-none-match")?.split(",") ?? [];
  return tags.some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

/** The first and the last byte that are asked for; `undefined` for all of it, `none` when there are no such bytes. */
function rangeOf(headers: Headers, { bytes: { length }, etag }: ServedFile) {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get("range") ?? "") ?? [];
  const condition = headers.get("if-range");
  if (from === "" && to === "") return undefined;
  if (condition !== null && condition !== etag) return undefined;
  const first = from === "" ? Math.max(0, length - Number(to)) : Number(from);
  const last = from === "" || to === "" ? length - 1 : Math.min(Number(to), length - 1);
  return first > last ? "none" as const : [first, last] as const;
}
