// What sources are opened with: real files, and no other datasets.
import { createDatasetsHost } from "../../runtime/engine/datasets_host.ts";
import { createBucketsHost } from "../../runtime/host/buckets.ts";
import { createFilesHost } from "../../runtime/host/files.ts";
import type { SourceHost } from "../../runtime/contract/plugin.ts";
import { createMemoryStore } from "../../runtime/store/memory.ts";
import { createStorage } from "../../runtime/store/open.ts";

/** `logs` gets what the source says. */
export function createSourceHost(
  { maxBytes = 100_000, logs = [] }: { readonly maxBytes?: number; readonly logs?: string[] } = {},
): SourceHost {
  return {
    files: createFilesHost({ maxBytes }),
    datasets: createDatasetsHost(createStorage(createMemoryStore()), "of a test").host,
    buckets: createBucketsHost({ maxBytes }),
    log: (text) => void logs.push(text),
  };
}
