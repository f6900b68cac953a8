// Which earlier results stand, and which are to be computed again although nothing they were made from has changed.
import type { Loss } from "../contract/item.ts";
import type { Retry } from "../contract/run_request.ts";
import type { Cell } from "../contract/version.ts";
import type { Chunks } from "../store/chunks.ts";
import { type Entry, entryOf, isSettled } from "./entry.ts";
import type { Parent } from "./parent.ts";

export interface Standing {
  /** True when a shard's result, which was computed before, may be taken over whole. */
  cell(cell: Cell): Promise<boolean>;
  /** True when a record's may. */
  entry(entry: Entry): boolean;
}

/** All stands but what was lost for a passing reason. */
export const usualStanding: Standing = { cell: () => Promise.resolve(true), entry: isSettled };

/** What was rejected for the reasons in question does not stand either. A shard of the parent that lost nothing so is
 *  taken over unread; any other is looked at, so that what an interrupted retry has mended stays mended. */
export function retryStanding({ reasons }: Retry, parent: Parent, chunks: Chunks): Standing {
  const isWanted = (reason: string) => reasons === undefined || reasons.includes(reason);
  const entry = (one: Entry) => isSettled(one) && !one.losses.some((loss) => isFailure(loss) && isWanted(loss.reason));
  return {
    entry,
    async cell(cell) {
      const lost = parent.losses(cell);
      if (lost !== undefined && !lost.some((name) => isWanted(reasonIn(name)))) return true;
      return (await chunks.get(cell.digest)).every((line) => entry(entryOf(line)));
    },
  };
}

function isFailure({ verdict }: Loss): boolean {
  return verdict === "rejected";
}

/** Of `step/reason`. */
function reasonIn(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
