// Tells the world of versions: what sinks have to say is written down, what is due is delivered, and what becomes of it
// is written down as well. A sink that fails does not undo the version.
import { ItemError, messageOf, StoreError, TransientError } from "../contract/errors.ts";
import type { Delivery, DeliveryOutcome, Sink, SinkHost } from "../contract/delivery.ts";
import { isQuiet } from "../contract/quiet_hours.ts";
import type { Attempt, Posted, Result, Where } from "../store/outbox.ts";
import type { RunDeps } from "./run.ts";
import { type BoundSink, messageIn, takeIn } from "./take_in.ts";

/** Milliseconds after which a claim without a lease that can be looked at is taken for dead. */
const deadMs = 600_000;
/** Milliseconds for which a delivery that fails is tried again. */
const usualPatienceMs = 7 * 86_400_000;
/** Tries that are made in whatever run comes next; later ones wait, each twice as long as the one before. */
const eagerTries = 8;
const [firstPauseMs, longestPauseMs] = [60_000, 3_600_000];
/** A receiver that asks for more than this is left alone until another run. */
const longestWaitMs = 10_000;

/** Tells of all versions up to `head` that were not told of, and tries again what is still to be delivered. */
export async function tellSinks(deps: RunDeps, head: number, signal: AbortSignal): Promise<void> {
  for (const bound of deps.pipeline.sinks) await tellSink(deps, bound, head, signal);
}

async function tellSink(deps: RunDeps, bound: BoundSink, head: number, signal: AbortSignal): Promise<void> {
  let opened: Promise<Sink> | undefined;
  const who = { plugin: bound.id, phase: "open" };
  const open = () =>
    opened ??= deps.call(who, signal, () => bound.definition.open(bound.options, hostOf(deps, bound.id)));
  try {
    const waiting = await takeIn(deps, bound, open, head, signal);
    const tally = await deliverAll(deps, bound, open, signal);
    sayHowItWent(deps, bound.id, tally, waiting);
  } catch (thrown) {
    if (signal.aborted || thrown instanceof StoreError) throw thrown;
    warn(deps, `${bound.id}: ${messageOf(thrown)}. What it has to tell is told by the next run`);
  } finally {
    await opened?.then((sink) => sink.close?.(), () => {});
  }
}

function hostOf({ world, codec, pixels, emit, today }: RunDeps, id: string): SinkHost {
  return {
    web: world.web,
    async picture(image, edge) {
      try {
        return await codec.thumbnail(await pixels.bytes(image), image, edge);
      } catch (thrown) {
        if (!(thrown instanceof StoreError) || thrown.failure !== "missing") throw thrown;
        throw new ItemError("erased", `Cannot show an image: ${thrown.message}`, { cause: thrown });
      }
    },
    now: () => Date.parse(today()),
    log: (text) => emit({ event: "log", level: "info", text: `${id}: ${text}` }),
  };
}

type Tally = { delivered: number; messages: number; waiting: number };

async function deliverAll(
  deps: RunDeps,
  bound: BoundSink,
  open: () => Promise<Sink>,
  signal: AbortSignal,
): Promise<Tally> {
  const { outbox } = deps.storage;
  const name = { dataset: deps.pipeline.dataset, sink: bound.id };
  const tally: Tally = { delivered: 0, messages: 0, waiting: 0 };
  const pages = await Array.fromAsync(outbox.pages(name, "open"));
  const open_ = pages.flatMap(({ page, posted }) => posted.map((one) => ({ ...one, since: page.at })));
  const left = new Map(pages.map(({ number, posted }) => [number, posted.length]));
  // Those that were tried least go first, so that one that always fails keeps nobody waiting.
  let isDown = false;
  for (const one of open_.toSorted((left, right) => left.attempts.length - right.attempts.length)) {
    const outcome = isDown && !hasEnded(one.attempts) ? "later" : await deliverOne(deps, bound, open, one, signal);
    if (outcome === "delivered" || outcome === "ended") left.set(one.page, (left.get(one.page) ?? 0) - 1);
    else tally.waiting++;
    if (outcome === "down") isDown = true;
    if (outcome !== "delivered") continue;
    tally.delivered++;
    tally.messages += one.formed.count;
  }
  for (const [page, open] of left) if (open === 0) await outbox.close(name, page);
  return tally;
}

