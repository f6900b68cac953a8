// Pixels of the example images: a scene of the street painter, made dark, blurred or black as the frame asks.
import { blurred } from "../scene/blur.ts";
import { clamp, hash, mix, randomFrom } from "../scene/noise.ts";
import { type Painting, paintScene } from "../street/paint.ts";
import type { PlaceKind } from "../street/places.ts";
import { clothesFrom, walking } from "../street/pedestrian.ts";
import { type Car, type Person, type Scene, sceneFor } from "../street/scene.ts";
import { type Camera, type Frame, size } from "./frames.ts";

export function paintFrame(frame: Frame): Painting {
  const painting = paintScene(sceneOf(frame));
  const pixels = frame.isNight ? atNight(painting.pixels) : painting.pixels;
  if (frame.flaw === "black") return { ...painting, pixels: blackened(pixels) };
  return { ...painting, pixels: frame.flaw === "blurred" ? outOfFocus(pixels) : pixels };
}

/** Parked cars stay where they are, driving ones come and go, people walk on. */
function sceneOf({ camera, seed, step, people: count, weather }: Frame): Scene {
  const { kind, place } = camera;
  const request = { kind, place, ...size, weather };
  const parked = sceneFor({ ...request, seed: place }).cars.filter((car) => isParked(kind, car));
  const now = sceneFor({ ...request, seed: seed + step * 13 });
  const cars = [...parked, ...now.cars.filter((car) => !isParked(kind, car))];
  const people = Array.from({ length: count }, (_, nth) => walker(camera, randomFrom(seed * 97 + nth), nth, step));
  return { ...now, people, cars: cars.filter((car) => people.every((person) => isClear(person, car))) };
}

function isParked(kind: PlaceKind, { x, heading }: Car): boolean {
  if (kind === "street") return Math.abs(x) > 3.5;
  return kind === "car park" && Math.abs(Math.sin(heading)) < 0.5;
}

function isClear({ stance }: Person, { x, z }: Car): boolean {
  return Math.hypot(stance.x - x, stance.z - z) > 2;
}

/** Metres from frame to frame; as slow as people who look around. */
const stride = 0.8;

/** Somebody on the camera's path, one behind the other, some of them on the way back. */
function walker(
  { path: [[fromX, fromZ], [toX, toZ]] }: Camera,
  random: () => number,
  nth: number,
  step: number,
): Person {
  const length = Math.hypot(toX - fromX, toZ - fromZ);
  const isBack = random() < 0.35;
  const start = length * (0.1 + (nth * 0.31 + random() * 0.2) % 0.8);
  const way = (start + (isBack ? -1 : 1) * step * stride) / length;
  const heading = Math.atan2(toX - fromX, toZ - fromZ) + (isBack ? Math.PI : 0);
  const aside = mix(-0.8, 0.8, random());
  return {
    clothes: clothesFrom(random),
    pose: walking(random() * 2 * Math.PI + step * 2, random),
    stance: {
      x: mix(fromX, toX, way) + aside * Math.cos(heading),
      z: mix(fromZ, toZ, way) - aside * Math.sin(heading),
      heading,
      tall: mix(1.58, 1.88, random()),
    },
  };
}

/** Less light, and bluer, with the noise of a sensor that strains. */
function atNight(pixels: Uint8Array): Uint8Array {
  const tint = [0.6, 0.64, 0.74];
  return pixels.map((value, at) => {
    const grain = (hash(at, 3, 17) - 0.5) * 9;
    return clamp(Math.round(value * (tint[at % 3] ?? 1) + 6 + grain), 0, 255);
  });
}

/** What a camera sees whose lens is covered. */
function blackened(pixels: Uint8Array): Uint8Array {
  return pixels.map((_, at) => Math.round(hash(at, 5, 23) * 5));
}

function outOfFocus(pixels: Uint8Array): Uint8Array {
  const values = Float32Array.from(pixels);
  for (const reach of [6, 5, 4]) blurred(values, size.width, size.height, 3, reach, reach);
  return Uint8Array.from(values, (value) => Math.round(value));
}
