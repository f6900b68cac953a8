// `why`: all that is known of one image: what the source gave, what every step did, where it was published.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { idOf, type Loss, type Note } from "../../contract/item.ts";
import type { BoundPlugin, Provenance } from "../../contract/version.ts";
import type { StoredItem } from "../../engine/entry.ts";
import { type DatasetReader, openDataset, type RecordTrace, type StageTrace } from "../../engine/reader.ts";
import { sizeOf } from "../../image/edits.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { isWithinChild, type ItemName, nearestIds, readingsOf } from "../ids.ts";
import { checkDataset, openForReading } from "../reading.ts";
import { editWords, factsWords, headerWords } from "../recipe.ts";
import type { Style } from "../render.ts";
import { bytes, plain, plural } from "../text.ts";
import type { DatasetName } from "../values.ts";
import { optionsText } from "./show.ts";

export type WhyOptions = { readonly store?: string; readonly json?: boolean; readonly color: boolean };

/** What `why` tells, as data. `files` are paths in the published tree by child. */
type Story = {
  readonly dataset: string;
  readonly number: number;
  readonly name: ItemName;
  readonly trace: RecordTrace;
  readonly items: readonly StoredItem[];
  readonly files: ReadonlyMap<string, readonly string[]>;
  readonly provenance: Provenance;
};

/** Tells the story of a record or an item; returns the exit code. Throws `InputError` with the nearest ids. */
export async function explain(
  { dataset, which }: DatasetName,
  id: string,
  { store, json = false, color }: WhyOptions,
  context: Context,
): Promise<number> {
  const { out } = context.terminal;
  const storage = await openForReading(store, context);
  await checkDataset(storage, dataset);
  const reader = await openDataset(storage, dataset, which);
  const story = await storyOf(reader, id);
  if (json) writeLines(out, [JSON.stringify({ ...story, files: Object.fromEntries(story.files) })]);
  else writeLines(out, storyLines(story, styleFor(out, context, color)));
  return exitCodes.ok;
}

async function storyOf(reader: DatasetReader, id: string): Promise<Story> {
  for (const name of readingsOf(id)) {
    const trace = await reader.find(name.key);
    if (trace === undefined) continue;
    const last = trace.stages.at(-1)?.entry.items ?? [];
    const items = last.filter(({ child }) => isWithinChild(child, name.child));
    if (items.length === 0 && !mentions(trace, name)) throw unknownChild(id, name, last);
    const { version, number } = reader;
    const files = await filesOf(items, reader);
    return { dataset: version.dataset, number, name, trace, items, files, provenance: version.provenance };
  }
  throw await unknownId(reader, id);
}

function mentions({ line }: RecordTrace, { child }: ItemName): boolean {
  return child === undefined || [...line.losses, ...line.notes].some((about) => isWithinChild(about.child, child));
}

function unknownChild(id: string, { key }: ItemName, items: readonly StoredItem[]): InputError {
  const ids = items.slice(0, 10).map(({ child }) => `"${idOf({ key, child })}"`);
  const there = ids.length === 0 ? "nothing was kept of this record" : `there are ${ids.join(", ")}`;
  return new InputError(`Cannot explain "${plain(id)}": no item has this id; ${there}`);
}

async function unknownId({ version, number, ledger }: DatasetReader, id: string): Promise<InputError> {
  const near = await nearestIds(id, ledger());
  const hint = near.length === 0 ? "" : `. Near to it are ${near.map((one) => `"${one}"`).join(", ")}`;
  return new InputError(`Cannot explain "${plain(id)}": ${version.dataset} v${number} has no record of this id${hint}`);
}

/** Published pictures by child, told by their bytes. */
async function filesOf(items: readonly StoredItem[], { files }: DatasetReader): Promise<Map<string, string[]>> {
  const children = new Map<string, string>();
  for (const { child, pictures = {} } of items) {
    for (const picture of Object.values(pictures)) children.set(picture.digest, child);
  }
  const paths = new Map<string, string[]>();
  if (children.size === 0) return paths;
  for await (const { digest, path } of files()) {
    const child = children.get(digest);
    if (child !== undefined) paths.set(child, [...paths.get(child) ?? [], path]);
  }
  return paths;
}

function storyLines(story: Story, style: Style): string[] {
  const { trace, items, dataset, number, name } = story;
  const { paint } = style;
  const id = name.child === undefined ? idOf({ key: name.key, child: "" }) : idOf({ key: name.key, child: name.child });
  const fate = { kept: paint.green("kept"), dropped: paint.yellow("dropped"), rejected: paint.red("rejected") };
  return [
    `${paint.bold(plain(id))}  ${fate[trace.line.verdict]}, ${plural(items.length, "item")} in ${
      plain(dataset)
    } v${number}`,
    "",
    paint.bold("Record"),
    ...recordLines(trace),
    "",
    paint.bold("What happened"),
    ...trace.stages.filter(isOwn).flatMap((stage) => stageLines(stage, story)),
    ...items.flatMap((item) => itemLines(item, story, style)),
  ];
}

function recordLines({ record, line }: RecordTrace): string[] {
  const { key, revision, facts = {} } = record;
  const known = factsWords(facts);
  return [
    `  key       ${plain(key)}`,
    `  revision  ${plain(revision)}`,
    ...(known === "" ? [] : [`  facts     ${known}`]),
    `  bytes     ${
      line.blob === undefined ? "could not be read" : `${bytes(line.blob.size)}, sha256 ${line.blob.digest}`
    }`,
  ];
}

/** False for the facts of a dataset step being joined to items: that is part of the step. */
function isOwn({ column }: StageTrace): boolean {
  return (column.inputs?.length ?? 1) === 1;
}

function stageLines({ column, entry, itemsIn }: StageTrace, story: Story): string[] {
  const { name: { child }, provenance } = story;
  const came = itemsIn === undefined ? "" : `${plural(itemsIn, "item")} in, `;
  const about = <T extends Loss | Note>(all: readonly T[]) => all.filter((one) => isWithinChild(one.child, child));
  const used = provenance.steps.filter(({ id }) => column.name.split("+").includes(id));
  return [
    `  ${plain(column.name)}: ${came}${plural(entry.items.length, "item")} out`,
    ...used.map(usedLine),
    ...about(entry.losses).map((loss) => `    lost      ${lossWords(loss)}`),
    ...about(entry.notes).map(({ step, text }) => `    note      ${plain(`${step}: ${text}`)}`),
  ];
}

function usedLine({ id, uses, version, options }: BoundPlugin): string {
  const name = id === uses ? uses : `${id} (${uses})`;
  return `    ${plain(name)} v${version}  ${optionsText(options)}`.trimEnd();
}

function lossWords({ child, verdict, step, reason, detail }: Loss): string {
  const which = child === "" ? "" : `#${child} `;
  return plain(`${which}${verdict} by ${step}: ${reason}${detail === undefined ? "" : `. ${detail}`}`);
}

function itemLines({ child, image, facts }: StoredItem, { name, files }: Story, { paint }: Style): string[] {
  const { width, height } = sizeOf(image);
  const known = factsWords(facts);
  return [
    "",
    `${paint.bold(plain(idOf({ key: name.key, child })))}  ${width} x ${height}`,
    `  from   ${headerWords(image)}`,
    ...image.edits.map((edit, at) => `  ${at === 0 ? "edits" : "     "}  ${at + 1}. ${editWords(edit)}`),
    ...(known === "" ? [] : [`  facts  ${known}`]),
    ...(files.get(child) ?? []).map((path, at) => `  ${at === 0 ? "files" : "     "}  ${plain(path)}`),
  ];
}
