// How ffmpeg and ffprobe are called, and how what they say is read. Text only: starting them is for the host.
import type { Flaw } from "../contract/item.ts";

/** Which frames of a video are wanted, and how; one a second when nothing says which. */
export type FrameWish = {
  readonly fps?: number | undefined;
  readonly every?: number | undefined;
  readonly scene?: number | undefined;
  readonly keyframes: boolean;
  readonly start: number;
  readonly end?: number | undefined;
  readonly max_frames?: number | undefined;
  /** Largest width and height. */
  readonly size?: readonly [number, number] | undefined;
  readonly format: "jpeg" | "png";
  readonly quantiser: number;
  readonly rotate: "auto" | "none";
  readonly threads: number;
};

/** What is known of a video's stream before it is decoded. Sizes as it is shown. */
export type VideoStream = {
  readonly index: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  readonly interlaced: boolean;
  /** The time at which the file begins, in microseconds; often 0. */
  readonly startMicros: number;
  /** Seconds; absent where the file does not say. */
  readonly duration?: number;
};

/** Only what stands in the file itself is read: no address, no other file. Formats that are lists of other files (HLS,
 *  DASH, concat, image sequences) are not among these. */
const formats =
  "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,live_flv,ogg,mxf,dv,gif,apng,ivf,h261,h263," +
  "h264,hevc,m4v,obu,av1,vc1,vc1test,nut,wtv,rm,nsv,nuv,dirac,cavsvideo,mjpeg,yuv4mpegpipe,swf,film_cpk,roq,smk,bink," +
  "thp,pmp,gxf,lxf,mtv,ivr,r3d,bfi,flic,dxa,c93,4xm,vmd,webp_pipe,dhav,hnm,viv";
const confined = ["-protocol_whitelist", "file,pipe", "-format_whitelist", formats];

/** `path` is absolute. */
export function probeArgs(path: string): string[] {
  const shown = "stream=index,codec_name,width,height,avg_frame_rate,r_frame_rate,field_order,duration:" +
    "stream_disposition=attached_pic:stream_side_data=rotation:format=duration,start_time";
  return ["-v", "error", ...confined, "-of", "json", "-select_streams", "v", "-show_entries", shown, `file:${path}`];
}

/** Reads what `ffprobe` printed; `undefined` when the file has no video stream. */
export function videoStreamOf(text: string, rotate: boolean): VideoStream | undefined {
  const said: Probed = JSON.parse(text);
  const stream = said.streams?.find(({ disposition, width, height }) =>
    disposition?.attached_pic !== 1 && (width ?? 0) > 0 && (height ?? 0) > 0
  );
  if (stream === undefined) return undefined;
  const { index, codec_name: codec = "unknown", width = 0, height = 0, field_order: order = "progressive" } = stream;
  const turn = Number(stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0);
  const lies = rotate && Math.round(Math.abs(turn) / 90) % 2 === 1;
  const duration = Number(stream.duration ?? said.format?.duration);
  const start = Number(said.format?.start_time);
  return {
    index,
    codec,
    width: lies ? height : width,
    height: lies ? width : height,
    fps: rateOf(stream.avg_frame_rate) ?? rateOf(stream.r_frame_rate) ?? null,
    startMicros: Number.isFinite(start) ? Math.round(start * 1e6) : 0,
    interlaced: ["tt", "bb", "tb", "bt"].includes(order),
    ...(Number.isFinite(duration) && duration > 0 ? { duration } : {}),
  };
}

type Probed = {
  readonly streams?: readonly {
    readonly index: number;
    readonly codec_name?: string;
    readonly width?: number;
    readonly height?: number;
    readonly avg_frame_rate?: string;
    readonly r_frame_rate?: string;
    readonly field_order?: string;
    readonly duration?: string;
    readonly disposition?: { readonly attached_pic?: number };
    readonly side_data_list?: readonly { readonly rotation?: number | string }[];
  }[];
  readonly format?: { readonly duration?: string; readonly start_time?: string };
};

/** `30000/1001` as 29.97; `undefined` for `0/0`. */
function rateOf(text = "0/0"): number | undefined {
  const [over = 0, under = 1] = text.split("/").map(Number);
  const rate = over / under;
  return Number.isFinite(rate) && rate > 0 ? Math.round(rate * 1000) / 1000 : undefined;
}

/** Writes the wanted frames to stdout one after the other, and to stderr what `createFrameNotes` reads. */
export function frameArgs(path: string, wish: FrameWish, stream: VideoStream): string[] {
  const { keyframes, rotate, start, end, max_frames: most, format, quantiser, threads } = wish;
  const encoder = format === "png" ? ["-c:v", "png"] : ["-c:v", "mjpeg", "-q:v", String(quantiser)];
  return [
    ...["-nostdin", "-hide_banner", "-v", "error", ...confined],
    ...(keyframes ? ["-skip_frame", "nokey"] : []),
    ...(rotate === "auto" ? [] : ["-noautorotate"]),
    // Times are those of the file, wherever reading begins.
    "-copyts",
    ...(start > 0 ? ["-ss", String(start)] : []),
    ...(end === undefined ? [] : ["-to", String(end)]),
    ...["-threads", String(threads), "-i", `file:${path}`],
    ...[
      "-map",
      `0:${stream.index}`,
      "-vf",
      filtersOf(wish, stream),
      "-fps_mode",
      "passthrough",
      "-enc_time_base",
      "1/25",
    ],
    ...(most === undefined ? [] : ["-frames:v", String(most)]),
    ...[...encoder, "-flags:v", "+bitexact", "-f", "image2pipe", "pipe:1"],
  ];
}

