// The second part of a verification: every line of a version, each chunk read once over all versions.
import type { BlobRef } from "../contract/image.ts";
import { canonicalJson, compareUtf8, type Digest } from "../contract/json.ts";
import type { LedgerLine, SourceRecord } from "../contract/item.ts";
import type { Counts, ShardRow } from "../contract/version.ts";
import { chunkKeyOf } from "../store/chunks.ts";
import type { DatasetStorage } from "../store/open.ts";
import { type Entry, entryOf } from "./entry.ts";
import { entryOfLine } from "./exporting.ts";
import type { Findings } from "./findings.ts";
import { countsOf, sumCounts } from "./ledger.ts";
import { checkDamage, checkNonsense, damageOf, type NumberedVersion } from "./verify_refs.ts";

/** What a chunk's lines are. */
type Role = "records" | "entries" | "ledger" | "files" | "plain";

/** What is known of a chunk that was read. `wrong` when its lines are not what they should be. */
type Facts = {
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
  readonly items: number;
  readonly counts?: string;
  readonly wrong?: string;
};

export type ChunkChecks = {
  readonly storage: DatasetStorage;
  readonly findings: Findings;
  /** By role and digest. */
  readonly known: Map<string, Facts | "damaged">;
  readonly signal: AbortSignal;
  readonly onChunk: () => void;
};

/** Reads all chunks of a version that were not read before, checks what they say against each other, and gives the blobs
 *  that they name. */
export async function* checkChunks(checks: ChunkChecks, version: NumberedVersion): AsyncGenerator<BlobRef> {
  yield* checkShards(checks, version);
  yield* checkFiles(checks, version);
  for (const [id, list] of Object.entries(version.version.notes)) {
    for (const digest of await listed(checks, version, list, `notes of ${id}`)) {
      yield* checkChunk(checks, version, digest, "plain", `notes of ${id}`);
    }
  }
}

async function* checkShards(checks: ChunkChecks, version: NumberedVersion): AsyncGenerator<BlobRef> {
  const { version: { counts, shards, columns } } = version;
  let sum = sumCounts([]);
  let last: string | undefined;
  let isWhole = true;
  for (const digest of await listed(checks, version, shards, "table of shards")) {
    const lines = await linesOf(checks, version, digest, "table of shards");
    isWhole &&= lines !== undefined;
    for (const line of lines ?? []) {
      const row: ShardRow = JSON.parse(line);
      if (last !== undefined && compareUtf8(last, row.first) >= 0) wrong(checks, version, digest, "its keys go back");
      last = row.last;
      sum = sumCounts([sum, row.counts]);
      if (row.cells.length !== columns.length) {
        wrong(checks, version, digest, "a shard has not as many cells as stages");
      }
      for (const [index, cell] of row.cells.entries()) {
        const name = columns[index]?.name ?? "";
        const role = index === 0 ? "records" : index === columns.length - 1 ? "ledger" : "entries";
        const where = `${name} of ${row.first} to ${row.last}`;
        yield* checkChunk(checks, version, cell.digest, role, where);
        checkCell(checks, version, { role, row, index, where });
      }
    }
  }
  if (isWhole && checks.findings.has(chunkKeyOf(shards)) === false && textOf(sum) !== textOf(counts)) {
    const key = `versions/${version.dataset}/${version.id}.json`;
    checks.findings.add("counts", key, "its counts are not the sum of those of its shards");
    checks.findings.affects(key, { ...version, noun: "version" });
  }
}

function textOf(counts: Counts): string {
  return canonicalJson(counts);
}

type CellPlace = { readonly role: Role; readonly row: ShardRow; readonly index: number; readonly where: string };

/** Compares what a chunk holds with what the table of shards says of it. */
function checkCell(checks: ChunkChecks, version: NumberedVersion, { role, row, index, where }: CellPlace): void {
  const cell = row.cells[index];
  const facts = cell === undefined ? undefined : checks.known.get(`${role} ${cell.digest}`);
  if (cell === undefined || facts === undefined || facts === "damaged") return;
  const problem = facts.wrong ?? cellProblem(role, facts, row, cell.items);
  if (problem !== undefined) wrong(checks, version, cell.digest, problem, where);
}

function cellProblem(role: Role, facts: Facts, { first, last, counts }: ShardRow, items: number): string | undefined {
  const { first: from = first, last: to = last } = facts;
  if (compareUtf8(from, first) < 0 || compareUtf8(to, last) > 0) return "it holds keys that are not of its shard";
  if (facts.items !== items) return `it holds ${facts.items} items, and its shard counts ${items}`;
  if (role !== "entries" && facts.count !== counts.records) {
    return `it holds ${facts.count} records, and its shard counts ${counts.records}`;
  }
  if (role === "ledger" && facts.counts !== textOf(counts)) return "it does not come to what its shard counts";
}

