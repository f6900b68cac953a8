// Whether a server does what every number of a version depends on.
import type { S3Connection } from "./client.ts";
import { refusalOf } from "./refusals.ts";

const text = "Whether the server honours conditional writes was found out by writing this twice.\n";

/** Writes `key` with `If-None-Match: *`, twice if need be: a server that honours the condition refuses the second. */
export async function honoursConditions(connection: S3Connection, key: string): Promise<boolean> {
  const body = new TextEncoder().encode(text);
  try {
    const refused = !await connection.putNew(key, body);
    return refused || !await connection.putNew(key, body);
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    if (refusalOf(cause)?.kind === "unsupported") return false;
    throw thrown;
  }
}
