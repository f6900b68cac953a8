// The story of a box as lines of text.
import type { Box } from "../contract/detection.ts";
import type { Size } from "../contract/image.ts";
import type { BoxFinding, BoxPlace, BoxStory } from "./box_story.ts";
import { optionsText } from "./commands/show.ts";
import type { Style } from "./render.ts";
import { editLines } from "./story_lines.ts";
import { plain } from "./text.ts";

/** From the box as it is to the model that found it. */
export function boxStoryLines({ places, found, gone }: BoxStory, style: Style): string[] {
  const { paint } = style;
  const [first] = places;
  if (first === undefined) return [];
  const { id, box, detection: { label, score } } = first;
  const scored = score === undefined ? "" : ` ${score}`;
  return [
    `${paint.bold(plain(id))}  box ${box}: ${paint.bold(plain(label))}${scored}`,
    ...places.flatMap((place) => placeLines(place, style)),
    ...endLines({ places, ...(found === undefined ? {} : { found }), ...(gone === undefined ? {} : { gone }) }, style),
  ];
}

function placeLines({ dataset, number, id, box, detection, size, edits }: BoxPlace, { paint }: Style): string[] {
  const { label, score } = detection;
  return [
    "",
    paint.bold(`In ${plain(dataset)} v${number}`),
    `  item     ${plain(id)}, box ${box}`,
    `  label    ${plain(label)}${score === undefined ? ", without a score" : `, score ${score}`}`,
    `  place    ${placeWords(detection.box, size)}`,
    ...(edits.length === 0 ? ["  edits    none"] : editLines(edits, "  edits    ")),
  ];
}

function placeWords([left, top, width, height]: Box, size: Size): string {
  return `${width} x ${height} at ${left}, ${top}, in a picture of ${size.width} x ${size.height}`;
}

function endLines({ places, found, gone }: BoxStory, style: Style): string[] {
  const { paint } = style;
  if (found !== undefined) return foundLines(found, places.at(-1), style);
  const text = gone === undefined
    ? "The source knew it: no step of this version found it"
    : `It was read from ${plain(gone.dataset)} v${gone.number}, which has expired: a clean-up removed it`;
  return ["", paint.yellow(text)];
}

function foundLines({ step, score, box, size, edits }: BoxFinding, place: BoxPlace | undefined, { paint }: Style) {
  const { id, uses, version, options, model } = step;
  const where = place === undefined ? "" : ` in ${plain(place.dataset)} v${place.number}`;
  const name = id === uses ? uses : `${id} (${uses})`;
  return [
    "",
    paint.bold(`Found by ${plain(name)}${where}`),
    ...(model === undefined ? [] : [
      `  model    ${plain(model.name)}, sha256 ${plain(model.digest)}`,
      `  runtime  ${plain(model.runtime)}, layout ${plain(model.layout)}`,
    ]),
    `  step     v${version}  ${optionsText(options)}`.trimEnd(),
    `  score    ${score}`,
    `  place    ${placeWords(box, size)}`,
    ...(edits.length === 0 ? ["  edits    none before it looked"] : editLines(edits, "  edits    ")),
  ];
}
