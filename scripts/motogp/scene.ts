// What a frame shows, told in numbers: the painter needs nothing else.
import type { Color } from "../scene/color.ts";
import type { RunOff } from "./ground.ts";
import { teams } from "./livery.ts";
import { mix, randomFrom } from "../scene/noise.ts";
import { above, type Place, type Track } from "./track.ts";
import type { Vector } from "../scene/vectors.ts";
import type { WeatherName } from "../scene/weather.ts";

export type Ride = Place & {
  /** Degrees to the right; negative to the left. */
  readonly lean: number;
  /** Index into `teams`. */
  readonly team: number;
};

export type Scene = {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly weather: WeatherName;
  readonly track: Track;
  readonly kerb: readonly [Color, Color];
  readonly left: RunOff;
  readonly right: RunOff;
  /** Metres from the middle of the track; negative to the left. */
  readonly walls: readonly number[];
  readonly stands: readonly (1 | -1)[];
  readonly trees: number;
  /** Where the camera is and what it looks at, in metres. `view` is the horizontal angle in degrees. */
  readonly camera: { readonly position: Vector; readonly target: Vector; readonly view: number };
  readonly rides: readonly Ride[];
  /** How far the background is smeared sideways because the camera follows a bike; a share of the width. */
  readonly pan: number;
};

export type Shot = "front" | "side" | "rear" | "wide";

export const shots: readonly Shot[] = ["front", "side", "rear", "wide"];

export type SceneRequest = {
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly weather: WeatherName;
  readonly shot: Shot;
};

type Random = () => number;

/** A believable scene; equal requests give equal scenes. */
export function sceneFor({ seed, width, height, weather, shot }: SceneRequest): Scene {
  const random = randomFrom(seed);
  const track = trackFor(random, shot);
  const sides = sidesFor(random, track);
  const rides = ridesFor(random, track, shot);
  const camera = cameraFor(random, track, rides, shot, width / height);
  const pan = shot === "side" ? mix(0.012, 0.035, random()) : 0;
  return { width, height, seed, weather, track, ...sides, camera, rides, pan };
}

function trackFor(random: Random, shot: Shot): Track {
  const tight = shot === "wide" ? mix(70, 130, random()) : mix(50, 120, random());
  const radius = random() < 0.72 ? tight : mix(220, 500, random());
  return { radius, turn: random() < 0.5 ? 1 : -1, halfWidth: mix(6, 7.5, random()) };
}

const kerbs: readonly (readonly [Color, Color])[] = [
  [[200, 34, 36], [236, 234, 230]],
  [[28, 74, 170], [236, 236, 232]],
  [[22, 120, 70], [232, 60, 44]],
  [[240, 196, 40], [34, 46, 120]],
];

function sidesFor(random: Random, { halfWidth, turn }: Track) {
  const kind = (): RunOff => random() < 0.55 ? "gravel" : "grass";
  const outside = -turn * (halfWidth + mix(14, 24, random()));
  const inside = turn * (halfWidth + mix(9, 15, random()));
  const stands: (1 | -1)[] = random() < 0.6 ? [turn === 1 ? -1 : 1] : [];
  return {
    kerb: kerbs[Math.floor(random() * kerbs.length)] ?? [[200, 34, 36], [236, 234, 230]] as const,
    left: kind(),
    right: kind(),
    walls: [outside, inside],
    stands: random() < 0.25 ? [...stands, turn] : stands,
    trees: Math.floor(mix(10, 44, random())),
  };
}

/** The leader is 60 metres along; the others follow. */
const leader = 60;

function ridesFor(random: Random, track: Track, shot: Shot): Ride[] {
  const count = shot === "wide" ? 3 + Math.floor(random() * 4) : 1 + Math.floor(random() * random() * 4);
  const steep = track.radius < 150 ? mix(38, 56, random()) : mix(4, 20, random());
  const first = Math.floor(random() * teams.length);
  const line = track.turn * mix(-1, 3, random());
  return Array.from({ length: count }, (_, index) => ({
    along: leader - index * mix(3.4, 6.5, random()),
    across: line + (index === 0 ? 0 : mix(-2.4, 2.4, random())),
    lean: track.turn * (steep + mix(-5, 5, random())),
    team: (first + index) % teams.length,
  }));
}

function cameraFor(random: Random, track: Track, rides: readonly Ride[], shot: Shot, aspect: number): Scene["camera"] {
  const lead = rides[0] ?? { along: leader, across: 0 };
  const outside = -track.turn * (track.halfWidth + mix(3, 7, random()));
  const place = { across: outside, along: lead.along + alongFor(random, shot) };
  const height = shot === "wide" ? mix(3, 7, random()) : mix(0.9, 2.6, random());
  const position = above(track, place, height);
  const last = rides.at(-1) ?? lead;
  const aim = shot === "wide" ? (lead.along + last.along) / 2 : lead.along - (rides.length - 1) * 1.2;
  const aimHeight = shot === "wide" ? mix(1.5, 3.2, random()) : mix(0.6, 1.4, random());
  const target = above(track, { along: aim, across: lead.across + mix(-0.5, 0.5, random()) }, aimHeight);
  const distance = Math.hypot(...position.map((value, axis) => value - (target[axis] ?? 0)));
  const span = spanFor(random, shot, rides.length) * Math.max(1, aspect / 1.5);
  return { position, target, view: Math.atan(span / 2 / distance) * 360 / Math.PI };
}

/** How far ahead of the leader the camera stands. */
function alongFor(random: Random, shot: Shot): number {
  switch (shot) {
    case "front":
      return mix(12, 30, random());
    case "side":
      return mix(-4, 5, random());
    case "rear":
      return -mix(12, 24, random());
    case "wide":
      return mix(20, 38, random());
  }
}

/** Metres across the picture at the leader's distance. */
function spanFor(random: Random, shot: Shot, count: number): number {
  return shot === "wide" ? mix(15, 26, random()) : mix(4, 7.5, random()) + (count - 1) * 0.9;
}
