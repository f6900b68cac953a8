// Internet addresses as numbers, and which of them are not on the open Internet.

/** `bits` is 32 for IPv4, 128 for IPv6. An IPv4 address that is written as IPv6 (`::ffff:…`) is an IPv4 address. */
export type Address = { readonly bits: 32 | 128; readonly value: bigint };

/** All addresses that begin with the first `prefix` bits of `value`. */
export type Network = Address & { readonly prefix: number };

/** Reads `127.0.0.1`, `::1` and `[::1]`; `undefined` for all else, also for IPv4 in odd spellings. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const value = bare.includes(":") ? valueOfIpv6(bare) : valueOfIpv4(bare);
  if (value === undefined) return undefined;
  if (!bare.includes(":")) return { bits: 32, value };
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

/** Reads `10.0.0.0/8`, or an address alone. */
export function parseNetwork(text: string): Network | undefined {
  const [, start = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(start);
  if (address === undefined) return undefined;
  const prefix = length === undefined ? address.bits : Number(length);
  return prefix <= address.bits ? { ...address, prefix } : undefined;
}

export function isWithin({ bits, value }: Address, network: Network): boolean {
  const rest = BigInt(network.bits - network.prefix);
  return bits === network.bits && value >> rest === network.value >> rest;
}

export function isSameAddress(left: Address, right: Address): boolean {
  return left.bits === right.bits && left.value === right.value;
}

/** As systems take it: `1.2.3.4`, or eight groups of hexadecimal digits. */
export function textOf({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => value >> shift & 0xffn).join(".");
  return Array.from({ length: 8 }, (_, at) => (value >> BigInt(112 - 16 * at) & 0xffffn).toString(16)).join(":");
}

/** Where clouds tell their machines who they are, and with which keys. */
export function isMetadata(address: Address): boolean {
  return metadata.some((one) => isSameAddress(one, address));
}

/** What an address is, if it is not one of the open Internet, such as `loopback` or `private`. */
export function specialUse(address: Address): string | undefined {
  if (isMetadata(address)) return "metadata";
  const named = special.find(([network]) => isWithin(address, network))?.[1];
  if (named !== undefined || address.bits === 32) return named;
  if (isWithin(address, translated)) return specialUse({ bits: 32, value: address.value & 0xffff_ffffn });
  return isWithin(address, global) ? undefined : "reserved";
}

function known(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new TypeError(`Cannot read the network "${text}"`);
  return network;
}

/** All of IPv6 that is given out. */
const global = known("2000::/3");

/** NAT64: an IPv4 address is in the last 32 bits. */
const translated = known("64:ff9b::/96");

const metadata: readonly Network[] = [
  "169.254.169.254", // Amazon, Google, Azure and most others
  "169.254.170.2", // Amazon's containers
  "169.254.170.23",
  "100.100.100.200", // Alibaba
  "192.0.0.192", // Oracle
  "168.63.129.16", // Azure, an address of the open Internet but for this
  "fd00:ec2::254", // Amazon
  "fd00:ec2::23",
  "fd20:ce::254", // Google
].map(known);

/** After the registries of special-purpose addresses of IANA. */
const special: readonly (readonly [Network, string])[] = ([
  ["0.0.0.0/8", "unspecified"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "shared"],
  ["127.0.0.0/8", "loopback"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "6to4"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmark"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
  ["::/128", "unspecified"],
  ["::1/128", "loopback"],
  ["fc00::/7", "private"],
  ["fe80::/10", "link-local"],
  ["fec0::/10", "private"],
  ["ff00::/8", "multicast"],
  ["2001::/23", "reserved"],
  ["2001:db8::/32", "documentation"],
  ["2002::/16", "6to4"],
  ["3fff::/20", "documentation"],
] as const).map(([text, use]) => [known(text), use]);

function valueOfIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value << 8n | BigInt(part);
  }
  return value;
}

function valueOfIpv6(text: string): bigint | undefined {
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return undefined;
  const [left = "", right] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const before = groupsOf(left);
  const after = groupsOf(right ?? "");
  const zeros = new Array<bigint>(8 - before.length - after.length).fill(0n);
  return [...before, ...zeros, ...after].reduce((value, group) => value << 16n | group, 0n);
}

function groupsOf(text: string): bigint[] {
  return text === "" ? [] : text.split(":").map((group) => BigInt(`0x${group}`));
}
