// Where a sequence of records is cut into shards. The keys decide, so that equal neighbourhoods give equal shards.

/** Records in a shard on average, and at most. */
export const meanShard = 256;
export const maxShard = 2048;

/** True when a shard ends after this key. */
export function endsShard(key: string, recordsSoFar: number): boolean {
  return recordsSoFar >= maxShard || hashOf(key) % meanShard === 0;
}

/** FNV-1a over the code units, mixed so that the low bits depend on all of them. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
