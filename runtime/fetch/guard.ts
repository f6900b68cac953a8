// Which addresses a URL may be read from: its host is looked up here, and what is connected to later are the addresses
// that were looked at, so that a name cannot lead elsewhere a moment later.
import { lookup as systemLookup } from "node:dns/promises";
import { type Address, parseAddress, specialUse, textOf } from "./addresses.ts";
import { allowListOf } from "./allow.ts";
import { codeOf, troubleWith } from "./trouble.ts";

/** All addresses of a host, as text. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** `asked` is the URL that messages name: redirects may have led on from there. */
export type Guard = (url: URL, allow: readonly string[], asked: string) => Promise<readonly string[]>;

/** Milliseconds for which the addresses of a host are remembered, and of how many hosts. */
const rememberedMs = 60_000;
const remembered = 10_000;

/** The addresses of a URL's host that may be reached, best first. Throws `ItemError` (`forbidden_address`, `dns`) when
 *  there is none. */
export function createGuard(
  { lookup = bySystem, now }: { readonly lookup?: Lookup; readonly now: () => number },
): Guard {
  const known = createMemory(lookup, now);
  return async (url, allow, asked) => {
    const list = allowListOf(allow);
    const addresses = await addressesOf(url, known, asked);
    const allowed = addresses.filter((address) => specialUse(address) === undefined || list.has(url.hostname, address));
    if (allowed.length > 0) return allowed.map(textOf);
    const uses = [...new Set(addresses.map(specialUse))].sort().join(", ");
    const what = `its host is at an address that is not on the open Internet (${uses}), and is not allowed`;
    throw troubleWith(asked, { code: "forbidden_address", what });
  };
}

async function addressesOf(url: URL, known: Lookup, asked: string): Promise<readonly Address[]> {
  const literal = parseAddress(url.hostname);
  if (literal !== undefined) return [literal];
  try {
    const found = (await known(url.hostname)).flatMap((text) => parseAddress(text) ?? []);
    if (found.length > 0) return found;
  } catch (cause) {
    const passing = /AGAIN|TIMEOUT|SERVFAIL|temporary/i.test(`${codeOf(cause)} ${cause}`);
    const what = passing ? "its host cannot be looked up now" : "its host is not known";
    throw troubleWith(asked, { code: "dns", what, passing, cause });
  }
  throw troubleWith(asked, { code: "dns", what: "its host has no address" });
}

async function bySystem(hostname: string): Promise<readonly string[]> {
  return (await systemLookup(hostname, { all: true })).map(({ address }) => address);
}

function createMemory(lookup: Lookup, now: () => number): Lookup {
  const known = new Map<string, { readonly until: number; readonly addresses: Promise<readonly string[]> }>();
  return (hostname) => {
    const before = known.get(hostname);
    if (before !== undefined && before.until > now()) return before.addresses;
    if (known.size >= remembered) known.clear();
    const addresses = lookup(hostname);
    known.set(hostname, { until: now() + rememberedMs, addresses });
    addresses.catch(() => known.delete(hostname));
    return addresses;
  };
}