async function* checkFiles(checks: ChunkChecks, version: NumberedVersion): AsyncGenerator<BlobRef> {
  let last: string | undefined;
  for (const digest of await listed(checks, version, version.version.tree, "list of files")) {
    yield* checkChunk(checks, version, digest, "files", "list of files");
    const facts = checks.known.get(`files ${digest}`);
    if (facts === undefined || facts === "damaged") continue;
    const isBack = last !== undefined && facts.first !== undefined && compareUtf8(last, facts.first) >= 0;
    const problem = facts.wrong ?? (isBack ? "its paths go back" : undefined);
    if (problem !== undefined) wrong(checks, version, digest, problem, "list of files");
    last = facts.last;
  }
}

/** Reads a chunk unless it was read before. A damaged one is a finding, and affects every version that has it. */
async function* checkChunk(
  checks: ChunkChecks,
  version: NumberedVersion,
  digest: Digest,
  role: Role,
  where: string,
): AsyncGenerator<BlobRef> {
  const known = checks.known.get(`${role} ${digest}`);
  if (known === "damaged") affect(checks, version, digest, where);
  if (known !== undefined) return;
  const lines = await linesOf(checks, version, digest, where);
  if (lines === undefined) return void checks.known.set(`${role} ${digest}`, "damaged");
  try {
    const { facts, blobs } = read[role](lines);
    const isSound = blobs.every(isBlob);
    checks.known.set(`${role} ${digest}`, isSound ? facts : { ...facts, wrong: "its lines cannot be read" });
    yield* blobs.filter(isBlob);
  } catch (thrown) {
    checkNonsense(thrown);
    checks.known.set(`${role} ${digest}`, { count: 0, items: 0, wrong: "its lines cannot be read" });
  }
}

async function listed(
  checks: ChunkChecks,
  version: NumberedVersion,
  list: Digest,
  where: string,
): Promise<readonly Digest[]> {
  const lines = await linesOf(checks, version, list, where) ?? [];
  const digests = lines.map((line) => /^"([0-9a-f]{64})"$/.exec(line)?.[1]);
  if (digests.includes(undefined)) wrong(checks, version, list, "its lines cannot be read", where);
  return digests.filter((digest) => digest !== undefined);
}

async function linesOf(checks: ChunkChecks, version: NumberedVersion, digest: Digest, where: string) {
  checks.signal.throwIfAborted();
  try {
    const lines = await checks.storage.chunks.get(digest);
    checks.onChunk();
    return lines;
  } catch (thrown) {
    checkDamage(thrown);
    wrong(checks, version, digest, damageOf(thrown), where);
  }
}

function wrong(checks: ChunkChecks, version: NumberedVersion, digest: Digest, what: string, where?: string): void {
  checks.findings.add("chunk", chunkKeyOf(digest), what);
  affect(checks, version, digest, where);
}

function affect({ findings }: ChunkChecks, version: NumberedVersion, digest: Digest, where?: string): void {
  const { dataset, numbers } = version;
  findings.affects(chunkKeyOf(digest), {
    dataset,
    numbers,
    noun: "records",
    ...(where === undefined ? {} : { name: where }),
  });
}

type Read = { readonly facts: Facts; readonly blobs: readonly BlobRef[] };

const read: Readonly<Record<Role, (lines: readonly string[]) => Read>> = {
  plain: (lines) => ({ facts: { count: lines.length, items: 0 }, blobs: [] }),
  records(lines) {
    const records: readonly SourceRecord[] = lines.map((line) => JSON.parse(line));
    const blobs = records.flatMap(({ items = [] }) => items.map(({ image }) => image.blob));
    return { facts: { ...spanOf(records.map(({ key }) => key)), items: records.length }, blobs };
  },
  entries(lines) {
    const entries = lines.map(entryOf);
    const items = entries.reduce((sum, entry) => sum + entry.items.length, 0);
    return { facts: { ...spanOf(entries.map(({ key }) => key)), items }, blobs: entries.flatMap(blobsOf) };
  },
  ledger(lines) {
    const ledger: readonly LedgerLine[] = lines.map((line) => JSON.parse(line));
    const counts = countsOf(ledger);
    const facts = { ...spanOf(ledger.map(({ key }) => key)), items: counts.items, counts: textOf(counts) };
    return { facts, blobs: ledger.flatMap(({ blob }) => blob ?? []) };
  },
  files(lines) {
    const entries = lines.map(entryOfLine);
    const facts = { ...spanOf(entries.map(({ path }) => path)), items: 0 };
    return { facts, blobs: entries.map(({ digest, size }) => ({ digest, size })) };
  },
};

function isBlob({ digest, size }: BlobRef): boolean {
  return /^[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size);
}

/** Blobs of an entry: what was read, what its items show, what was rendered of them. */
export function blobsOf({ blob, items }: Entry): BlobRef[] {
  const shown = items.flatMap(({ image, pictures = {} }) => [image.blob, ...Object.values(pictures)]);
  return blob === undefined ? shown : [blob, ...shown];
}

function spanOf(keys: readonly string[]): Pick<Facts, "count" | "first" | "last" | "wrong"> {
  const isSorted = keys.every((key, index) => index === 0 || compareUtf8(keys[index - 1] ?? "", key) < 0);
  const [first, last] = [keys[0], keys.at(-1)];
  return {
    count: keys.length,
    ...(first === undefined || last === undefined ? {} : { first, last }),
    ...(isSorted ? {} : { wrong: "its keys are not in order" }),
  };
}
