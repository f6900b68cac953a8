import {
  createFrameNotes,
  defineSource,
  type EarlierRecord,
  endingFlaw,
  fileOptions,
  type Flaw,
  frameArgs,
  frameRecords,
  InputError,
  type InputFile,
  interleaved,
  isBucketAddress,
  isPassing,
  ItemError,
  type ListedRecord,
  openFileRoot,
  pictureStream,
  plainComplaint,
  probeArgs,
  type RootFile,
  type SourceHost,
  type SourceRecord,
  stalled,
  unreadable,
  type VideoStream,
  videoStreamOf,
  z,
} from "../runtime/plugin.ts";

const seconds = z.number().min(0).max(10_000_000);
const side = z.int().min(1).max(16_384);

const options = z.strictObject({
  path: z.string().min(1).describe(
    "A video, a folder with videos, or either of them in a bucket: `s3://bucket/prefix`",
  ),
  include: fileOptions.include.describe(
    "Globs of the videos to take, such as `**/*.mp4`; when there are none, all files whose name ends as videos do",
  ),
  exclude: fileOptions.exclude,
  fps: z.number().min(0.0001).max(1000).optional().describe(
    "Frames a second: of each such stretch of time the first frame; 1 when nothing else says which frames to take",
  ),
  every: z.int().min(1).optional().describe("Every so many frames; 1 takes all of them"),
  scene: z.number().gt(0).lt(1).optional().describe(
    "The first frame, and those that differ from the one before by more than this, such as 0.3: where the scene changes",
  ),
  keyframes: z.boolean().default(false).describe("The frames that are stored whole; the others are not even decoded"),
  start: seconds.default(0).describe("Where to begin, in seconds"),
  end: seconds.optional().describe("Where to end, in seconds; a frame at that time is left out"),
  max_frames: z.int().min(1).optional().describe("Most frames to take of one video"),
  size: z.tuple([side, side]).optional().describe(
    "Largest width and height; larger frames are scaled down, and keep their proportions",
  ),
  format: z.enum(["jpeg", "png"]).default("jpeg").describe("Format of the frames; png loses nothing"),
  quantiser: z.int().min(1).max(31).default(2).describe(
    "How coarse jpeg frames are, as ffmpeg counts: 2 is close to lossless, 31 the smallest file",
  ),
  rotate: z.enum(["auto", "none"]).default("auto").describe(
    "`auto` turns frames upright as the video says; `none` takes them as they are stored",
  ),
  ffmpeg: z.string().min(1).default("ffmpeg").describe("The program ffmpeg, 5.1 or later: its name or path"),
  ffprobe: z.string().min(1).default("ffprobe").describe("The program ffprobe, which comes with it: its name or path"),
  at_once: z.int().min(1).max(64).default(2).describe("Videos read at once"),
  threads: z.int().min(0).max(64).default(0).describe("Threads that decode one video; 0 leaves it to ffmpeg"),
  memory_mb: z.int().min(64).default(4096).describe("Address space that ffmpeg may use, in MiB (Linux)"),
  silence: z.number().min(1).max(86_400).default(120).describe(
    "Seconds after which a video is given up from which no frame could be decoded meanwhile",
  ),
}).refine(
  ({ fps, every, scene, keyframes }) =>
    [fps !== undefined, every !== undefined, scene !== undefined, keyframes].filter(Boolean).length <= 1,
  "give one of `fps`, `every`, `scene` and `keyframes` at most",
).refine(({ start, end }) => end === undefined || start < end, "`end` must come after `start`");
type Options = z.output<typeof options>;

/** Frames of videos. Each is a record of its own, named by its video and its time: `match.mp4/000012.345.jpg`, seconds
 *  from the start of the file. The facts `video`, `time` (in seconds) and `frame` (its number among the frames taken of the
 *  video) say where it comes from; `video_width`, `video_height`, `video_fps` and
 *  `video_codec` describe the video. Frames go from ffmpeg to the store through a pipe. A video that has not changed is
 *  not read again. */
