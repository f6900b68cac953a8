// A short film from two security cameras, told in numbers: a scene for each frame.
import { mix, randomFrom } from "../scene/noise.ts";
import { clothesFrom, standing, walking } from "./pedestrian.ts";
import type { Car, Person, Scene } from "./scene.ts";
import { sceneFor } from "./scene.ts";

export const film = { width: 640, height: 360, fps: 10, seconds: 12 };

/** Seconds at which the second camera takes over. */
const cut = 7.5;
/** Seconds between which nothing moves in front of the first camera. */
const still = [3.5, 6] as const;

/** The scene of a frame. Frames in which nothing moves have equal scenes. */
export function filmScene(frame: number): Scene {
  const time = frame / film.fps;
  return time < cut ? street(time) : carPark(time - cut);
}

/** A car drives off, somebody walks along and waits, and a car comes. */
function street(time: number): Scene {
  const place = sceneFor({ ...film, kind: "street", place: 4, seed: 12, weather: "sun" });
  const parked = place.cars.filter(({ x }) => Math.abs(x) > 3);
  const away: Car = { x: 1.8, z: 4 + 15 * time, heading: 0, shape: "hatchback", paint: [176, 34, 30] };
  const coming: Car = {
    x: -1.8,
    z: 62 - 15 * (time - still[1]),
    heading: Math.PI,
    shape: "van",
    paint: [225, 226, 222],
  };
  const walked = Math.min(time, still[0]) + Math.max(0, time - still[1]);
  const isWaiting = time >= still[0] && time < still[1];
  const cars = [...parked, ...(time < still[0] ? [away] : []), ...(time >= still[1] ? [coming] : [])];
  return { ...place, cars, people: [walker({ seed: 3, x: 7, z: 12 + 1.4 * walked, heading: 0, walked, isWaiting })] };
}

/** Two people cross a car park. */
function carPark(time: number): Scene {
  const place = sceneFor({ ...film, kind: "car park", place: 9, seed: 21, weather: "cloudy" });
  const people = [
    walker({ seed: 5, x: -6 + 1.3 * time, z: 13, heading: Math.PI / 2, walked: time, isWaiting: false }),
    walker({ seed: 8, x: 5 - 1.1 * time, z: 10.5, heading: -Math.PI / 2, walked: time, isWaiting: false }),
  ];
  return { ...place, people };
}

type Walker = {
  readonly seed: number;
  readonly x: number;
  readonly z: number;
  readonly heading: number;
  /** Seconds of walking so far. */
  readonly walked: number;
  readonly isWaiting: boolean;
};

function walker({ seed, x, z, heading, walked, isWaiting }: Walker): Person {
  const clothes = clothesFrom(randomFrom(seed));
  const pose = isWaiting ? standing(randomFrom(seed)) : walking(walked * 2 * Math.PI, randomFrom(seed));
  return { pose, clothes, stance: { x, z, heading, tall: mix(1.6, 1.85, randomFrom(seed)()) } };
}
