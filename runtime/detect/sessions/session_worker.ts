// The Worker in which a session lives. It is handed everything: the model, the pixels, the port to talk through.
import { ItemError, messageOf } from "../../contract/errors.ts";
import { findAdapter } from "../backends/adapter.ts";
import { openSession } from "../backends/backends.ts";
import type { Session } from "../backends/session.ts";
import { candidatesOf } from "../candidates.ts";
import { decodeClasses } from "../layouts/classes.ts";
import { decodeOutputs } from "../layouts/layouts.ts";
import type { AnySpec } from "../model_spec.ts";
import type { SessionCommand, SessionReply, TriedPort } from "./session_messages.ts";
import { emptyFeeds, feedsOf, fillTensor, type InputData, type TensorData, type Tensors } from "../tensor.ts";

declare const self: DedicatedWorkerGlobalScope;
interface DedicatedWorkerGlobalScope {
  onmessage: ((event: MessageEvent<MessagePort>) => void) | null;
}

type Find = Extract<SessionCommand, { readonly type: "find" }>;

/** What the Worker has been told so far. */
type Told = { session?: Session; model?: { readonly spec: AnySpec; readonly floor: number }; input?: InputData };

self.onmessage = ({ data: port }) => {
  const told: Told = {};
  let last = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<SessionCommand>) => {
    last = last.then(async () => {
      const reply = await replyTo(data, told);
      if (reply !== undefined) port.postMessage(reply);
    });
  };
};

async function replyTo(command: SessionCommand, told: Told): Promise<SessionReply | undefined> {
  try {
    return await obey(command, told);
  } catch (thrown) {
    const reason = thrown instanceof ItemError ? { reason: thrown.code } : {};
    return { type: "failed", ...reason, message: messageOf(thrown) };
  }
}

async function obey(command: SessionCommand, told: Told): Promise<SessionReply | undefined> {
  switch (command.type) {
    case "adapter":
      return { type: "adapter", adapter: await findAdapter() };
    case "open": {
      const session = told.session = await openSession[command.backend](command);
      return { type: "open", inputs: session.inputs, outputs: session.outputs };
    }
    case "try":
      return { type: "tried", outputs: triedPorts(await opened(told).run(emptyFeeds(command.feeding))) };
    case "model":
      told.model = command;
      return undefined;
    case "find":
      return await find(command, told);
  }
}

async function find({ raster, at, image }: Find, told: Told): Promise<SessionReply> {
  if (told.model === undefined) throw new TypeError("Cannot find anything: no model was named");
  const { spec, floor } = told.model;
  told.input = fillTensor(raster, at, spec, told.input);
  const outputs = await opened(told).run(feedsOf(spec, told.input));
  const candidates = spec.layout === "classes"
    ? { ...decodeClasses(outputs, spec), boxes: [] }
    : candidatesOf(decodeOutputs(outputs, spec, floor), at, image);
  return { type: "found", candidates };
}

function opened({ session }: Told): Session {
  if (session === undefined) throw new TypeError("Cannot run a model: no session was opened");
  return session;
}

function triedPorts(outputs: Tensors): TriedPort[] {
  return Object.entries(outputs).map(([name, { type, shape, data }]) => ({ name, type, shape, ...rangeOf(data) }));
}

function rangeOf(data: TensorData): Pick<TriedPort, "least" | "most" | "others"> {
  let [least, most, others] = [Infinity, -Infinity, 0];
  for (const each of data) {
    const value = Number(each);
    if (!Number.isFinite(value)) others++;
    else [least, most] = [Math.min(least, value), Math.max(most, value)];
  }
  return least > most ? { others } : { least, most, others };
}