/** Every so many decoded frames, one is told of, so that it is known how far reading came. Telling of all of them takes
 *  a fifth of the time. */
const framesPerSign = 25;

/** Frames keep the times they have: none is doubled or moved to fit a rate. Times are microseconds from where the file
 *  begins. */
function filtersOf(wish: FrameWish, { interlaced, startMicros }: VideoStream): string {
  const note = (value: string) =>
    `metadata=mode=add:key=fw:value=${value},metadata=mode=print:key=fw:file=pipe\\\\:2:direct=1`;
  const common = [
    ...(interlaced ? ["yadif=deint=interlaced"] : []),
    `settb=1/1000000,setpts=PTS-(${startMicros}),split=2[all][signs]`,
  ];
  const signs = [`[signs]select='not(mod(n,${framesPerSign}))'`, note("seen"), "nullsink"];
  // Encoders refuse times that stand still; nobody reads these.
  const taken = [`[all]select='${selectionOf(wish)}'`, note("taken"), "settb=1/25,setpts=N", scalingOf(wish)];
  return [common, signs, taken].map((filters) => filters.join(",")).join(";");
}

function selectionOf({ fps = 1, every, scene, keyframes, start, end }: FrameWish): string {
  const within = [
    ...(start > 0 ? [`gte(t+0.0000005,${start})`] : []),
    ...(end === undefined ? [] : [`lt(t+0.0000005,${end})`]),
  ];
  // Some formats keep times in whole milliseconds: 0.333 belongs to the second third of a second.
  const slot = (time: string) => `floor((${time}+0.001)*${fps})`;
  const chosen = scene !== undefined
    ? `(isnan(prev_selected_t)+gt(scene,${scene}))`
    : every !== undefined
    ? `not(mod(n,${every}))`
    : keyframes
    ? "1"
    : `(isnan(prev_selected_t)+gt(${slot("t")},${slot("prev_selected_t")}))`;
  return [...within, chosen].join("*");
}

/** JPEG means all 256 levels and the matrix of BT.601, whatever the video has; nobody may guess it from the file. */
function scalingOf({ size, format }: FrameWish): string {
  const fitted = size === undefined
    ? ""
    : `w='min(iw,${size[0]})':h='min(ih,${size[1]})':force_original_aspect_ratio=decrease:`;
  const common = `scale=${fitted}in_color_matrix=auto:flags=bicubic+accurate_rnd+bitexact`;
  if (format === "png") return `${common},setsar=1,format=rgb24`;
  return `${common}:out_color_matrix=bt601:out_range=pc,setsar=1,format=yuvj420p|yuvj422p|yuvj444p`;
}

export interface FrameNotes {
  /** A line of stderr. */
  take(line: string): void;
  /** No line comes any more. */
  close(): void;
  /** The times of the frames that were taken, in microseconds, in their order; `undefined` when there are no more. */
  next(): Promise<number | undefined>;
  /** The time up to which frames were decoded, not much less than it was. */
  reached(): number;
  /** The first other lines, without addresses in memory and paths. */
  complaints(): readonly string[];
}

const keptComplaints = 5;

/** Reads the lines that the filters print: a time, then what became of the frame. */
export function createFrameNotes(path: string): FrameNotes {
  const taken: number[] = [];
  const complaints = new Set<string>();
  let current = 0;
  let latest = 0;
  let waiting: ((micros: number | undefined) => void) | undefined;
  let over = false;
  const give = (micros: number) => {
    if (waiting === undefined) return void taken.push(micros);
    waiting(micros);
    waiting = undefined;
  };
  return {
    take(line) {
      const named = /frame:\d+\s+pts:(-?\d+|NOPTS)/.exec(line);
      if (named !== null) current = named[1] === "NOPTS" ? current + 1 : Number(named[1]);
      else if (line === "fw=seen") latest = Math.max(latest, current);
      else if (line === "fw=taken") {
        latest = Math.max(latest, current);
        give(current);
      } else if (complaints.size < keptComplaints) complaints.add(plainComplaint(line, path));
    },
    close() {
      over = true;
      waiting?.(undefined);
    },
    next() {
      const first = taken.shift();
      if (first !== undefined || over) return Promise.resolve(first);
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      waiting = resolve;
      return promise;
    },
    reached: () => latest,
    complaints: () => [...complaints],
  };
}

/** What is equal for equal files: `[mov @ 0x5581]` and the path differ from run to run. */
export function plainComplaint(line: string, path: string): string {
  return line
    .replace(/\s*@ 0x[0-9a-f]+/g, "")
    .replaceAll(`file:${path}: `, "")
    .replaceAll(path, "the file")
    .replace(/\p{Cc}/gu, " ")
    .trim()
    .slice(0, 200);
}

/** Why nothing can be taken from a video. */
export function unreadable(complaints: readonly string[]): Flaw {
  const why = complaints.length === 0 ? "ffmpeg does not say why" : `ffmpeg says: ${complaints.join("; ")}`;
  return { reason: "undecodable", detail: `This is no video that can be read; ${why}` };
}

/** Seconds by which `reached` may be less than what was decoded. */
export function signSeconds({ fps }: VideoStream): number {
  return framesPerSign / (fps ?? 5);
}
