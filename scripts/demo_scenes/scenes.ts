// The kinds of scenes that the demo classifier tells apart: a painter for each, by seed.
import { paintScene as paintRace } from "../motogp/paint.ts";
import { sceneFor as raceFor, shots } from "../motogp/scene.ts";
import { randomFrom } from "../scene/noise.ts";
import type { WeatherName } from "../scene/weather.ts";
import { shots as soccerShots } from "../soccer/cameras.ts";
import type { Daylight } from "../soccer/daylight.ts";
import { paintScene as paintMatch } from "../soccer/paint.ts";
import { situations } from "../soccer/play.ts";
import { sceneFor as matchFor } from "../soccer/scene.ts";
import { paintScene as paintStreet } from "../street/paint.ts";
import type { PlaceKind } from "../street/places.ts";
import { sceneFor as placeFor } from "../street/scene.ts";

export type Painted = {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, rows from the top. */
  readonly pixels: Uint8Array;
};

/** By label, in the order of the model's classes. Equal seeds give equal pictures. */
export const scenes: Readonly<Record<string, (seed: number) => Painted>> = {
  race: race(["sun", "cloudy", "rain"]),
  "race at dusk": race(["dusk"]),
  match: match(["sun", "cloudy", "night"]),
  "match in the evening": match(["evening"]),
  street: place("street"),
  "car park": place("car park"),
  entrance: place("entrance"),
};

function race(weathers: readonly WeatherName[]) {
  return (seed: number): Painted => {
    const random = randomFrom(seed);
    return paintRace(
      raceFor({ seed, ...sizeFrom(random), weather: oneOf(weathers, random), shot: oneOf(shots, random) }),
    );
  };
}

function match(daylights: readonly Daylight[]) {
  return (seed: number): Painted => {
    const random = randomFrom(seed);
    const [daylight, shot] = [oneOf(daylights, random), oneOf(soccerShots, random)];
    const situation = random() < 0.4 ? "play" : oneOf(situations, random);
    const time = random() * 3;
    return paintMatch(matchFor({ seed, match: seed, ...sizeFrom(random), daylight, shot, situation, time }));
  };
}

function place(kind: PlaceKind) {
  return (seed: number): Painted => {
    const random = randomFrom(seed);
    const weather = oneOf(["sun", "cloudy", "rain", "dusk"] as const, random);
    return paintStreet(placeFor({ kind, place: seed, seed, ...sizeFrom(random), weather }));
  };
}

/** Small pictures are painted sooner, and the model sees 64 x 64 pixels of them anyway. */
function sizeFrom(random: () => number): { readonly width: number; readonly height: number } {
  const width = 2 * Math.round(70 + 35 * random());
  return { width, height: Math.round(width * (random() < 0.7 ? 9 / 16 : 3 / 4)) };
}

function oneOf<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError("Cannot choose a value: there is none");
  return value;
}
