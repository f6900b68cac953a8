// The tables of a report as plain text cells, for whoever writes them down. Pure.
import { canonicalJson, type Json } from "../contract/json.ts";
import type { BoundPlugin, StageTime } from "../contract/version.ts";
import type { Report } from "./report.ts";

/** Cells are not escaped yet. Columns named in `right` (counted from 0) hold numbers, those in `code` names. */
export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly right: readonly number[];
  readonly code: readonly number[];
};

/** What ran: source, steps and exports in order. */
export function pluginTable({ provenance: { source, steps, exports } }: Report): Table {
  const rows = [source, ...steps, ...exports].map((bound) => [bound.id, pluginName(bound), optionsText(bound.options)]);
  return { head: ["id", "plugin", "options"], rows, right: [], code: [0, 2] };
}

function pluginName({ kind, uses, version }: BoundPlugin): string {
  return `${kind === "item" || kind === "dataset" ? "step" : kind} ${uses}, version ${version}`;
}

function optionsText(options: Json): string {
  const text = canonicalJson(options);
  return text === "{}" || text === "null" ? "" : text;
}

/** Versions of other datasets that the items come from; no rows where there are none. */
export function inputTable({ provenance: { inputs = [] } }: Report): Table {
  const rows = inputs.map(({ dataset, number, version }) => [dataset, `v${number}`, version]);
  return { head: ["dataset", "version", "id"], rows, right: [], code: [0, 2] };
}

export function paramTable({ provenance: { params, seed } }: Report): Table {
  const rows = Object.keys(params).sort().map((name) => [name, valueText(params[name])]);
  return { head: ["parameter", "value"], rows: [...rows, ["seed", String(seed)]], right: [], code: [0, 1] };
}

/** Codec, then whatever the run says of its surroundings. */
export function versionTable({ provenance: { codec }, times }: Report): Table {
  const environment = times?.environment ?? {};
  const rows = Object.keys(environment).sort().map((name) => [name, valueText(environment[name])]);
  return { head: ["what", "version"], rows: [["codec", codec], ...rows], right: [], code: [] };
}

/** Records that were lost, by where and why; no rows where none was. */
export function outcomeTable({ outcomes, counts: { records } }: Report): Table {
  const rows = outcomes.map(({ verdict, step, reason, records: count }) => [
    verdict,
    step,
    reason,
    String(count),
    shareOf(count, records),
  ]);
  return { head: ["verdict", "step", "reason", "records", "share"], rows, right: [3, 4], code: [1, 2] };
}

function valueText(value: Json | undefined): string {
  return typeof value === "string" ? value : canonicalJson(value ?? null);
}

export function stageTable(stages: readonly StageTime[]): Table {
  const rows = stages.map((stage) => [
    stage.id,
    String(stage.itemsIn),
    String(stage.itemsOut),
    String(stage.computed),
    String(stage.reused),
    seconds(stage.seconds),
    seconds(stage.busySeconds),
    stage.busySeconds > 0 ? (stage.computed / stage.busySeconds).toFixed(0) : "",
  ]);
  const head = ["stage", "in", "out", "computed", "reused", "seconds", "busy seconds", "items per busy second"];
  return { head, rows, right: [1, 2, 3, 4, 5, 6, 7], code: [0] };
}

export function seconds(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1);
}

/** `12 345`, with narrow gaps that do not break. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function shareOf(count: number, whole: number): string {
  if (whole === 0) return "";
  const percent = 100 * count / whole;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : percent.toFixed(0)}\u202f%`;
}
