// The contract of security cameras' file names: `<camera id>-<unix time>.jpg`. Pure.
import type { Flaw } from "../contract/item.ts";
import { utcText } from "./moments.ts";

export type TimeUnit = "seconds" | "milliseconds";

/** What a name says: which camera, and when, in seconds since 1970. */
export type CameraName = { readonly camera: string; readonly unix: number };

const extensions = /\.(?:jpe?g|png)$/i;
/** 2000 and 2100, in seconds. There is no clock here that would know what lies in the future. */
const [earliest, latest] = [946_684_800, 4_102_444_800];

/** The camera that a path speaks of, whatever else is wrong with it: the id ends at the last hyphen. */
export function cameraIn(path: string): string | undefined {
  return /^(.*\S)-\d+$/.exec(stemOf(path))?.[1];
}

/** What the name of a file says; the folders it lies in do not matter. */
export function readCameraName(path: string, unit: TimeUnit): CameraName | Flaw {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!extensions.test(name)) return badName(`"${name}" does not end in .jpg, .jpeg or .png`);
  const stem = stemOf(path);
  const hyphen = stem.lastIndexOf("-");
  if (hyphen < 0) return badName(`"${name}" has no hyphen between the camera and the time`);
  const [camera, time] = [stem.slice(0, hyphen), stem.slice(hyphen + 1)];
  if (camera === "") return badName(`"${name}" names no camera before the hyphen`);
  // deno-lint-ignore no-control-regex
  if (camera !== camera.trim() || /[\u0000-\u001f\u007f]/.test(camera)) {
    return badName(`"${name}" has a camera id with spaces around it or control characters in it`);
  }
  if (!/^\d+$/.test(time)) return badName(`"${name}" has "${time}" behind the last hyphen, where the time is expected`);
  if (camera.endsWith("-")) return badTime(`"${name}" has two hyphens before the time; a time is never negative`);
  return readTime(name, time, unit, camera);
}

function readTime(name: string, time: string, unit: TimeUnit, camera: string): CameraName | Flaw {
  const unix = Number(time) / (unit === "seconds" ? 1 : 1000);
  if (/^[1-9]/.test(time) && unix >= earliest && unix < latest) return { camera, unix };
  const other: TimeUnit = unit === "seconds" ? "milliseconds" : "seconds";
  const otherwise = Number(time) / (other === "seconds" ? 1 : 1000);
  if (otherwise >= earliest && otherwise < latest) {
    return badTime(`"${name}" has a time in ${other}, and ${unit} are expected (\`time: ${unit}\`)`);
  }
  const span = `${utcText(earliest).slice(0, 10)} to ${utcText(latest).slice(0, 10)}`;
  return badTime(`"${name}" has the time ${time}, which lies outside of ${span}`);
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "");
}

function badName(detail: string): Flaw {
  return { reason: "bad_name", detail };
}

function badTime(detail: string): Flaw {
  return { reason: "bad_time", detail };
}
