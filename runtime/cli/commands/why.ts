// `why`: all that is known of one image, or of one box in it: what the source gave, what every step did, and where it was
// published, up through the versions that it was read from.
import { exitCodes } from "../../contract/exit_codes.ts";
import { purgedReason } from "../../engine/purge_find.ts";
import { openDataset } from "../../engine/reader.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { createTombstones } from "../../store/tombstones.ts";
import { boxStoryOf } from "../box_story.ts";
import { boxStoryLines } from "../box_story_lines.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { checkDataset, minuteOf, openForReading } from "../reading.ts";
import { type Story, storyOf } from "../story.ts";
import { storyLines } from "../story_lines.ts";
import { plain } from "../text.ts";
import type { DatasetName } from "../values.ts";

export type WhyOptions = {
  readonly store?: string;
  readonly json?: boolean;
  /** Which box of the item, from 1. */
  readonly box?: number;
  readonly color: boolean;
};

/** Tells the story of a record, an item or a box; returns the exit code. Throws `InputError` with the nearest ids. */
export async function explain(
  { dataset, which }: DatasetName,
  id: string,
  { store, json = false, box, color }: WhyOptions,
  context: Context,
): Promise<number> {
  const { out } = context.terminal;
  const storage = await openForReading(store, context);
  await checkDataset(storage, dataset);
  const story = await storyOf(storage, await openDataset(storage, dataset, which), id);
  const style = styleFor(out, context, color);
  if (box !== undefined) {
    const found = boxStoryOf(story, box);
    writeLines(out, json ? [JSON.stringify(found)] : boxStoryLines(found, style));
  } else {
    const told = json ? [JSON.stringify(plainStory(story))] : storyLines(story, style);
    writeLines(out, [...told, ...(json ? [] : await purgeLines(storage, dataset, story))]);
  }
  return exitCodes.ok;
}

/** When and why the image was erased, if it was. */
async function purgeLines(
  { store }: DatasetStorage,
  dataset: string,
  { name: { key }, trace: { line } }: Story,
): Promise<string[]> {
  if (!line.losses.some(({ reason }) => reason === purgedReason)) return [];
  const purges = await createTombstones(store).purgesOf(dataset, key);
  return purges.map(({ at, reason, id }) => {
    const why = reason === undefined ? "" : `, because: ${plain(reason)}`;
    return `  erased on ${minuteOf(at)} UTC${why}; see purges/${id}.json`;
  });
}

/** The story as JSON has it: maps become objects. */
function plainStory({ files, upstream, ...story }: Story): unknown {
  const above = upstream.map(({ story: one, ...rest }) =>
    one === undefined ? { ...rest, gone: true } : { ...rest, story: plainStory(one) }
  );
  return { ...story, files: Object.fromEntries(files), upstream: above };
}
