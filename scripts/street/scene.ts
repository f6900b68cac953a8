// What a picture of a security camera shows at one moment, told in numbers.
import { type Color, hsv, scaled } from "../scene/color.ts";
import { mix, randomFrom } from "../scene/noise.ts";
import type { Pose, Stance } from "../scene/skeleton.ts";
import type { WeatherName } from "../scene/weather.ts";
import { type CarShape, carShapes } from "./car.ts";
import { type Clothes, clothesFrom, standing, walking } from "./pedestrian.ts";
import { type Area, type CarSpot, type Place, placeFrom, type PlaceKind } from "./places.ts";

export type Car = CarSpot & { readonly shape: CarShape; readonly paint: Color };

export type Person = { readonly pose: Pose; readonly stance: Stance; readonly clothes: Clothes };

export type Scene = {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly weather: WeatherName;
  readonly place: Place;
  readonly cars: readonly Car[];
  readonly people: readonly Person[];
};

export type SceneRequest = {
  readonly kind: PlaceKind;
  /** Which place: its camera always looks the same way. */
  readonly place: number;
  /** Which moment: who is there. */
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly weather: WeatherName;
};

type Random = () => number;

/** Equal requests give equal scenes. */
export function sceneFor({ kind, place: placeSeed, seed, width, height, weather }: SceneRequest): Scene {
  const random = randomFrom(seed);
  const place = placeFrom(kind, placeSeed);
  const cars = place.spots.filter(() => random() < place.taken).map((spot) => carAt(spot, random));
  const people = peopleIn(place, cars, random);
  return { width, height, seed, weather, place, cars, people };
}

function carAt({ x, z, heading }: CarSpot, random: Random): Car {
  const shape = carShapes[Math.floor(random() * carShapes.length)] ?? "saloon";
  const isGrey = random() < 0.6;
  const paint = isGrey
    ? scaled([1, 1, 1.02], mix(28, 236, random() ** 0.8))
    : hsv(random(), mix(0.5, 0.9, random()), 0.6);
  const turned = random() < 0.4 && Math.abs(Math.sin(heading)) < 0.1 ? heading + Math.PI : heading;
  return {
    x: x + mix(-0.2, 0.2, random()),
    z: z + mix(-0.3, 0.3, random()),
    heading: turned + mix(-0.04, 0.04, random()),
    shape,
    paint,
  };
}

function peopleIn({ walks, most }: Place, cars: readonly Car[], random: Random): Person[] {
  const count = Math.floor(random() * (most + 1));
  return Array.from({ length: count }, (_, index) => walks[index % walks.length]).flatMap((area) => {
    const stance = area === undefined ? undefined : stanceIn(area, cars, random);
    if (stance === undefined) return [];
    const clothes = clothesFrom(random);
    const pose = random() < 0.65 ? walking(random() * 2 * Math.PI, random) : standing(random);
    return [{ pose, stance, clothes }];
  });
}

/** A free place to stand, if one of a few tries finds one. */
function stanceIn([left, right, near, far]: Area, cars: readonly Car[], random: Random): Stance | undefined {
  for (let attempt = 0; attempt < 6; attempt++) {
    const [x, z] = [mix(left, right, random()), mix(near, far, random() ** 1.3)];
    if (cars.some((car) => Math.hypot(car.x - x, car.z - z) < 2.6)) continue;
    return { x, z, heading: random() * 2 * Math.PI, tall: mix(1.52, 1.92, random()) };
  }
  return undefined;
}