type Todo = Posted & { readonly since: string };

/** True once it was delivered or given up, unless somebody asked for another try. */
export function hasEnded(attempts: readonly Attempt[]): boolean {
  if (attempts.some(({ result }) => result?.outcome === "delivered")) return true;
  const last = attempts.at(-1);
  return last?.result?.outcome === "failed" && last.asked !== true;
}

async function deliverOne(
  deps: RunDeps,
  bound: BoundSink,
  open: () => Promise<Sink>,
  one: Todo,
  signal: AbortSignal,
): Promise<"delivered" | "ended" | "later" | "down"> {
  if (hasEnded(one.attempts)) return "ended";
  const last = one.attempts.at(-1);
  const nowMs = Date.parse(deps.today());
  if (one.formed.quiet !== undefined && isQuiet(one.formed.quiet, nowMs)) return "later";
  if (last?.asked !== true && last?.result?.after !== undefined && Date.parse(last.result.after) > nowMs) {
    return "later";
  }
  if (last !== undefined && last.result === undefined && await isUnderWay(deps, last)) return "later";
  const sink = await open();
  let attempt = one.attempts.length;
  let isRepeat = one.attempts.some(({ result }) => result === undefined || result.maybe_sent === true);
  let outcome: DeliveryOutcome | undefined;
  try {
    const who = { plugin: bound.id, phase: "deliver", item: one.formed.id, untimed: true } as const;
    // A passing trouble is tried again at once, as everywhere else; each try is written down.
    await deps.call(who, signal, async () => {
      outcome = await tryOnce(deps, bound, sink, { ...one, isRepeat }, ++attempt, signal);
      isRepeat ||= outcome?.outcome === "again" && outcome.maybeSent === true;
      if (outcome?.outcome !== "again" || outcome.isDown !== true || (outcome.afterMs ?? 0) > longestWaitMs) return;
      throw new TransientError(outcome.why, outcome.afterMs);
    });
  } catch (thrown) {
    if (signal.aborted || !(thrown instanceof TransientError)) throw thrown;
  }
  if (outcome === undefined) return "later"; // another process has it
  if (outcome.outcome === "delivered") return "delivered";
  const text = `${bound.id}: ${outcome.why}`;
  warn(deps, outcome.outcome === "failed" ? `${text}. It is given up` : `${text}. It stays in the outbox`);
  if (outcome.outcome === "failed") return "ended";
  return outcome.isDown === true ? "down" : "later";
}

async function isUnderWay({ storage: { leases }, lease, today }: RunDeps, { claim }: Attempt): Promise<boolean> {
  if (claim.lease !== undefined) return claim.lease !== lease && await leases.isAtWork(claim.lease);
  return Date.parse(today()) - Date.parse(claim.at) < deadMs;
}

type Trying = Todo & { readonly isRepeat: boolean };

/** `undefined` when another process makes this try. */
async function tryOnce(
  deps: RunDeps,
  bound: BoundSink,
  sink: Sink,
  { page, formed, since, isRepeat }: Trying,
  attempt: number,
  signal: AbortSignal,
): Promise<DeliveryOutcome | undefined> {
  const { pipeline: { dataset }, storage: { outbox, chunks }, run, lease } = deps;
  const where: Where = { dataset, sink: bound.id, page, id: formed.id, attempt };
  const claim = { at: deps.today(), run, ...(lease === undefined ? {} : { lease }) };
  if (!await outbox.claim(where, claim)) return undefined;
  const delivery: Delivery = {
    id: formed.id,
    dataset,
    group: formed.group,
    at: since,
    attempt,
    count: formed.count,
    async *messages() {
      for await (const line of chunks.readList(formed.messages)) yield messageIn(line);
    },
  };
  const outcome: DeliveryOutcome = formed.count === 0
    ? { outcome: "failed", why: "its messages were erased" }
    : await outcomeOf(deps, bound.id, sink, delivery, signal);
  const told = patient(outcome, { sink, attempt, ageMs: Date.parse(deps.today()) - Date.parse(since) });
  await outbox.settle(where, withoutSecrets(resultOf(deps, told, attempt, isRepeat), deps.pipeline.secrets));
  return told;
}

