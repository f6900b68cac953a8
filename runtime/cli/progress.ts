// How far each stage is: one live line a stage in a terminal, plain lines elsewhere. Pure.
import type { RunEvent } from "../contract/events.ts";
import type { Paint } from "./paint.ts";
import { count, fitted, padded, plain, roughly, widthOf } from "./text.ts";

export type Progress = Extract<RunEvent, { readonly event: "progress" }>;

const longestName = 28;
const longestBar = 24;

/** One line a stage, each at most `width` columns wide, the bars below each other. */
export function liveLines(stages: readonly Progress[], width: number, paint: Paint): string[] {
  const names = stages.map(({ stage }) => fitted(plain(stage), longestName));
  const nameWidth = Math.max(0, ...names.map(widthOf));
  const doneTexts = stages.map(doneOf);
  const doneWidth = Math.max(0, ...doneTexts.map(widthOf));
  const barWidth = Math.min(longestBar, width - nameWidth - doneWidth - 30);
  return stages.map((stage, at) => {
    const name = padded(names[at] ?? "", nameWidth);
    const numbers = `${padded(doneTexts[at] ?? "", doneWidth, "right")}  ${speedOf(stage)}`.trimEnd();
    if (barWidth < 4) return fitted(`${name}  ${numbers}`, width);
    return `${name}  ${bar(stage, barWidth, paint)}  ${fitted(numbers, width - nameWidth - barWidth - 4)}`.trimEnd();
  });
}

/** A stage's progress on a line of its own, for logs. */
export function plainLine(progress: Progress): string {
  return `${plain(progress.stage)}: ${doneOf(progress)}${suffix(speedOf(progress))}`;
}

/** Seconds to go at the present rate; `undefined` while that cannot be said. */
export function secondsLeft({ done, total, rate }: Progress): number | undefined {
  return rate > 0 && total > done ? (total - done) / rate : undefined;
}

function doneOf({ done, total }: Progress): string {
  return `${count(done)}/${count(total)}`;
}

function speedOf(progress: Progress): string {
  const { done, total, rate } = progress;
  if (done >= total) return "done";
  const left = secondsLeft(progress);
  const speed = rate > 0 ? `${rate < 10 ? rate.toFixed(1) : count(rate)}/s` : "";
  return left === undefined ? speed : `${speed}  ${roughly(left)} left`;
}

function suffix(text: string): string {
  return text === "" ? "" : `, ${text.replace("  ", ", ")}`;
}

function bar({ done, total }: Progress, width: number, paint: Paint): string {
  const filled = total === 0 ? 0 : Math.min(width, Math.floor((done / total) * width));
  return paint.cyan("━".repeat(filled)) + paint.dim("─".repeat(width - filled));
}
