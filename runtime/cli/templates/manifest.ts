// A manifest to start from, for a folder of images that was looked at.
import { stringify } from "yaml";

export type ManifestPlan = {
  readonly name: string;
  /** Path of the JSON Schema as seen from the manifest. */
  readonly schema: string;
  /** Folder of the images, as the manifest names it. */
  readonly folder: string;
  readonly images: number;
  readonly source: "folder" | "motogp";
  /** Globs of the files to take; all when empty. */
  readonly include: readonly string[];
  /** Box that images are brought into; absent when they have one size already. */
  readonly box?: { readonly width: number; readonly height: number };
  /** True when each folder is a class of its own. */
  readonly classes: boolean;
  /** A fact whose values must not cross splits. */
  readonly groupBy?: string;
};

/** The text of the manifest. */
export function manifestTemplate(plan: ManifestPlan): string {
  const { name, schema, images } = plan;
  return `# yaml-language-server: $schema=${schema}
name: ${name}
description: ${scalar(`${images} images, checked, split and published`)}

params:
  images:
    type: string
    default: ${scalar(plan.folder)}
    description: Folder with the images
  train:
    type: number
    default: 80
    description: Percent of the images for training; the others are shared by validation and testing

source:
  uses: ${plan.source}
  with:
    path: \${{ params.images }}
${plan.include.length === 0 ? "" : `    include: ${list(plan.include)}\n`}
steps:
  # Rejects damaged files and what is no image; rejected files are kept and listed in the report.
  - uses: validate
${resizeText(plan)}${splitText(plan)}
exports:
  - uses: imagefolder
  - uses: csv
  - uses: charts
  - uses: report

limits:
  max_rejected: 10%
`;
}

function resizeText({ box }: ManifestPlan): string {
  if (box === undefined) return "";
  return `  # Sizes differ. Everything is made to fit into this box; nothing is enlarged.
  - uses: resize
    with: { width: ${box.width}, height: ${box.height}, fit: contain, enlarge: false }
`;
}

function splitText({ classes, groupBy }: ManifestPlan): string {
  const lines = [
    ...(classes
      ? ["      # Every folder is a class: each is spread over the splits.", "      stratify_by: folder"]
      : []),
    ...(groupBy === undefined ? [] : [
      `      # Images of one ${groupBy} look alike: they stay on one side.`,
      `      group_by: ${groupBy}`,
    ]),
  ];
  return `  - uses: split
    with:
      train: \${{ params.train }}
      val: 10
      test: 10
${lines.map((line) => `${line}\n`).join("")}`;
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0, defaultStringType: "PLAIN" }).trim();
}

function list(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;
}
