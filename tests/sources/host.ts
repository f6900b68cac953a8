// What sources are opened with: real files, and no other datasets.
import { createDatasetsHost } from "../../runtime/engine/datasets_host.ts";
import { createSorter } from "../../runtime/engine/external_sort.ts";
import { sortedLines } from "../../runtime/engine/listing.ts";
import { createBucketsHost } from "../../runtime/host/buckets.ts";
import { createInputsHost } from "../../runtime/host/inputs.ts";
import { createProgramsHost } from "../../runtime/host/programs.ts";
import { createWebHost } from "../../runtime/host/web.ts";
import { createFilesHost } from "../../runtime/host/files.ts";
import type { ReadImage } from "../../runtime/contract/item.ts";
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
    inputs: createInputsHost({ scratch: "/nowhere" }),
    programs: createProgramsHost({ env: Deno.env.toObject(), folder: Deno.cwd() }),
    web: createWebHost(),
    sorted: (lines) => sortedLines(lines, createSorter(() => Promise.reject(new TypeError("nothing is set aside")))),
    log: (text) => void logs.push(text),
  };
}

/** What reading a record gave, as text. */
export function textOf(read: Uint8Array | ReadImage): string {
  return new TextDecoder().decode(read instanceof Uint8Array ? read : read.bytes);
}