async function outcomeOf(
  { call }: RunDeps,
  id: string,
  sink: Sink,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  try {
    const who = { plugin: id, phase: "deliver", item: delivery.id };
    return await call(who, signal, async (limit) => {
      try {
        return await sink.deliver(delivery, limit) ?? { outcome: "delivered" };
      } catch (thrown) {
        if (!(thrown instanceof TransientError)) throw thrown;
        const { retryAfterMs: afterMs } = thrown;
        const why = messageOf(thrown);
        return { outcome: "again", why, isDown: true, ...(afterMs === undefined ? {} : { afterMs }) };
      }
    });
  } catch (thrown) {
    if (signal.aborted || thrown instanceof StoreError) throw thrown;
    const maybeSent = thrown instanceof ItemError && thrown.code === "timeout";
    return { outcome: "again", why: messageOf(thrown), ...(maybeSent ? { maybeSent } : {}) };
  }
}

/** Patience has an end. */
function patient(
  outcome: DeliveryOutcome,
  { sink, attempt, ageMs }: { readonly sink: Sink; readonly attempt: number; readonly ageMs: number },
): DeliveryOutcome {
  if (outcome.outcome !== "again" || ageMs < (sink.patienceMs ?? usualPatienceMs)) return outcome;
  const { why, reply } = outcome;
  return { outcome: "failed", why: `${why} (after ${attempt} tries)`, ...(reply === undefined ? {} : { reply }) };
}

function resultOf({ today, run }: RunDeps, outcome: DeliveryOutcome, attempt: number, isRepeat: boolean): Result {
  const at = today();
  const pause = attempt < eagerTries ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - eagerTries));
  const afterMs = outcome.outcome === "again" ? Math.max(pause, outcome.afterMs ?? 0) : 0;
  return {
    outcome: outcome.outcome,
    at,
    run,
    ...(outcome.outcome === "delivered" ? {} : { why: outcome.why }),
    ...(outcome.reply === undefined ? {} : { reply: outcome.reply }),
    ...(afterMs === 0 ? {} : { after: new Date(Date.parse(at) + afterMs).toISOString() }),
    ...(outcome.outcome === "again" && outcome.maybeSent ? { maybe_sent: true } : {}),
    ...(isRepeat ? { maybe_repeated: true } : {}),
  };
}

function withoutSecrets(result: Result, secrets: readonly string[]): Result {
  const shown = secrets.filter((secret) => secret !== "").map((secret) => JSON.stringify(secret).slice(1, -1));
  return JSON.parse(shown.reduce((text, secret) => text.replaceAll(secret, "***"), JSON.stringify(result)));
}

function sayHowItWent(
  { emit }: RunDeps,
  id: string,
  { delivered, messages, waiting }: Tally,
  later: { readonly count: number; readonly from: string } | undefined,
): void {
  const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
  const messagesText = (count: number) => many(count, "message", "messages");
  const deliveriesText = (count: number) => many(count, "delivery", "deliveries");
  const parts = [
    ...(delivered === 0 ? [] : [`delivered ${messagesText(messages)} in ${deliveriesText(delivered)}`]),
    ...(waiting === 0 ? [] : [`${deliveriesText(waiting)} to try again`]),
    ...(later === undefined
      ? []
      : [`${messagesText(later.count)} waiting until ${later.from.slice(0, 16).replace("T", " ")} UTC or later`]),
  ];
  if (parts.length > 0) emit({ event: "log", level: "info", text: `${id}: ${parts.join("; ")}` });
}

function warn({ emit }: RunDeps, text: string): void {
  emit({ event: "log", level: "warning", text });
}