export default defineSource({
  name: "video",
  version: 1,
  summary: "Frames of videos, with video and time",
  options,
  gives: ["video", "time", "frame", "video_width", "video_height", "video_fps", "video_codec"],
  programs: true,
  network: ({ path }) => isBucketAddress(path),
  history: true,
  // Videos are read at the same time, and a name may stand before or behind the frames of another one.
  sorted: false,
  tuning: ["ffmpeg", "ffprobe", "at_once", "threads", "memory_mb", "silence"],
  async ready({ ffmpeg, ffprobe }, { programs }) {
    const found = await Promise.all([programs.find(ffmpeg), programs.find(ffprobe)]);
    return [["ffmpeg", ffmpeg], ["ffprobe", ffprobe]].flatMap(([option = "", name = ""], index) =>
      found[index] !== undefined ? [] : [{
        what: `There is no program "${name}"`,
        way: `install it (Debian: apt-get install ffmpeg), or name its path with \`${option}:\``,
      }]
    );
  },
  open: (given, host) => ({
    records: (signal) => recordsOf(given, host, signal),
    read: ({ key }) => Promise.reject(new TypeError(`Cannot read "${key}": it was handed over when it was listed`)),
  }),
});

const endings =
  /\.(mp4|m4v|mov|qt|mkv|webm|avi|divx|mpg|mpeg|mpe|m1v|m2v|vob|ts|mts|m2ts|m2t|wmv|asf|flv|f4v|3gp|3g2|ogv|ogm|mxf|dv|rm|rmvb|mjpeg|mjpg|h264|264|h265|hevc|ivf|y4m|nut|gif)$/i;

/** A video that was found. `address` is what opens it. */
type Video = RootFile & { readonly address: string };
/** What the parent version has of a video: the last frame, and whether that was the end. */
type Known = { readonly last: string; readonly whole: boolean; readonly flawed: boolean };

async function* recordsOf(given: Options, host: SourceHost, signal: AbortSignal): AsyncGenerator<ListedRecord> {
  const videos = new Map<string, Video>();
  for await (const video of videosOf(given, host, signal)) videos.set(video.path, video);
  const known = new Map<string, Known>();
  for await (const { record } of host.earlier?.() ?? noRecords()) {
    const video = videos.get(String(record.facts?.video));
    if (video === undefined || !isOf(record, video)) continue;
    if (record.broken !== undefined && isPassing(record.broken)) continue;
    const { whole, flawed } = known.get(video.path) ?? { whole: false, flawed: false };
    known.set(video.path, {
      last: record.key,
      whole: whole || record.revision === wholeOf(video),
      flawed: flawed || record.broken !== undefined,
    });
    yield record;
  }
  const wanted = [...videos.values()].filter(({ path }) => known.get(path)?.whole !== true);
  yield* interleaved(
    wanted.map((video) => newFrames(given, host, video, known.get(video.path), signal)),
    given.at_once,
  );
}

async function* noRecords(): AsyncGenerator<EarlierRecord> {}

/** The last record of a video says so: a run with a limit may have listed only the first ones. */
function wholeOf({ revision }: Video): string {
  return `${revision} end`;
}

function isOf({ revision }: SourceRecord, video: Video): boolean {
  return revision === video.revision || revision === wholeOf(video);
}

async function* videosOf(given: Options, host: SourceHost, signal: AbortSignal): AsyncGenerator<Video> {
  const single = await singleFile(given.path, host, signal);
  if (single !== undefined) return yield single;
  const root = await openFileRoot(host, { path: given.path, revision: "stat" });
  for await (const file of root.list(given, signal)) {
    if (given.include.length === 0 && !endings.test(file.path)) continue;
    const { broken, ...readable } = file;
    // A video is not held in memory, so it may be larger than an image.
    const kept = broken === undefined || broken.reason === "too_large" ? readable : file;
    yield { ...kept, address: addressBelow(given.path, file.path) };
  }
}

async function singleFile(path: string, { inputs }: SourceHost, signal: AbortSignal): Promise<Video | undefined> {
  if (isBucketAddress(path) && !/^s3:\/\/[^/?]+\/+[^/?]/i.test(path)) return undefined;
  try {
    await using file = await inputs.open(path, signal);
    return { path: file.name, revision: file.revision, address: path };
  } catch (thrown) {
    if (thrown instanceof InputError) return undefined; // a folder, or nothing: listing it says which
    throw thrown;
  }
}

function addressBelow(root: string, path: string): string {
  if (!isBucketAddress(root)) return `${root}/${path}`;
  const [prefix = "", ...parameters] = root.split("?");
  return [`${prefix.replace(/\/+$/, "")}/${path}`, ...parameters].join("?");
}

