// Shows a run while it goes on: events in, text out. Results go to standard output, the way there to standard error.
import type { RunEvent } from "../contract/events.ts";
import { createLiveLines } from "./live.ts";
import { liveLines, plainLine, type Progress } from "./progress.ts";
import { failureLines, logLine, planLines, quietLine, startedLine, type Style, summaryLines } from "./render.ts";
import type { Terminal } from "./terminal.ts";
import { count } from "./text.ts";

export type ReporterOptions = {
  readonly terminal: Terminal;
  /** For standard output and for standard error: one may be a file. */
  readonly style: { readonly out: Style; readonly err: Style };
  /** `people`: plan, progress, summary. `quiet`: only problems and one line at the end. `json`: every event as a line. */
  readonly mode: "people" | "quiet" | "json";
  /** True when the plan is the result asked for. */
  readonly planOnly: boolean;
  /** What a command that looks at the result needs, such as ` --store /data`. */
  readonly store?: string;
  /** Milliseconds from any fixed point. */
  readonly now: () => number;
};

export interface Reporter {
  event(event: RunEvent): void;
  /** Says something for people, outside the events. */
  notice(text: string): void;
  /** Draws what is due; to be called a few times a second. */
  tick(): void;
  /** Takes the live lines away. */
  close(): void;
}

export function createReporter(options: ReporterOptions): Reporter {
  if (options.mode === "json") return jsonReporter(options);
  return options.mode === "quiet" ? quietReporter(options) : peopleReporter(options);
}

function jsonReporter({ terminal: { out, err } }: ReporterOptions): Reporter {
  return {
    event: (event) => out.write(`${JSON.stringify(event)}\n`),
    notice: (text) => err.isTerminal && err.write(`${text}\n`),
    tick: () => {},
    close: () => {},
  };
}

function quietReporter({ terminal: { out, err }, style }: ReporterOptions): Reporter {
  return {
    event(event) {
      if (event.event === "failed") err.write(textOf(failureLines(event, style.err)));
      if (event.event === "log" && event.level === "warning") err.write(`${logLine(event, style.err)}\n`);
      if (event.event === "summary") out.write(`${quietLine(event)}\n`);
    },
    notice: () => {},
    tick: () => {},
    close: () => {},
  };
}

function peopleReporter({ terminal, style, planOnly, store, now }: ReporterOptions): Reporter {
  const { out, err } = terminal;
  const track = err.isTerminal ? liveTrack(terminal, style.err, now) : plainTrack(terminal, now);
  const say = (output: typeof out, lines: readonly string[]) => {
    track.clear();
    output.write(textOf(lines));
  };
  return {
    event(event) {
      switch (event.event) {
        case "started":
          return say(err, [startedLine(event, style.err)]);
        case "listing":
          return track.listing(event.records);
        case "plan":
          return planOnly ? say(out, planLines(event, style.out)) : say(err, [...planLines(event, style.err), ""]);
        case "progress":
          return track.progress(event);
        case "log":
          return say(err, [logLine(event, style.err)]);
        case "summary":
          track.finish();
          return say(out, summaryLines(event, style.out, store));
        case "failed":
          track.finish();
          return say(err, failureLines(event, style.err));
      }
    },
    notice: (text) => say(err, [style.err.paint.dim(text)]),
    tick: track.tick,
    close: track.clear,
  };
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** How progress is shown: in place, or as lines of a log. */
type Track = {
  readonly listing: (records: number) => void;
  readonly progress: (progress: Progress) => void;
  readonly tick: () => void;
  readonly clear: () => void;
  readonly finish: () => void;
};

/** Ten pictures a second at most: more is not seen and costs the run its time. */
const drawEveryMs = 100;
/** A stage that has all it knows of stays visible this long: more may come. */
const lingerMs = 1_000;

function liveTrack({ err, size }: Terminal, { paint }: Style, now: () => number): Track {
  const live = createLiveLines(err);
  const stages = new Map<string, { readonly progress: Progress; readonly at: number }>();
  let listed = 0;
  let drawnAt = -Infinity;
  let due = false;

  function lines(): string[] {
    const at = now();
    const active = [...stages.values()]
      .filter((stage) => stage.progress.done < stage.progress.total || at - stage.at < lingerMs)
      .map(({ progress }) => progress);
    const { columns, rows } = size();
    if (active.length > 0) return liveLines(active.slice(-Math.max(1, rows - 2)), columns - 1, paint);
    return stages.size === 0 && listed > 0 ? [paint.dim(`listing: ${count(listed)} records`)] : [];
  }
  function tick(): void {
    if (!due || now() - drawnAt < drawEveryMs) return;
    drawnAt = now();
    due = false;
    live.draw(lines());
  }
  function change(): void {
    due = true;
    tick();
  }
  return {
    listing(records) {
      listed = records;
      change();
    },
    progress(progress) {
      stages.set(progress.stage, { progress, at: now() });
      change();
    },
    tick,
    clear() {
      live.clear();
      due = stages.size > 0;
    },
    finish: () => stages.clear(),
  };
}

/** Seconds between lines in a log. */
const sayEveryMs = 3_000;

function plainTrack({ err }: Terminal, now: () => number): Track {
  const unsaid = new Map<string, Progress>();
  const startedAt = now();
  let saidAt = startedAt;
  let listed: number | undefined;

  function say(): void {
    saidAt = now();
    if (listed !== undefined) err.write(`listing: ${count(listed)} records\n`);
    for (const progress of unsaid.values()) err.write(`${plainLine(progress)}\n`);
    listed = undefined;
    unsaid.clear();
  }
  function tick(): void {
    if (now() - saidAt >= sayEveryMs) say();
  }
  return {
    listing(records) {
      listed = records;
      tick();
    },
    progress(progress) {
      listed = undefined;
      unsaid.set(progress.stage, progress);
      tick();
    },
    tick,
    clear: () => {},
    finish() {
      listed = undefined;
      say();
    },
  };
}
