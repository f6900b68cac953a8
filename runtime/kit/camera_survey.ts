// How cameras do and what they saw, counted item by item: a few bytes an image. Pure.
import type { Item, LedgerLine } from "../contract/item.ts";
import { compareUtf8 } from "../contract/json.ts";
import type { Threat } from "../contract/threat.ts";
import { threatsOf } from "../report/items.ts";
import { cameraIn } from "./camera_names.ts";
import { offsetAt } from "./moments.ts";

type NamedCount = { readonly name: string; readonly count: number };

export type CameraHealth = {
  readonly camera: string;
  readonly location?: string;
  /** `valid` and `invalid` together. */
  readonly images: number;
  readonly valid: number;
  readonly invalid: number;
  readonly threats: number;
  /** Times of the valid images in order, in seconds since 1970. */
  readonly times: Float64Array;
  /** The longest time between two valid images; absent where there are no two. */
  readonly gap?: { readonly from: number; readonly to: number };
};

export type CameraReport = {
  /** By id. */
  readonly cameras: readonly CameraHealth[];
  /** Valid and invalid. */
  readonly images: number;
  /** Invalid images whose name tells no camera. */
  readonly strays: number;
  readonly threats: number;
  /** Threats, most first; those without a location stand under their camera. Cameras without threats are there too. */
  readonly locations: readonly NamedCount[];
  readonly classes: readonly NamedCount[];
  /** Threats in each hour of the local day. */
  readonly hours: readonly number[];
  /** Threats by local day, counted from 1970, from the first day of which there is an image to the last. */
  readonly days: { readonly first: number; readonly counts: readonly number[] };
  /** Threats of each rule by hour, counted from 1970 in UTC. */
  readonly rules: ReadonlyMap<string, ReadonlyMap<number, number>>;
};

export interface CameraSurvey {
  add(item: Item): void;
  /** A line of the ledger: those that were rejected count as invalid images of the camera that their name tells. */
  note(line: LedgerLine): void;
  result(): CameraReport;
}

type Counted = {
  location?: string;
  invalid: number;
  threats: number;
  times: TimeList;
};

const daySeconds = 86_400;

export function createCameraSurvey(): CameraSurvey {
  const cameras = new Map<string, Counted>();
  const tally = createThreatTally();
  let strays = 0;
  let previous: string | undefined;
  const cameraOf = (id: string) => {
    let counted = cameras.get(id);
    if (counted === undefined) cameras.set(id, counted = { invalid: 0, threats: 0, times: createTimeList() });
    return counted;
  };
  return {
    add(item) {
      const { camera, taken_unix: unix, location } = item.facts;
      if (typeof camera !== "string" || typeof unix !== "number") return;
      const counted = cameraOf(camera);
      if (typeof location === "string") counted.location = location;
      if (item.key !== previous) counted.times.add(unix); // several items of one record are one image
      previous = item.key;
      const threats = threatsOf(item);
      counted.threats += threats.length;
      tally.add(threats, unix, counted.location ?? camera, item);
    },
    note({ key, verdict }) {
      if (verdict !== "rejected") return;
      const camera = cameraIn(key);
      if (camera === undefined) strays++;
      else cameraOf(camera).invalid++;
    },
    result() {
      const ids = [...cameras.keys()].sort(compareUtf8);
      const health = ids.flatMap((id) => healthOf(id, cameras.get(id)) ?? []);
      const images = health.reduce((sum, { images }) => sum + images, strays);
      return { cameras: health, images, strays, ...tally.result() };
    },
  };
}

function createThreatTally() {
  const locations = new Map<string, number>();
  const classes = new Map<string, number>();
  const days = new Map<number, number>();
  const hours = new Array<number>(24).fill(0);
  const rules = new Map<string, Map<number, number>>();
  return {
    add(threats: readonly Threat[], unix: number, location: string, { facts: { timezone } }: Item) {
      const local = unix + offsetAt(unix, typeof timezone === "string" ? timezone : "UTC");
      const day = Math.floor(local / daySeconds);
      const hour = Math.floor((local - day * daySeconds) / 3600);
      raise(locations, location, threats.length);
      raise(days, day, threats.length);
      hours[hour] = (hours[hour] ?? 0) + threats.length;
      for (const { rule, labels } of threats) {
        for (const label of Object.keys(labels)) raise(classes, label, 1);
        let byHour = rules.get(rule);
        if (byHour === undefined) rules.set(rule, byHour = new Map());
        raise(byHour, Math.floor(unix / 3600), 1);
      }
    },
    result: () => ({
      threats: hours.reduce((sum, count) => sum + count, 0),
      locations: mostFirst(locations),
      classes: mostFirst(classes),
      hours,
      days: rowOf(days),
      rules,
    }),
  };
}

function raise<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function mostFirst(counts: ReadonlyMap<string, number>): NamedCount[] {
  return [...counts].map(([name, count]) => ({ name, count }))
    .sort((left, right) => right.count - left.count || compareUtf8(left.name, right.name));
}

function rowOf(counts: ReadonlyMap<number, number>): CameraReport["days"] {
  const known = [...counts.keys()].sort((left, right) => left - right);
  const first = known[0] ?? 0;
  const length = known.length === 0 ? 0 : (known.at(-1) ?? 0) - first + 1;
  return { first, counts: Array.from({ length }, (_, index) => counts.get(first + index) ?? 0) };
}

function healthOf(camera: string, counted: Counted | undefined): CameraHealth | undefined {
  if (counted === undefined) return undefined;
  const { location, invalid, threats } = counted;
  const times = counted.times.sorted();
  let gap: CameraHealth["gap"];
  for (let index = 1; index < times.length; index++) {
    const [from = 0, to = 0] = times.subarray(index - 1, index + 1);
    if (gap === undefined || to - from > gap.to - gap.from) gap = { from, to };
  }
  return {
    camera,
    ...(location === undefined ? {} : { location }),
    images: times.length + invalid,
    valid: times.length,
    invalid,
    threats,
    times,
    ...(gap === undefined ? {} : { gap }),
  };
}

interface TimeList {
  add(unix: number): void;
  sorted(): Float64Array;
}

function createTimeList(): TimeList {
  let times = new Float64Array(16);
  let count = 0;
  return {
    add(unix) {
      if (count === times.length) {
        const longer = new Float64Array(count * 2);
        longer.set(times);
        times = longer;
      }
      times[count++] = unix;
    },
    sorted: () => times.slice(0, count).sort(),
  };
}
