// `verify`: reads everything again and compares it with what was written; with `--replay`, computes it again as well.
import { InputError } from "../../contract/errors.ts";
import type { Replayed } from "../../contract/events.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { createPulse } from "../../contract/pulse.ts";
import { waitingFor } from "../../engine/leased.ts";
import { refOf } from "../../engine/reader.ts";
import { verifyVersions, type Wanted } from "../../engine/verify.ts";
import { versionNumbers } from "../../engine/verify_refs.ts";
import type { DatasetStorage } from "../../store/open.ts";
import { type Context, storeSpec, styleFor, writeLines } from "../context.ts";
import { checkDataset, datasetNames, openForReading } from "../reading.ts";
import { createReporter } from "../reporter.ts";
import { startApart } from "../start.ts";
import { supervise } from "../supervise.ts";
import { plain } from "../text.ts";
import type { DatasetName } from "../values.ts";
import { findingLines, replayLines, verifiedLines, wayOut } from "../verified_lines.ts";
import { createVerifyProgress } from "../verify_progress.ts";
import { onStopAsked } from "./run.ts";

export type VerifyCommandOptions = {
  readonly store?: string;
  readonly replay?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
};

/** Verifies, and says all that is wrong; returns the exit code. */
export async function verify(
  name: DatasetName | undefined,
  options: VerifyCommandOptions,
  context: Context,
): Promise<number> {
  const storage = await openForReading(options.store, context);
  const wanted = await wantedOf(storage, name);
  const stopped = new AbortController();
  const release = onStopAsked(
    () => stopped.abort(new DOMException("Stopped before all was read", "AbortError")),
    context,
  );
  const say = (text: string) => writeLines(context.terminal.err, [plain(text)]);
  const lease = await storage.leases.openForReading("verify", {
    signal: stopped.signal,
    onWait: (who) => say(`${waitingFor(who)} …`),
  });
  let isSound = false;
  try {
    isSound = await readAll(storage, wanted, options, context, stopped.signal);
    if (options.replay !== true) return isSound ? exitCodes.ok : exitCodes.store;
    if (isSound) {
      release();
      return await replayAll(await replaysOf(storage, wanted, options), options, context);
    }
    if (options.json !== true) say("Nothing was computed again: what it would be computed from is damaged");
    return exitCodes.store;
  } finally {
    release();
    await lease.close();
  }
}

async function wantedOf(storage: DatasetStorage, name: DatasetName | undefined): Promise<Wanted[]> {
  if (name === undefined) return (await datasetNames(storage)).map((dataset) => ({ dataset }));
  const { dataset, which } = name;
  await checkDataset(storage, dataset);
  if (which === undefined) return [{ dataset }];
  const number = typeof which === "number" ? which : (await refOf(storage, dataset, which))?.number;
  const numbers = await versionNumbers(storage, dataset);
  if (number !== undefined && numbers.includes(number)) return [{ dataset, number }];
  const known = numbers.slice(-10).map((one) => `v${one}`).join(", ");
  throw new InputError(
    `Cannot find "${which}" of "${plain(dataset)}": it has ${numbers.length > 10 ? "… " : ""}${known}`,
  );
}

/** True when nothing is wrong. */
async function readAll(
  storage: DatasetStorage,
  wanted: readonly Wanted[],
  { json = false, color }: VerifyCommandOptions,
  context: Context,
  signal: AbortSignal,
): Promise<boolean> {
  const { terminal: { out }, now } = context;
  const progress = createVerifyProgress(context, json);
  const startedMs = now();
  const { findings, verified } = await verifyVersions({ storage, wanted, signal, onProgress: progress.show })
    .finally(progress.clear);
  const seconds = (now() - startedMs) / 1000;
  if (json) {
    for (const finding of findings) {
      writeLines(out, [JSON.stringify({ event: "finding", ...finding, wayOut: wayOut(finding) })]);
    }
    const summary = { event: "verified", store: storage.store.place, ...verified, findings: findings.length, seconds };
    writeLines(out, [JSON.stringify(summary)]);
  } else {
    const style = styleFor(out, context, color);
    const names = wanted.map(({ dataset, number }) => number === undefined ? dataset : `${dataset}@${number}`);
    writeLines(out, findingLines(findings, storage.store.place, style));
    writeLines(out, verifiedLines({ verified, findings: findings.length, names, seconds }, style));
  }
  return findings.length === 0;
}

async function replaysOf(
  storage: DatasetStorage,
  wanted: readonly Wanted[],
  { all = false }: VerifyCommandOptions,
): Promise<Required<Wanted>[]> {
  const replays: Required<Wanted>[] = [];
  for (const { dataset, number } of wanted) {
    const numbers = number === undefined ? await versionNumbers(storage, dataset) : [number];
    replays.push(...numbers.slice(all ? 0 : -1).map((one) => ({ dataset, number: one })));
  }
  return replays;
}

/** The worst exit code of all of them. */
async function replayAll(
  replays: readonly Required<Wanted>[],
  options: VerifyCommandOptions,
  context: Context,
): Promise<number> {
  let worst: number = exitCodes.ok;
  for (const one of replays) {
    const exit = await replay(one, options, context);
    if (exit === exitCodes.interrupted) return exit;
    if (worst === exitCodes.ok || exit === exitCodes.store) worst = exit;
  }
  return worst;
}

async function replay(
  { dataset, number }: Required<Wanted>,
  { store, json = false, color }: VerifyCommandOptions,
  context: Context,
): Promise<number> {
  const { terminal, now, root, env } = context;
  const style = { out: styleFor(terminal.out, context, color), err: styleFor(terminal.err, context, color) };
  const reporter = createReporter({ terminal, style, mode: json ? "json" : "people", planOnly: false, now });
  if (!json) reporter.notice(`Computing ${plain(dataset)}@${number} again …`);
  const started = startApart(storeSpec(store, context));
  let replayed: Replayed | undefined;
  try {
    const exit = await supervise({
      worker: started.worker,
      request: {
        task: { type: "replay", dataset, number },
        store: started.store,
        scratch: started.scratch,
        root,
        env,
        pulse: createPulse(),
      },
      onEvent(event) {
        if (event.event === "replayed") replayed = event;
        if (json || event.event !== "log" || event.level === "warning") reporter.event(event);
      },
      onTick: reporter.tick,
      notice: reporter.notice,
      onStop: (stop) => onStopAsked(stop, context),
      keeps: false,
    });
    reporter.close();
    if (replayed === undefined) return exit;
    if (!json) writeLines(terminal.out, replayLines(replayed, style.out));
    return replayed.same ? exit : exitCodes.store;
  } finally {
    started.end();
    reporter.close();
  }
}
