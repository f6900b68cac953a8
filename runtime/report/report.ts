// What a report says, and the doors to the two ways of writing it down, which load only when used.
import type { Counts, Provenance, RunTimes } from "../contract/version.ts";
import type { LabelColors } from "./label_colors.ts";
import type { OutcomeCount } from "./outcomes.ts";
import type { ItemStatistics } from "./statistics.ts";

/** A thumbnail is the bytes of a JPEG, PNG or WebP. */
export type Specimen = { readonly name: string; readonly text?: string; readonly thumbnail?: Uint8Array };

/** Items that were lost at one step for one reason. */
export type LossGroup = {
  readonly verdict: "dropped" | "rejected";
  readonly step: string;
  readonly reason: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly Specimen[];
};

export type NoteGroup = { readonly step: string; readonly count: number; readonly examples: readonly Specimen[] };

/** Pictures of one split, or of all items where there is none. */
export type SampleGroup = { readonly title: string; readonly pictures: readonly Specimen[] };

/** Everything in it may come from outside; whoever writes it down escapes it. */
export type Report = {
  readonly dataset: string;
  readonly counts: Counts;
  readonly provenance: Provenance;
  readonly statistics: ItemStatistics;
  /** Records that were lost, by where and why. */
  readonly outcomes: readonly OutcomeCount[];
  readonly losses: readonly LossGroup[];
  readonly notes: readonly NoteGroup[];
  readonly samples: readonly SampleGroup[];
  /** The colours of boxes in sample pictures. */
  readonly colors: LabelColors;
  readonly times?: RunTimes;
  /** Other pages about this version, by addresses relative to this one. */
  readonly links: readonly { readonly title: string; readonly href: string }[];
};

/** The report as Markdown, without pictures. */
export async function reportMarkdown(report: Report): Promise<string> {
  return (await import("./report_markdown.ts")).writeMarkdown(report);
}

/** The report as one HTML file that loads nothing and runs nothing. */
export async function reportPage(report: Report): Promise<string> {
  return (await import("./report_page.ts")).writePage(report);
}
