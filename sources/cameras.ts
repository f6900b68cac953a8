import {
  type CameraName,
  createNumberSet,
  type CsvCells,
  defineSource,
  digestOfJson,
  type Facts,
  fileOptions,
  type FileRoot,
  type Flaw,
  folderOf,
  isBucketAddress,
  isTimeZone,
  localText,
  type NumberSet,
  openFileRoot,
  readCameraName,
  readCsvTable,
  readZones,
  type RootFile,
  rowsOf,
  type SourceRecord,
  utcText,
  z,
  type Zones,
} from "../runtime/plugin.ts";

const options = z.strictObject({
  ...fileOptions,
  path: z.string().min(1).describe(
    "The folder with the images, looked up from the folder where the command runs, or an address such as " +
      "s3://bucket/prefix; sub-folders belong to it",
  ),
  time: z.enum(["seconds", "milliseconds"]).default("seconds").describe("What the times in the names count"),
  table: z.string().min(1).transform((path) => path.replace(/^\.\//, "")).nullable().default("cameras.csv").describe(
    "A CSV table in the folder with a column `camera` and any of `location`, `owner` (users, with semicolons between), " +
      "`timezone` and `zones`. It need not be there; `null` for none",
  ),
  timezone: z.string().refine(isTimeZone, "write a name of the time zone database, such as `Europe/Rome`")
    .default("UTC").describe("The time zone of cameras for which the table has none"),
  unknown: z.enum(["accept", "invalid"]).default("accept").describe(
    "What becomes of images of cameras that are not in the table, where there is one",
  ),
});
type Options = z.output<typeof options>;

/** Images of security cameras, named `<camera id>-<unix time>.jpg` (or `.jpeg`, `.png`), in any sub-folders. The id ends
 *  at the last hyphen. What breaks this is kept as invalid, with the reason: `bad_name`, `bad_time` (a unit that is not
 *  the one asked for, a time before 2000), `unknown_camera`, and `duplicate` for the second image of a camera and a time,
 *  in the order of paths. */
export default defineSource({
  name: "cameras",
  version: 1,
  summary: "Images of security cameras, with camera, time, location, owner and zones",
  options,
  gives: ["folder", "camera", "taken_at", "taken_unix", "taken_local", "timezone", "location", "owner", "zones"],
  network: ({ path }) => isBucketAddress(path),
  open: async (asked, { log, ...host }) => {
    const root = await openFileRoot(host, asked);
    return {
      async *records(signal): AsyncGenerator<SourceRecord> {
        const table = await readTable(root, asked, signal);
        if (table !== undefined && table.unused.length > 0) {
          log(`${asked.table} has columns that are not used: ${table.unused.join(", ")}`);
        }
        const reader = createRecordReader(asked, table?.cameras);
        for await (const file of root.list(asked, signal)) if (file.path !== asked.table) yield reader.recordOf(file);
        for (const line of reader.summary()) log(line);
      },
      read: (record, signal) => root.read(record, signal),
    };
  },
});

/** What the table says of a camera, as facts; `digest` tells it apart from what it said before. */
type Camera = { readonly facts: Facts; readonly digest: string };
type Cameras = ReadonlyMap<string, Camera>;

const columns = ["camera", "location", "owner", "timezone", "zones"];

async function readTable(root: FileRoot, { table: path }: Options, signal: AbortSignal) {
  const text = path === null ? undefined : await root.text(path, signal);
  if (path === null || text === undefined) return undefined;
  const table = await readCsvTable(path, text, "camera");
  const cameras = new Map<string, Camera>();
  rowsOf(table, (cells) => {
    const { camera = "" } = cells;
    if (camera === "") return 'the column "camera" is empty';
    if (cameras.has(camera)) return `camera "${camera}" has a line already`;
    const facts = factsOf(cells);
    if (typeof facts === "string") return facts;
    const row = { facts, digest: digestOfJson(facts).slice(0, 16) };
    cameras.set(camera, row);
    return row;
  });
  return { cameras, unused: table.columns.filter((name) => !columns.includes(name)) };
}

/** The facts of a line, or what is wrong with it. */
function factsOf({ location = "", owner = "", timezone = "", zones: zonesText = "" }: CsvCells): Facts | string {
  if (timezone !== "" && !isTimeZone(timezone)) return `"${timezone}" is no time zone, such as "Europe/Rome"`;
  const zones: Zones | string = readZones(zonesText);
  if (typeof zones === "string") return zones;
  const owners = owner.split(";").map((one) => one.trim()).filter((one) => one !== "");
  return {
    ...(location === "" ? {} : { location }),
    ...(owners.length === 0 ? {} : { owner: owners.join("; ") }),
    ...(timezone === "" ? {} : { timezone }),
    ...(Object.keys(zones).length === 0 ? {} : { zones }),
  };
}

/** Makes one record after the other, and counts what people should know. */
function createRecordReader(asked: Options, cameras: Cameras | undefined) {
  const seen = new Map<string, NumberSet>();
  const reasons = new Map<string, number>();
  const strangers = new Set<string>();
  const isSecond = ({ camera, unix }: CameraName) => {
    let times = seen.get(camera);
    if (times === undefined) seen.set(camera, times = createNumberSet());
    return !times.add(Math.round(unix * 1000));
  };
  const flawOf = (name: CameraName): Flaw | undefined => {
    const isStranger = cameras !== undefined && !cameras.has(name.camera);
    if (isStranger) strangers.add(name.camera);
    if (isStranger && asked.unknown === "invalid") return unknownCamera(name, asked);
    return isSecond(name) ? duplicate(name, asked) : undefined;
  };
  const unfit = (record: SourceRecord, flaw: Flaw): SourceRecord => {
    reasons.set(flaw.reason, (reasons.get(flaw.reason) ?? 0) + 1);
    return { ...record, unfit: flaw };
  };
  const recordOf = ({ path, revision, broken }: RootFile): SourceRecord => {
    const record = { key: path, revision, facts: { folder: folderOf(path) } };
    if (broken !== undefined) return { ...record, broken };
    const name = readCameraName(path, asked.time);
    if ("reason" in name) return unfit(record, name);
    const flaw = flawOf(name);
    return flaw === undefined ? fitRecord(record, name, asked, cameras) : unfit(record, flaw);
  };
  const summary = () => [
    ...invalidLine(reasons),
    ...camerasLine("has no line for cameras of which there are images", [...strangers], asked),
    ...camerasLine("has cameras of which there is no image", silentOf(cameras, seen), asked),
  ];
  return { recordOf, summary };
}

function fitRecord(
  record: SourceRecord,
  { camera, unix }: CameraName,
  asked: Options,
  cameras: Cameras | undefined,
): SourceRecord {
  const row = cameras?.get(camera);
  const digits = asked.time === "seconds" ? 0 : 3;
  const timezone = typeof row?.facts.timezone === "string" ? row.facts.timezone : asked.timezone;
  const facts: Facts = {
    ...record.facts,
    ...row?.facts,
    camera,
    taken_at: utcText(unix, digits),
    taken_unix: unix,
    taken_local: localText(unix, timezone, digits),
    timezone,
  };
  return { ...record, revision: row === undefined ? record.revision : `${record.revision} ${row.digest}`, facts };
}

function unknownCamera({ camera }: CameraName, { table }: Options): Flaw {
  return { reason: "unknown_camera", detail: `There is no camera "${camera}" in ${table}` };
}

function duplicate({ camera, unix }: CameraName, { time }: Options): Flaw {
  const when = utcText(unix, time === "seconds" ? 0 : 3);
  const detail = `There is another image of camera "${camera}" at ${when}, whose path comes before this one`;
  return { reason: "duplicate", detail };
}

function invalidLine(reasons: ReadonlyMap<string, number>): string[] {
  if (reasons.size === 0) return [];
  const counts = [...reasons].sort(([left], [right]) => left < right ? -1 : 1).map(([name, count]) =>
    `${name} ${count}`
  );
  return [`files that break the rules for names are kept as invalid: ${counts.join(", ")}`];
}

function silentOf(cameras: Cameras | undefined, seen: ReadonlyMap<string, NumberSet>): string[] {
  return [...cameras?.keys() ?? []].filter((camera) => !seen.has(camera));
}

const mostNamed = 5;

function camerasLine(what: string, names: readonly string[], { table }: Options): string[] {
  if (names.length === 0) return [];
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : "";
  return [`${table} ${what}: ${names.slice(0, mostNamed).join(", ")}${more}`];
}