/** All records of a video but those that the parent version has. */
async function* newFrames(
  given: Options,
  host: SourceHost,
  video: Video,
  known: Known | undefined,
  signal: AbortSignal,
): AsyncGenerator<ListedRecord> {
  let last: ListedRecord | undefined;
  let flaw: ListedRecord | undefined;
  for await (const record of framesOf(given, host, video, signal)) {
    if (record.broken !== undefined) flaw = record;
    else if (known === undefined || record.key > known.last) {
      if (last !== undefined) yield last;
      last = record;
    }
  }
  const isWhole = flaw?.broken === undefined || !isPassing(flaw.broken);
  const revision = isWhole ? wholeOf(video) : video.revision;
  if (flaw !== undefined && known?.flawed !== true) yield { ...flaw, ...(last === undefined ? { revision } : {}) };
  if (last !== undefined) yield { ...last, revision };
}

async function* framesOf(
  given: Options,
  host: SourceHost,
  video: Video,
  signal: AbortSignal,
): AsyncGenerator<ListedRecord> {
  const refused = (broken: Flaw): ListedRecord => ({
    key: video.path,
    revision: video.revision,
    facts: { video: video.path },
    broken,
  });
  if (video.broken !== undefined) return yield refused(video.broken);
  await using file = await opened(host, video, signal);
  if ("reason" in file) return yield refused(file);
  const path = await file.local(signal);
  const stream = await probed(given, host, path, signal);
  if ("reason" in stream) return yield refused(stream);
  const flaw = yield* decoded(given, host, { video, path, stream }, signal);
  if (flaw !== undefined) yield refused(flaw);
}

async function opened(
  { inputs }: SourceHost,
  { address }: Video,
  signal: AbortSignal,
): Promise<InputFile | Flaw & AsyncDisposable> {
  try {
    return await inputs.open(address, signal);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    const detail = "The video cannot be opened any more";
    return { reason: "unreadable", detail, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

async function probed(
  { ffprobe, memory_mb: memoryMb, silence, rotate }: Options,
  { programs }: SourceHost,
  path: string,
  signal: AbortSignal,
): Promise<VideoStream | Flaw> {
  const request = { command: ffprobe, args: probeArgs(path), memoryMb, silenceMs: silence * 1000 };
  const program = programs.start(request, signal);
  const text = await new Response(program.stdout).text();
  const exit = await program.exit;
  await program.stdin.close().catch(() => {});
  signal.throwIfAborted();
  if (exit.code !== 0) {
    return exit.silent ? stalled() : unreadable(exit.complaint.split("\n").map((line) => plainComplaint(line, path)));
  }
  const noVideo = { reason: "no_video", detail: "The file has no video stream, only sound or other data" };
  return videoStreamOf(text, rotate === "auto") ?? noVideo;
}

type Opened = { readonly video: Video; readonly path: string; readonly stream: VideoStream };

/** The frames; in the end what is wrong with the video, if anything is. */
async function* decoded(
  given: Options,
  host: SourceHost,
  { video, path, stream }: Opened,
  signal: AbortSignal,
): AsyncGenerator<ListedRecord, Flaw | undefined> {
  const notes = createFrameNotes(path);
  const { ffmpeg: command, memory_mb: memoryMb, silence } = given;
  const limits = { memoryMb, silenceMs: silence * 1000 };
  const args = frameArgs(path, given, stream);
  const program = host.programs.start({ command, args, ...limits, onStderr: notes.take }, signal);
  void program.exit.then(notes.close);
  const recordOf = frameRecords(video, stream, given.format);
  let count = 0;
  try {
    for await (const bytes of pictureStream(program.stdout, given.format)) {
      const micros = await notes.next();
      if (micros === undefined) break;
      count++;
      yield { ...recordOf(micros), bytes };
    }
  } catch (thrown) {
    if (!(thrown instanceof ItemError)) throw thrown;
    notes.take(thrown.message); // the stream of frames broke off
  } finally {
    program.kill();
    await program.stdin.close().catch(() => {});
  }
  const exit = await program.exit;
  signal.throwIfAborted();
  const { end, max_frames } = given;
  const flaw = endingFlaw({ exit, notes, count, stream, end, max_frames });
  const [complaint] = flaw === undefined ? notes.complaints() : [];
  if (complaint !== undefined) host.log(`${video.path} was read to its end; ffmpeg says: ${complaint}`);
  return flaw;
}
