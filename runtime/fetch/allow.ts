// What may be reached although it is not on the open Internet.
import { InputError } from "../contract/errors.ts";
import { type Address, isMetadata, isWithin, type Network, parseNetwork } from "./addresses.ts";

export interface AllowList {
  /** True for a host that is named, and for addresses in networks that are named. Addresses where clouds hand out keys
   *  must be named themselves. */
  has(hostname: string, address: Address): boolean;
}

const read = new WeakMap<readonly string[], AllowList>();

/** Throws `InputError` for an entry that is neither a host nor an address nor a network. */
export function allowListOf(entries: readonly string[]): AllowList {
  const list = read.get(entries) ?? readAllowList(entries);
  read.set(entries, list);
  return list;
}

function readAllowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>();
  const networks: Network[] = [];
  for (const entry of entries) {
    const network = parseNetwork(entry);
    if (network !== undefined) networks.push(network);
    else if (/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(entry)) hosts.add(plainName(entry));
    else throw new InputError(`Cannot allow "${entry}": it is no host, no address and no network such as 10.1.0.0/16`);
  }
  return {
    has(hostname, address) {
      const fitting = networks.filter((network) => isWithin(address, network));
      if (isMetadata(address)) return fitting.some(({ bits, prefix }) => bits === prefix);
      return fitting.length > 0 || hosts.has(plainName(hostname));
    },
  };
}

function plainName(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, "");
}
