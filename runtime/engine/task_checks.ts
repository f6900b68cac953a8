// Whether a manifest, once it is read, is what the task was settled by.
import { InputError } from "../contract/errors.ts";
import type { Pipeline } from "../contract/manifest.ts";
import type { ManifestTask } from "../contract/run_request.ts";

/** Throws `InputError` where the manifest makes another dataset than that of the retry, or has another store. */
export function checkTask(task: ManifestTask, pipeline: Pipeline): void {
  checkStore(task, pipeline);
  checkRetry(task, pipeline);
}

function checkRetry({ retry, manifest }: ManifestTask, { dataset }: Pipeline): void {
  if (retry === undefined || retry.dataset === dataset) return;
  const reason = `the manifest "${manifest}" makes "${dataset}" now; name the one that made it with --manifest`;
  throw new InputError(`Cannot retry "${retry.dataset}": ${reason}`, [], { code: "manifest" });
}

/** What a run may write to was settled by a glance at the manifest, which must have seen what there is. */
function checkStore({ storeInManifest: seen, manifest }: ManifestTask, { store }: Pipeline): void {
  if (seen === undefined || seen.text === store) return;
  const how = "write it as plain text on a line of its own that begins with `store:`, or use --store";
  throw new InputError(`Cannot use the store "${store}" of "${manifest}": ${how}`, [], { code: "manifest" });
}
