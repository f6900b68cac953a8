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
  match: "text",
  home: "text",
  away: "text",
  year: "whole number",
  half: "whole number",
  clock: "whole number",
  camera: "text",
} as const;

const options = z.strictObject({ ...fileOptions, ...sidecarOption(columns) });

const convention: SidecarConvention = { columns, factsOfName, expected: { fact: "clock", called: "match clock" } };

/** Frames of soccer matches. Names such as `2024-rovers-athletic_h1_12m40s_cam2.jpg` give the facts `year` 2024, `match`
 *  rovers-athletic, `home` rovers, `away` athletic, `half` 1 (3 and 4 in extra time), `clock` 760, the seconds since that
 *  half was kicked off, and `camera` cam2; the year may be absent. Where the match has more than one hyphen, only a table
 *  can tell who is at home. Other names give no facts. */
export default defineSource({
  name: "soccer",
  version: 1,
  summary: "Frames of soccer matches, with match, teams, half, clock and camera",
  options,
  gives: ["folder", ...Object.keys(columns)],
  open: (given, host) => ({
    records: (signal) => sidecarRecords(host, given, convention, signal),
    read: ({ key }, signal) => host.files.read(given.path, key, signal),
  }),
});

const pattern =
  /^(?:(?<year>\d{4})-)?(?<match>[^_]+)_h(?<half>[1-4])_(?<minutes>\d{1,3})m(?<seconds>[0-5]\d)s_(?<camera>[^_]+)$/;

function factsOfName(path: string): Facts | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
  const parts = pattern.exec(name)?.groups;
  if (parts === undefined) return undefined;
  const { year, match = "", half, minutes, seconds, camera } = parts;
  const clock = Number(minutes) * 60 + Number(seconds);
  return {
    ...(year === undefined ? {} : { year: Number(year) }),
    match,
    ...teamsOf(match),
    half: Number(half),
    clock,
    camera,
  };
}

function teamsOf(match: string): Facts {
  const teams = /^(?<home>[^-]+)-(?<away>[^-]+)$/.exec(match)?.groups;
  return teams === undefined ? {} : { home: teams.home, away: teams.away };
}
