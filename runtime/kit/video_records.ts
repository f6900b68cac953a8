// Frames of a video as records, and what is said of a video that has fewer than it promises.
import type { Facts, Flaw, SourceRecord } from "../contract/item.ts";
import type { ProgramExit } from "../contract/world.ts";
import { type FrameNotes, signSeconds, unreadable, type VideoStream } from "./video_program.ts";

/** Names frames by their time: `match.mp4/000012.345.jpg`. Where two have the same millisecond, the later one gets a
 *  number behind. */
export function frameRecords(
  { path: video, revision }: { readonly path: string; readonly revision: string },
  stream: VideoStream,
  format: "jpeg" | "png",
): (micros: number) => SourceRecord & { readonly facts: Facts } {
  const about = {
    video_width: stream.width,
    video_height: stream.height,
    video_fps: stream.fps,
    video_codec: stream.codec,
  };
  const ending = format === "png" ? "png" : "jpg";
  let before = "";
  let same = 1;
  let frame = -1;
  return (micros) => {
    frame++;
    const moment = (Math.max(0, Math.round(micros / 1000)) / 1000).toFixed(3).padStart(10, "0");
    same = moment === before ? same + 1 : 1;
    before = moment;
    const name = same === 1 ? moment : `${moment}_${String(same).padStart(3, "0")}`;
    return { key: `${video}/${name}.${ending}`, revision, facts: { video, time: micros / 1e6, frame, ...about } };
  };
}

/** Reasons that may be gone tomorrow: such a video is read again by the next run. */
const passing = new Set(["stalled", "killed", "unreadable"]);

export function isPassing({ reason }: Flaw): boolean {
  return passing.has(reason);
}

export function stalled(upTo = ""): Flaw {
  return { reason: "stalled", detail: `ffmpeg decoded no frame for as long as \`silence\` allows${upTo}` };
}

export type Ending = {
  readonly exit: ProgramExit;
  readonly notes: FrameNotes;
  /** Frames that came. */
  readonly count: number;
  readonly stream: VideoStream;
  readonly end?: number | undefined;
  readonly max_frames?: number | undefined;
};

/** A second less than the file promises is no damage: sound is often longer than the picture. */
const slackSeconds = 1;

/** What is wrong with a video whose frames have been read, if anything is. */
export function endingFlaw(
  { exit, notes, count, stream, end = Infinity, max_frames: most = Infinity }: Ending,
): Flaw | undefined {
  const complaints = notes.complaints();
  const said = complaints.length === 0 ? "" : `; ffmpeg says: ${complaints.join("; ")}`;
  const reached = notes.reached() / 1e6;
  const upTo = `at about ${reached.toFixed(1)} s, after ${count} ${count === 1 ? "frame" : "frames"}`;
  if (exit.silent === true) return stalled(`, ${upTo}`);
  if (count >= most) return undefined;
  if (exit.signal !== undefined) {
    return { reason: "killed", detail: `ffmpeg was ended by ${exit.signal} ${upTo}${said}` };
  }
  if (count === 0 && complaints.length > 0) return unreadable(complaints);
  if (count === 0) return { reason: "no_frames", detail: "The video has no frame of those that were asked for" };
  const isShort = complaints.length > 0 &&
    reached + signSeconds(stream) + slackSeconds < Math.min(stream.duration ?? 0, end);
  if (exit.code !== 0 || isShort) return { reason: "damaged", detail: `The video breaks off ${upTo}${said}` };
  return undefined;
}
