// Settles how the outputs of a model are read, or says why that would be a guess. Pure.
import { type Layout, layouts } from "../contract/detection.ts";
import { layoutDefinitions } from "./layouts/layouts.ts";
import { type Reading, shownPort, type Surface } from "./layouts/layout.ts";
import { refused } from "./settle_input.ts";

export type LayoutQuestion = {
  readonly name: string;
  readonly surface: Surface;
  /** From the request or the card. */
  readonly layout?: Layout | undefined;
  /** How many labels there are, when that is known. */
  readonly labels?: number | undefined;
  /** From the metadata. */
  readonly task?: string | undefined;
};

export type SettledLayout = { readonly layout: Layout; readonly reading: Reading };

const settledBy = "say which with `layout` in the options or `output.layout` in a card";

/** Classes of COCO, on which most public detectors are trained. */
const usualClasses = 80;
const mostClasses = 10_000;

/** Throws `InputError` when nothing fits, when several things do, and when it is no detector. */
export function settleLayout(question: LayoutQuestion): SettledLayout {
  const { name, surface, layout, labels } = question;
  const possible = (layout === undefined ? layouts : [layout]).flatMap((each) =>
    layoutDefinitions[each].readings(surface).map((reading) => ({ layout: each, reading }))
  );
  const other = otherKind(question);
  if (layout === undefined && other !== undefined) throw refused(name, other);
  if (possible.length === 0) throw refused(name, unknownOutputs(question));
  const fitting = possible.filter(({ reading }) => reading.classes === undefined || fits(reading.classes, labels));
  if (fitting.length === 0) throw refused(name, wrongLabels(possible, labels));
  const [best, second] = ranked(fitting);
  if (best === undefined) throw refused(name, unknownOutputs(question));
  if (second !== undefined && rankOf(second) === rankOf(best)) throw refused(name, ambiguous([best, second]));
  const isSure = layout !== undefined || best.reading.doubt === undefined ||
    (labels !== undefined && isSettledByLabels(best, possible));
  if (!isSure) throw refused(name, `it looks like ${best.layout}, but ${best.reading.doubt}: ${settledBy}`);
  const { classes = 0 } = best.reading;
  if (classes > mostClasses) throw refused(name, `it has ${classes} classes as ${best.layout}, at most ${mostClasses}`);
  return best;
}

function fits(classes: number, labels: number | undefined): boolean {
  return labels === undefined || labels === classes;
}

/** The number of labels settles a doubt about the form of a row, not one about colours. */
function isSettledByLabels({ layout }: SettledLayout, possible: readonly SettledLayout[]): boolean {
  return layout !== "yolov5" && possible.every(({ reading }) => reading.classes !== undefined);
}

function ranked(possible: readonly SettledLayout[]): readonly SettledLayout[] {
  return [...possible].sort((left, right) => rankOf(right) - rankOf(left));
}

function rankOf({ reading }: SettledLayout): number {
  return 2 * reading.strength + (reading.classes === usualClasses ? 1 : 0);
}

function ambiguous(choices: readonly SettledLayout[]): string {
  const shown = choices.map(({ layout, reading }) => `${layout} (${reading.why})`).join(" or ");
  return `it may be ${shown}: ${settledBy}, or give its \`labels\``;
}

function wrongLabels(possible: readonly SettledLayout[], labels: number | undefined): string {
  const shown = possible.map(({ layout, reading }) => `${reading.classes} as ${layout}`).join(", ");
  return `there are ${labels} labels, and its outputs hold ${shown}: give as many \`labels\` as it has classes`;
}

function unknownOutputs({ surface, layout }: LayoutQuestion): string {
  const shown = surface.outputs.map(shownPort).join(", ");
  if (layout === undefined) return `no layout fits, ${shown || "it has no output"}: ${settledBy}`;
  return `its outputs are not those of the layout ${layout}, ${layoutDefinitions[layout].summary}; ${shown}`;
}

const tasks: Readonly<Record<string, string>> = {
  segment: "it outlines things (segmentation)",
  pose: "it finds points of bodies (pose)",
  obb: "it finds turned boxes",
  classify: "it names whole images (classification), as the step `predict` does",
};

/** What a model that is no detector seems to be. */
function otherKind({ surface, task }: LayoutQuestion): string | undefined {
  const known = task === undefined || !Object.hasOwn(tasks, task) ? undefined : tasks[task];
  if (known !== undefined) return `its metadata says that ${known}; detectors of upright boxes can be used`;
  const ranks = surface.outputs.map(({ shape }) => shape.length);
  const shown = surface.outputs.map(shownPort).join(", ");
  const names = surface.outputs.map(({ name }) => name.toLowerCase());
  if (names.includes("logits") && names.includes("pred_boxes")) {
    return `it is a DETR without its post-processing, ${shown}: export it with \`labels\`, \`boxes\` and \`scores\``;
  }
  const last = surface.outputs[0]?.shape.at(-1);
  const areRows = last === 6 || last === 7;
  if (ranks.length === 1 && ranks[0] === 2 && !areRows) {
    return `it seems to name whole images (classification): the step \`predict\` takes such models; ${shown}`;
  }
  if (ranks.length === 1 && ranks[0] === 4 && !areRows) {
    return `it seems to give a picture, such as a segmentation, ${shown}`;
  }
  if (ranks.length > 1 && ranks.includes(3) && ranks.includes(4) && ranks.length === 2) {
    return `it seems to outline things (segmentation), ${shown}`;
  }
  return undefined;
}
