// Ground truth: a box around what is seen of everybody, and of the ball.
import type { Canvas } from "../scene/raster.ts";
import { type Coverage, type VisibleBox, visibleBoxes } from "../scene/visible_boxes.ts";
import type { Scene } from "./scene.ts";

/** A box in pixels of the finished picture. */
export type LabelledBox = {
  readonly label: "player" | "referee" | "ball";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Somebody of whom less is seen, in painted pixels or as a share of what is in the picture, counts as hidden. */
const leastSeen = 48;
const leastShare = 0.3;
/** The same for the ball, which is small. */
const leastSeenOfBall = 7;
const leastShareOfBall = 0.45;
/** Somebody smaller than this share of the picture's height is too far away, or cut off by its edge. */
const leastSize = 1 / 30;

/** The people of a scene were painted as the things 1, 2, 3 ..., and the ball as the one after them. */
export function labelledBoxes(
  canvas: Canvas,
  factor: number,
  coverage: Coverage,
  { people }: Pick<Scene, "people">,
): LabelledBox[] {
  return visibleBoxes(canvas, factor).flatMap((box) => {
    const person = people[box.thing - 1];
    const label = person?.label ?? "ball";
    const isLargeEnough = label === "ball" || Math.max(box.width, box.height) >= leastSize * canvas.height / factor;
    if (!isLargeEnough || !isVisible(box, coverage.of(box.thing), label === "ball")) return [];
    const { x, y, width, height } = box;
    return [{ label, x, y, width, height }];
  });
}

function isVisible({ seen }: VisibleBox, whole: number, isBall: boolean): boolean {
  return isBall
    ? seen >= Math.max(leastSeenOfBall, whole * leastShareOfBall)
    : seen >= Math.max(leastSeen, whole * leastShare);
}
