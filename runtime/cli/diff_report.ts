// The page of `diff --html`: decodes the pictures that it shows.
import { readFile } from "node:fs/promises";
import type { Detection } from "../contract/detection.ts";
import type { BoxChange, DiffSummary, ItemChange, ItemState } from "../contract/diff.ts";
import { InputError, ItemError, StoreError } from "../contract/errors.ts";
import { canonicalJson } from "../contract/json.ts";
import { boxesIn } from "../engine/diff_boxes.ts";
import { idOfChange } from "../engine/diff_items.ts";
import { mapPool } from "../engine/limiter.ts";
import { sizeOf } from "../image/edits.ts";
import { openNativeCodec } from "../image/native.ts";
import { createRenderer, type Renderer } from "../image/render.ts";
import {
  type ChangeGroup,
  diffPageMark,
  type DrawnBox,
  type PicturedChange,
  type Shot,
  writeDiffPage,
} from "../report/diff_page.ts";
import type { Blobs } from "../store/blobs.ts";
import type { Context } from "./context.ts";
import { countingProgress } from "./counting.ts";
import { detailsOf } from "./diff_lines.ts";
import { writeTextFile } from "./files.ts";
import { plain } from "./text.ts";

export type DiffReport = {
  readonly blobs: Blobs;
  readonly summary: DiffSummary;
  /** The first changes of each kind: those that get pictures, and some more that are listed. */
  readonly kept: { readonly [kind in ItemChange["change"]]: readonly ItemChange[] };
  readonly pictures: number;
  readonly context: Context;
  readonly color: boolean;
  readonly signal: AbortSignal;
};

/** Longest side of a thumbnail in pixels. */
const edge = 360;
const decodedAtOnce = 4;
/** Pixels of the largest image that is decoded: what was admitted once is let pass. */
const maxPixels = 1e9;

/** Throws `InputError` when there is a file that is no page of differences. */
export async function checkPage(path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch((cause) => {
    if (cause?.code === "ENOENT") return undefined;
    throw refused(path, cause?.code === "EISDIR" ? "it is a folder, and a file is needed" : "it cannot be read");
  });
  if (text !== undefined && !text.slice(0, 500).includes(diffPageMark)) {
    throw refused(path, "there is a file that was not made by this command; name another");
  }
}

function refused(path: string, what: string): InputError {
  return new InputError(`Cannot write the page "${plain(path)}": ${what}`);
}

/** Writes the page, with at most `pictures` changes shown as pictures. */
export async function writeDiffReport(path: string, report: DiffReport): Promise<void> {
  const { summary, kept, pictures, context, color, signal } = report;
  const shares = sharesOf(summary, pictures);
  const chosen = kinds.map((kind) => kept[kind].slice(0, shares[kind]));
  const progress = countingProgress("pictures", chosen.flat().length, color, context);
  try {
    const shots = createShots(report.blobs);
    const groups: ChangeGroup[] = [];
    for (const [at, change] of kinds.entries()) {
      const shown = await mapPool(chosen[at] ?? [], decodedAtOnce, async (one) => {
        signal.throwIfAborted();
        const made = await pictured(one, shots);
        progress.step();
        return made;
      });
      const listed = kept[change].slice(shown.length).map((one) => ({
        id: idOfChange(one),
        text: textsOf(one).join(", "),
      }));
      groups.push({ change, count: summary.items[change], shown, listed });
    }
    await writeTextFile(path, writeDiffPage({ summary, groups }), { replace: true });
  } finally {
    progress.close();
  }
}

const kinds = ["changed", "added", "removed"] as const;

/** How many of each kind are shown: all where there is room, else each kind by its number, and some of each. */
function sharesOf({ items }: DiffSummary, pictures: number): { readonly [kind in ItemChange["change"]]: number } {
  const all = items.added + items.removed + items.changed;
  const share = (count: number) => all <= pictures ? count : Math.ceil((pictures * count) / all);
  return { added: share(items.added), removed: share(items.removed), changed: share(items.changed) };
}

type Shots = (state: ItemState, boxes: readonly DrawnBox[]) => Promise<Shot>;

function createShots(blobs: Blobs): Shots {
  let opened: Promise<Renderer> | undefined;
  const renderer = () => opened ??= openNativeCodec().then((codec) => createRenderer(codec, { maxPixels }));
  return async ({ image }, boxes) => {
    const size = sizeOf(image);
    try {
      const thumbnail = await (await renderer()).thumbnail(await blobs.get(image.blob), image, edge);
      return { thumbnail, size, boxes };
    } catch (thrown) {
      if (!(thrown instanceof ItemError) && !(thrown instanceof StoreError)) throw thrown;
      return { size, boxes };
    }
  };
}

async function pictured(change: ItemChange, shots: Shots): Promise<PicturedChange> {
  const name = { id: idOfChange(change), texts: textsOf(change) };
  if (change.change === "added") return { ...name, after: await shots(change.after, same(change.after)) };
  if (change.change === "removed") return { ...name, before: await shots(change.before, same(change.before)) };
  const { before, after, boxes } = change;
  return {
    ...name,
    before: await shots(before, drawn(before, boxes, "before")),
    after: await shots(after, drawn(after, boxes, "after")),
  };
}

function textsOf(change: ItemChange): readonly string[] {
  return change.change === "changed" ? detailsOf(change) : [change.why];
}

function same({ facts }: ItemState): readonly DrawnBox[] {
  return boxesIn(facts).map((box) => ({ kind: "same", box }));
}

/** The boxes of one side, each with what became of it. */
function drawn({ facts }: ItemState, changes: readonly BoxChange[], side: "before" | "after"): readonly DrawnBox[] {
  const kinds = new Map<string, BoxChange["kind"]>();
  for (const change of changes) {
    const box: Detection | undefined = side === "before"
      ? "before" in change ? change.before : undefined
      : "after" in change
      ? change.after
      : undefined;
    if (box !== undefined) kinds.set(canonicalJson(box), change.kind);
  }
  return boxesIn(facts).map((box) => ({ kind: kinds.get(canonicalJson(box)) ?? "same", box }));
}
