// Exports as a version says it had them, ready to write its files again.
import { InputError } from "../contract/errors.ts";
import type { Pipeline } from "../contract/manifest.ts";
import type { Version } from "../contract/version.ts";
import { type PartsHere, pipelineOfVersion } from "./replay_pipeline.ts";

/** The pipeline of a version as far as its exports go, and the version as they will make it: the code that is here writes
 *  the files, also where it is newer. Throws `InputError` when an export is not here or does not take its options. */
export async function exportsOfVersion(
  version: Version,
  here: PartsHere,
): Promise<{ readonly pipeline: Pipeline; readonly version: Version }> {
  const { provenance } = version;
  const exports = await Promise.all(provenance.exports.map(async (said) => {
    const { version: current } = await here.load("plugin", said.uses);
    return { ...said, version: current };
  }));
  const current = { ...version, provenance: { ...provenance, exports } };
  try {
    return {
      pipeline: await pipelineOfVersion({ ...current, provenance: { ...current.provenance, steps: [] } }, here),
      version: current,
    };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const reason = "its files have to be written again, and an export of it cannot do that here";
    throw new InputError(`Cannot purge from "${version.dataset}": ${reason}; nothing was changed`, thrown.problems, {
      cause: thrown,
    });
  }
}
