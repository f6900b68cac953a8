// What a report says of models and of what they found, as plain text cells. Pure.
import type { ModelNote } from "../contract/version.ts";
import type { ClassCount } from "./box_statistics.ts";
import type { Report } from "./report.ts";
import type { Table } from "./report_tables.ts";
import { shareOf } from "./report_tables.ts";

/** Characters that the labels of a model may take; one is always named. */
const mostCharacters = 100;
/** Classes that are listed. */
const mostClasses = 20;

/** A table for each model that the items went through, in the order of the steps. */
export function modelTables({ provenance: { steps } }: Report): readonly Table[] {
  return steps.flatMap(({ id, model }) => model === undefined ? [] : [modelTable(id, model)]);
}

function modelTable(step: string, model: ModelNote): Table {
  const { name, labels, trainedOn, licence, limits, summary, source, runtime, layout, digest } = model;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["step", step],
    ["what it is", summary],
    ["what it knows", knowledge(labels)],
    ["what it cannot do", limits],
    ["trained on", trainedOn],
    ["licence", licence],
    ["source", source],
    ["computed by", runtime],
    ["layout", layout],
    ["digest of weights", `${digest.slice(0, 12)}…`],
  ];
  const said = rows.flatMap(([title, text]) => text === undefined || text === "" ? [] : [[title, text]]);
  return { head: ["model", name], rows: said, right: [], code: [] };
}

/** `80 classes: person, bicycle, …; it cannot see anything else`. */
export function knowledge(labels: readonly string[]): string {
  if (labels.length === 0) return "its classes have no names";
  const classes = `${labels.length} ${labels.length === 1 ? "class" : "classes"}`;
  let named = 1;
  while (named < labels.length && labels.slice(0, named + 1).join(", ").length <= mostCharacters) named++;
  const more = named < labels.length ? `, … (${labels.length - named} more)` : "";
  return `${classes}: ${labels.slice(0, named).join(", ")}${more}; it cannot see anything else`;
}

/** Classes with their boxes, the most frequent first; those that no longer fit are added up in a last row. */
export function listedClasses({ statistics: { boxes } }: Report): readonly ClassCount[] {
  const { classes, otherBoxes } = boxes;
  const rest = classes.slice(mostClasses);
  const others = rest.reduce((sum, { boxes }) => sum + boxes, otherBoxes);
  const listed = classes.slice(0, mostClasses);
  return others === 0 ? listed : [...listed, { label: "others", boxes: others, images: 0 }];
}

export function classTable(report: Report): Table {
  const { boxes } = report.statistics.boxes;
  const rows = listedClasses(report).map((row) => [
    row.label,
    String(row.boxes),
    shareOf(row.boxes, boxes),
    row.images === 0 ? "" : String(row.images),
    scoreText(row),
  ]);
  return { head: ["label", "boxes", "share", "images", "mean score"], rows, right: [1, 2, 3, 4], code: [0] };
}

export function scoreText({ meanScore }: ClassCount): string {
  return meanScore === undefined ? "" : meanScore.toFixed(2);
}

/** `1 234 boxes in 320 images; 12 images without any (3.6 %); mean 3.7 and median 3 an image`. Empty where nothing was looked for. */
export function boxSentence({ statistics: { boxes: { searched, boxes, negatives, mean, median } } }: Report): string {
  if (searched === 0) return "";
  const found = `${counted(boxes, "box", "boxes")} in ${counted(searched - negatives, "image", "images")}`;
  const none = `${counted(negatives, "image", "images")} without any (${shareOf(negatives, searched)})`;
  return `${found}; ${none}; mean ${mean.toFixed(1)} and median ${median} an image`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
