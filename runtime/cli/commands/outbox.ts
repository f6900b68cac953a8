// `outbox`: what sinks were given to deliver, what became of it, and how to have it tried again.
import { InputError } from "../../contract/errors.ts";
import { exitCodes } from "../../contract/exit_codes.ts";
import { hasEnded } from "../../engine/deliveries.ts";
import { messageIn } from "../../engine/take_in.ts";
import type { DatasetStorage } from "../../store/open.ts";
import type { Attempt, OutboxName, Page, Posted } from "../../store/outbox.ts";
import { type Context, styleFor, writeLines } from "../context.ts";
import { whileWriting } from "../leasing.ts";
import { minuteOf, openForReading } from "../reading.ts";
import { shortId, type Style } from "../render.ts";
import { stoppable } from "../signals.ts";
import { table } from "../table.ts";
import { count, plain, plural } from "../text.ts";

export type OutboxOptions = {
  readonly store?: string;
  readonly state?: "delivered" | "failed" | "pending";
  readonly limit: number;
  readonly retry?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
};

export type OutboxArguments = { readonly dataset?: string | undefined; readonly delivery?: string | undefined };

type State = "delivered" | "failed" | "pending";

/** A delivery and what became of it. `at`: when it was put together. */
type Row = OutboxName & Posted & { readonly at: string; readonly state: State };

/** Messages that are not due. */
type Waiting = OutboxName & NonNullable<Page["waiting"]>;

/** Lists deliveries, the newest first, shows one, or has them tried again; returns the exit code. */
export async function showOutbox(
  { dataset, delivery }: OutboxArguments,
  options: OutboxOptions,
  context: Context,
): Promise<number> {
  const { out, err } = context.terminal;
  const { json = false, limit, state, retry = false } = options;
  const storage = await openForReading(options.store, context);
  const style = styleFor(out, context, options.color);
  const all = await rowsIn(storage, dataset, delivery === undefined && !retry ? limit : Infinity);
  const chosen = delivery === undefined ? all.rows : [oneOf(all.rows, delivery)];
  if (retry) {
    const asked = await askAgain(storage, chosen, delivery !== undefined, context);
    writeLines(out, json ? asked.map(objectText) : [retryText(asked.length)]);
    return exitCodes.ok;
  }
  const [only] = chosen;
  if (delivery !== undefined && only !== undefined) {
    const shown = await messagesOf(storage, only);
    writeLines(out, json ? [JSON.stringify({ ...objectOf(only), messages: shown })] : oneLines(only, shown, style));
    return exitCodes.ok;
  }
  const rows = chosen.filter((row) => state === undefined || row.state === state).slice(0, limit);
  const waiting = state === undefined || state === "pending" ? all.waiting : [];
  if (json) {
    writeLines(out, [
      ...rows.map(objectText),
      ...waiting.map((one) => JSON.stringify({ ...one, state: "waiting" })),
    ]);
  } else writeLines(out, listLines(rows, waiting, dataset === undefined, style));
  if (rows.length + waiting.length === 0 && !json) writeLines(err, ["Nothing in the outbox"]);
  return exitCodes.ok;
}

async function rowsIn(
  { outbox }: DatasetStorage,
  dataset: string | undefined,
  newest: number,
): Promise<{ readonly rows: readonly Row[]; readonly waiting: readonly Waiting[] }> {
  const rows: Row[] = [];
  const waiting: Waiting[] = [];
  for (const name of await Array.fromAsync(outbox.names(dataset))) {
    let last: Page | undefined;
    for await (const { page, posted } of outbox.pages(name, newest === Infinity ? "all" : { newest })) {
      rows.push(...posted.map((one) => ({ ...name, ...one, at: page.at, state: stateOf(one.attempts) })));
      last = page;
    }
    if (last?.waiting !== undefined) waiting.push({ ...name, ...last.waiting });
  }
  return { rows: rows.sort((left, right) => left.at < right.at ? 1 : left.at > right.at ? -1 : 0), waiting };
}

function stateOf(attempts: readonly Attempt[]): State {
  if (!hasEnded(attempts)) return "pending";
  return attempts.some(({ result }) => result?.outcome === "delivered") ? "delivered" : "failed";
}

function oneOf(rows: readonly Row[], begin: string): Row {
  const fitting = rows.filter(({ formed }) => formed.id.startsWith(begin));
  const [one] = fitting;
  if (one !== undefined && fitting.length === 1) return one;
  const reason = fitting.length === 0
    ? "see what there is with `deno task fw outbox`"
    : `${fitting.length} deliveries begin so; give more of its id`;
  throw new InputError(`Cannot find the delivery "${plain(begin)}": ${reason}`);
}

