// A story as lines of text: the version that was asked for first, then those it was made from, up to the source file.
import type { Detection } from "../contract/detection.ts";
import { InputError } from "../contract/errors.ts";
import type { Edit } from "../contract/image.ts";
import { idOf, type Loss, type Note, type SourceRecord } from "../contract/item.ts";
import type { BoundPlugin } from "../contract/version.ts";
import type { StoredItem } from "../engine/entry.ts";
import { purgedReason } from "../engine/purge_find.ts";
import type { StageTrace } from "../engine/reader.ts";
import { sizeOf } from "../image/edits.ts";
import { detectionsOf } from "../report/items.ts";
import { optionsText } from "./commands/show.ts";
import { isWithinChild, type ItemName } from "./ids.ts";
import { editWords, factsWords, headerWords } from "./recipe.ts";
import type { Style } from "./render.ts";
import type { Story, UpstreamStory } from "./story.ts";
import { table } from "./table.ts";
import { bytes, plain, plural } from "./text.ts";

/** Boxes of an item that are listed. */
const mostBoxes = 12;

export function storyLines(story: Story, style: Style): string[] {
  const { trace, items, dataset, number, name } = story;
  const { paint } = style;
  const fate = { kept: paint.green("kept"), dropped: paint.yellow("dropped"), rejected: paint.red("rejected") };
  const place = `${plural(items.length, "item")} in ${plain(dataset)} v${number}`;
  return [
    `${paint.bold(plain(idText(name)))}  ${fate[trace.line.verdict]}, ${place}`,
    "",
    paint.bold("Record"),
    ...recordLines(story),
    "",
    paint.bold("What happened"),
    ...trace.stages.filter(isOwn).flatMap((stage) => stageLines(stage, story)),
    ...trace.line.losses.filter(({ step }) => step === "purge").map((loss) => `  ${lossWords(loss)}`),
    ...items.flatMap((item) => itemLines(item, story, style)),
    ...story.upstream.flatMap((one) => upstreamLines(one, style)),
  ];
}

export function idText({ key, child = "" }: ItemName): string {
  return idOf({ key, child });
}

/** A line across the terminal sets one version apart from the next. */
function upstreamLines({ input: { dataset, number }, name, story }: UpstreamStory, style: Style): string[] {
  const { paint } = style;
  const title = `── read from ${plain(dataset)} v${number} `;
  const head = ["", paint.cyan(title.padEnd(78, "─")), ""];
  if (story !== undefined) return [...head, ...storyLines(story, style)];
  const gone = `${plain(dataset)} v${number} has expired and a clean-up removed it: what happened there is not known`;
  return [...head, `${paint.bold(plain(idText(name)))}  ${paint.yellow("gone")}`, "", `  ${gone}`];
}

function recordLines({ trace: { record, line }, provenance: { source } }: Story): string[] {
  const { key, revision, facts = {}, items } = record;
  const known = factsWords(facts);
  const from = items === undefined
    ? [`  source    ${plain(source.uses)}  ${optionsText(source.options)}`]
    : fromLines(items).map((text, at) => `  ${at === 0 ? "from    " : "        "}  ${plain(text)}`);
  return [
    `  key       ${plain(key)}`,
    ...from,
    `  revision  ${plain(revision)}`,
    ...(known === "" ? [] : [`  facts     ${known}`]),
    `  bytes     ${
      line.blob === undefined ? withoutBytes(line.losses) : `${bytes(line.blob.size)}, sha256 ${line.blob.digest}`
    }`,
  ];
}

function withoutBytes(losses: readonly Loss[]): string {
  return losses.some(({ reason }) => reason === purgedReason) ? "erased" : "could not be read";
}

/** `motogp: a.jpg#crop1, a.jpg#crop2`, a line for each dataset. */
function fromLines(items: NonNullable<SourceRecord["items"]>): string[] {
  const byDataset = Map.groupBy(items, ({ from }) => from.dataset);
  return [...byDataset].map(([dataset, all]) => {
    const ids = all.slice(0, 5).map(({ from, child }) => idOf({ key: from.key, child }));
    return `${dataset}: ${ids.join(", ")}${all.length > 5 ? `, and ${all.length - 5} more` : ""}`;
  });
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

function itemLines(item: StoredItem, { name: { key }, files }: Story, style: Style): string[] {
  const { paint } = style;
  const { child, image } = item;
  const { width, height } = sizeOf(image);
  const boxes = boxesOf(key, item);
  const { detections: _, ...others } = item.facts;
  const known = factsWords(boxes === undefined ? item.facts : others);
  return [
    "",
    `${paint.bold(plain(idOf({ key, child })))}  ${width} x ${height}`,
    `  from   ${headerWords(image)}`,
    ...editLines(image.edits, "  edits  "),
    ...(known === "" ? [] : [`  facts  ${known}`]),
    ...(files.get(child) ?? []).map((path, at) => `  ${at === 0 ? "files" : "     "}  ${plain(path)}`),
    ...boxLines(boxes ?? [], style),
  ];
}

/** Numbered lines; the first begins with `title`, the others with as much space. */
export function editLines(edits: readonly Edit[], title: string): string[] {
  return edits.map((edit, at) => `${at === 0 ? title : " ".repeat(title.length)}${at + 1}. ${editWords(edit)}`);
}

/** `undefined` when nothing was looked for, or when the fact is not what it should be. */
function boxesOf(key: string, { child, image, facts }: StoredItem): readonly Detection[] | undefined {
  if (facts["detections"] === undefined) return undefined;
  try {
    return detectionsOf({ key, child, image, facts });
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return undefined;
  }
}

function boxLines(boxes: readonly Detection[], { paint }: Style): string[] {
  const rows = boxes.slice(0, mostBoxes).map((detection, at) => ({ ...detection, number: at + 1 }));
  const side = (at: number) => ({ box }: Detection) => String(box[at]);
  const lines = table(rows, [
    { title: "box", of: ({ number }) => String(number), right: true },
    { title: "label", of: ({ label }) => plain(label), most: 40 },
    { title: "score", of: ({ score }) => score === undefined ? "" : String(score), right: true },
    { title: "left", of: side(0), right: true },
    { title: "top", of: side(1), right: true },
    { title: "width", of: side(2), right: true },
    { title: "height", of: side(3), right: true },
  ], paint);
  const more = boxes.length - rows.length;
  return [...lines, ...(more === 0 ? [] : [paint.dim(`  and ${more} more`)])];
}
