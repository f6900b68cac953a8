// The scenes that the demo model learns from: one painter for each kind, by seed.
import { paintScene as paintRace } from "../motogp/paint.ts";
import { sceneFor as raceFor, shots } from "../motogp/scene.ts";
import type { LabelledBox } from "../scene/boxes.ts";
import { randomFrom } from "../scene/noise.ts";
import type { WeatherName } from "../scene/weather.ts";
import { shots as soccerShots } from "../soccer/cameras.ts";
import { daylights } from "../soccer/daylight.ts";
import { paintScene as paintMatch } from "../soccer/paint.ts";
import { situations } from "../soccer/play.ts";
import { sceneFor as matchFor } from "../soccer/scene.ts";
import { paintScene as paintStreet } from "../street/paint.ts";
import { placeKinds } from "../street/places.ts";
import { sceneFor as streetFor } from "../street/scene.ts";

export type Painted = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, rows from the top. */
  readonly pixels: Uint8Array;
  readonly boxes: readonly LabelledBox[];
};

/** Equal seeds give equal pictures. */
export type Painter = (seed: number) => Painted;

export const painters: Readonly<Record<string, Painter>> = {
  motogp: (seed) => {
    const random = randomFrom(seed);
    const weather = oneOf(weatherNames, random);
    return paintRace(raceFor({ seed, ...sizeFrom(random), weather, shot: oneOf(shots, random) }));
  },
  soccer: (seed) => {
    const random = randomFrom(seed);
    const size = { width: 512, height: 288 };
    const [daylight, shot] = [oneOf(daylights, random), oneOf(soccerShots, random)];
    const situation = random() < 0.4 ? "play" : oneOf(situations, random);
    return paintMatch(matchFor({ seed, match: seed, ...size, daylight, shot, situation, time: random() * 3 }));
  },
  street: (seed) => {
    const random = randomFrom(seed);
    const [kind, weather] = [oneOf(placeKinds, random), oneOf(weatherNames, random)];
    return paintStreet(streetFor({ kind, place: seed, seed, ...sizeFrom(random), weather }));
  },
};

const weatherNames: readonly WeatherName[] = ["sun", "cloudy", "rain", "dusk"];

/** Small pictures are painted sooner; the training scales them anyway. */
function sizeFrom(random: () => number): { readonly width: number; readonly height: number } {
  const width = 2 * Math.round(180 + 60 * random());
  return { width, height: Math.round(width * (random() < 0.7 ? 9 / 16 : 3 / 4)) };
}

function oneOf<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError("Cannot choose a value: there is none");
  return value;
}