/** Those that were asked for, or all that are not delivered and have been tried. */
async function askAgain(
  storage: DatasetStorage,
  rows: readonly Row[],
  isOne: boolean,
  context: Context,
): Promise<readonly Row[]> {
  const [one] = rows;
  if (isOne && one?.state === "delivered") {
    throw new InputError(`Cannot try "${one.formed.id}" again: it was delivered`);
  }
  const open = rows.filter(({ state, attempts }) => state !== "delivered" && attempts.at(-1)?.result !== undefined);
  await stoppable((signal) => (
    whileWriting(storage, { what: "outbox", signal, context }, async ({ outbox }) => {
      for (const { dataset, sink, page, formed, attempts } of open) {
        await outbox.askAgain({ dataset, sink, page, id: formed.id, attempt: attempts.length });
      }
    })
  ));
  return open;
}

function retryText(asked: number): string {
  if (asked === 0) return "Nothing to try again";
  return `The next run tries ${asked === 1 ? "one delivery" : `${count(asked)} deliveries`} again`;
}

// ---- showing

function objectOf({ dataset, sink, state, at, formed, attempts }: Row) {
  const { id, group, count, quiet } = formed;
  return { dataset, sink, id, state, at, group, count, ...(quiet === undefined ? {} : { quiet }), attempts };
}

function objectText(row: Row): string {
  return JSON.stringify(objectOf(row));
}

function listLines(rows: readonly Row[], waiting: readonly Waiting[], named: boolean, style: Style): string[] {
  const { paint } = style;
  const lines = table(rows, [
    { title: "since (UTC)", of: ({ at }) => minuteOf(at) },
    ...(named ? [{ title: "dataset", of: ({ dataset }: Row) => plain(dataset) }] : []),
    { title: "sink", of: ({ sink }) => plain(sink) },
    { title: "delivery", of: ({ formed }) => shortId(formed.id) },
    { title: "messages", of: ({ formed }) => count(formed.count), right: true },
    { title: "tries", of: ({ attempts }) => count(attempts.length), right: true },
    { title: "outcome", of: (row) => outcomeText(row, style), most: 80 },
  ], paint);
  const later = waiting.map(({ dataset, sink, count: messages, from }) => (
    `  ${plain(named ? `${dataset} ${sink}` : sink)}: ${plural(messages, "message")} ${
      messages === 1 ? "waits" : "wait"
    } until ${minuteOf(from)} UTC or later`
  ));
  return [...lines, ...later];
}

function outcomeText({ state, attempts }: Row, { paint }: Style): string {
  const last = attempts.at(-1);
  const { result } = last ?? {};
  if (state === "delivered") {
    const at = attempts.find(({ result }) => result?.outcome === "delivered")?.result?.at ?? "";
    return `delivered ${minuteOf(at)}`;
  }
  if (state === "failed") return `${paint.red("given up")}: ${plain(result?.why ?? "")}`;
  if (last === undefined) return "not tried yet";
  if (result === undefined) return paint.yellow("under way, or cut short");
  const when = last.asked === true || result.after === undefined
    ? "by the next run"
    : `after ${minuteOf(result.after)}`;
  return `${paint.yellow("again")} ${when}: ${plain(result.why ?? "")}`;
}

/** Messages that are shown of a delivery. */
const mostShown = 20;

async function messagesOf({ chunks }: DatasetStorage, { formed }: Row) {
  const shown = [];
  for await (const line of chunks.readList(formed.messages)) {
    if (shown.length >= mostShown) break;
    const { id, key, number, notBefore } = messageIn(line);
    shown.push({ id, key, number, ...(notBefore === undefined ? {} : { notBefore }) });
  }
  return shown;
}

type Shown = Awaited<ReturnType<typeof messagesOf>>;

function oneLines(row: Row, messages: Shown, style: Style): string[] {
  const { paint } = style;
  const { dataset, sink, at, formed, attempts } = row;
  const more = formed.count - messages.length;
  return [
    `${paint.bold(`${plain(dataset)} ${plain(sink)} ${formed.id}`)}  ${row.state}`,
    `  since     ${minuteOf(at)} UTC`,
    `  group     ${plain(formed.group)}`,
    "",
    paint.bold("Tries"),
    ...(attempts.length === 0 ? ["  none yet"] : attempts.flatMap(attemptLines)),
    "",
    paint.bold(plural(formed.count, "message")),
    ...messages.map(({ id, key, number }) => `  ${shortId(id)}  v${number}  ${plain(key)}`),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
  ];
}

function attemptLines({ claim, result, asked }: Attempt, index: number): string[] {
  const what = result === undefined ? "under way, or cut short" : result.outcome;
  const notes = [
    ...(result?.maybe_repeated === true ? ["the receiver may have had it before"] : []),
    ...(result?.maybe_sent === true ? ["the receiver may have it all the same"] : []),
    ...(asked === true ? ["asked to be tried again"] : []),
  ];
  return [
    `  ${index + 1}  ${(result?.at ?? claim.at).slice(0, 19).replace("T", " ")}  ${what}  run ${plain(claim.run)}`,
    ...(result?.why === undefined ? [] : [`     ${plain(result.why)}`]),
    ...(result?.reply === undefined ? [] : [`     ${plain(JSON.stringify(result.reply))}`]),
    ...notes.map((note) => `     ${note}`),
  ];
}
