import {
  defineSource,
  type Facts,
  fileOptions,
  type SidecarConvention,
  sidecarOption,
  sidecarRecords,
  z,
} from "../runtime/plugin.ts";

const columns = {
  event: "text",
  session: "text",
  camera: "text",
  frame: "whole number",
  year: "whole number",
} as const;

const options = z.strictObject({ ...fileOptions, ...sidecarOption(columns) });

const convention: SidecarConvention = { columns, factsOfName, expected: { fact: "frame", called: "frame number" } };

/** Frames of motorcycle races. Names such as `2024-mugello_race_cam2_000123.jpg` give the facts `year` 2024, `event`
 *  mugello, `session` race, `camera` cam2 and `frame` 123; the year may be absent. Other names give no facts. */
export default defineSource({
  name: "motogp",
  version: 1,
  summary: "Frames of motorcycle races, with event, session, camera and frame number",
  options,
  gives: ["folder", ...Object.keys(columns)],
  open: (given, host) => ({
    records: (signal) => sidecarRecords(host, given, convention, signal),
    read: ({ key }, signal) => host.files.read(given.path, key, signal),
  }),
});

const pattern = /^(?:(?<year>\d{4})-)?(?<event>[^_]+)_(?<session>[^_]+)_(?<camera>[^_]+)_(?<frame>\d{1,15})$/;

function factsOfName(path: string): Facts | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  const parts = pattern.exec(name)?.groups;
  if (parts === undefined) return undefined;
  const { year, event, session, camera, frame } = parts;
  return { event, session, camera, frame: Number(frame), ...(year === undefined ? {} : { year: Number(year) }) };
}
