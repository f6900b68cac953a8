// What a frame shows, told in numbers: the painter needs nothing else.
import { type Color, hsv, scaled } from "../scene/color.ts";
import { mix, randomFrom } from "../scene/noise.ts";
import type { Pose, Stance } from "../scene/skeleton.ts";
import type { Vector } from "../scene/vectors.ts";
import { type Shot, type View, viewOf } from "./cameras.ts";
import type { Daylight } from "./daylight.ts";
import type { Look } from "./figure.ts";
import { distanceOf, keeperKit, type Kit, kitFrom, refereeKit } from "./kits.ts";
import { type Grass, halfWidth, mowings } from "./pitch.ts";
import type { Actor } from "./actors.ts";
import { momentOf, type Situation } from "./play.ts";
import type { Stadium } from "./stadium.ts";

export type Person = {
  readonly label: "player" | "referee";
  readonly stance: Stance;
  readonly pose: Pose;
  readonly look: Look;
  /** Whether a flag is in the left hand. */
  readonly hasFlag: boolean;
};

export type Scene = {
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly daylight: Daylight;
  /** Degrees that the light is turned around the pitch. */
  readonly compass: number;
  /** Where the shadow of a stand begins: beyond `from` metres across on one side. */
  readonly shade?: { readonly from: number; readonly side: 1 | -1 };
  readonly grass: Grass;
  readonly stadium: Stadium;
  readonly camera: View;
  readonly people: readonly Person[];
  readonly ball: { readonly at: Vector; readonly speed: Vector };
  /** How far the background is smeared sideways, a share of the width; what lies how many metres away begins to blur. */
  readonly pan: number;
  readonly focus: number;
};

export type SceneRequest = {
  /** What happens. Equal seeds with another `time` show the same a little later. */
  readonly seed: number;
  /** The match: stadium, grass, kits and people come from this number. */
  readonly match: number;
  readonly width: number;
  readonly height: number;
  readonly daylight: Daylight;
  readonly shot: Shot;
  readonly situation: Situation;
  /** Seconds after the beginning of what happens. */
  readonly time?: number;
  /** Kits of the two teams; from `match` when absent. */
  readonly kits?: readonly [Kit, Kit];
};

type Random = () => number;

/** A believable scene; equal requests give equal scenes. */
export function sceneFor(request: SceneRequest): Scene {
  const { seed, match, width, height, daylight, situation, shot, time = 0 } = request;
  const matchRandom = randomFrom(match * 7919 + 3);
  const kits = request.kits ?? kitsFor(matchRandom);
  const venue = venueFor(matchRandom, daylight, kits[0], match);
  const random = randomFrom(seed * 104729 + 17);
  const direction = random() < 0.5 ? 1 : -1;
  const cameraRandom = randomFrom(seed * 31 + 7);
  const moment = momentOf(situation, randomFrom(seed * 613 + 1), time);
  const wardrobe = wardrobeFor(match, kits, direction);
  const focus = [direction * moment.focus[0], moment.focus[1]] as const;
  const camera = viewOf(shot, focus, cameraRandom);
  const { at, speed } = moment.ball;
  return {
    width,
    height,
    seed: match,
    daylight,
    ...venue,
    camera,
    people: moment.actors.map((actor, index) => personFor(actor, index, direction, wardrobe)),
    ball: { at: [at[0] * direction, at[1], at[2]], speed: [speed[0] * direction, speed[1], speed[2]] },
    pan: (shot === "close" || shot === "sideline") && random() < 0.5 ? mix(0.001, 0.008, random()) : 0,
    focus: shot === "wide" ? Infinity : 1.2 * Math.hypot(camera.position[0] - focus[0], camera.position[2] - focus[1]),
  };
}

/** Two kits that can be told apart. */
function kitsFor(random: Random): readonly [Kit, Kit] {
  const home = kitFrom(random);
  for (;;) {
    const away = kitFrom(random);
    if (distanceOf(home.shirt, away.shirt) > 140) return [home, away];
  }
}

function venueFor(random: Random, daylight: Daylight, home: Kit, seed: number) {
  const grass: Grass = {
    color: [mix(66, 92, random()), mix(98, 120, random()), mix(42, 58, random())],
    mowing: mowings[Math.floor(random() * mowings.length)] ?? "bands",
    contrast: mix(0.03, 0.085, random()),
    seed,
  };
  const stadium: Stadium = {
    colors: [home.shirt, home.second],
    seats: random() < 0.5 ? scaled(home.shirt, 0.8) : hsv(random(), 0.5, 0.55),
    filled: mix(0.6, 0.97, random()),
    upper: random() < 0.65 ? mix(20, 27, random()) : 0,
    seed,
  };
  const compass = mix(0, 360, random());
  const isShaded = (daylight === "sun" || daylight === "evening") && random() < 0.6;
  const side: 1 | -1 = Math.cos(compass * Math.PI / 180) > 0 ? 1 : -1;
  const from = mix(-halfWidth * 0.4, halfWidth * 0.8, random());
  return { grass, stadium, compass, ...(isShaded ? { shade: { from, side } } : {}) };
}

/** What each role wears, and numbers by which bodies are made up. */
type Wardrobe = { readonly kitOf: (role: Actor["role"]) => Kit; readonly match: number };

function wardrobeFor(match: number, kits: readonly [Kit, Kit], direction: 1 | -1): Wardrobe {
  const random = randomFrom(match * 37 + 11);
  const homeKeeper = keeperKit(random(), kits);
  const awayKeeper = keeperKit(random(), [...kits, homeKeeper]);
  const referee = refereeKit([...kits, homeKeeper, awayKeeper]);
  const isHome = direction > 0;
  const kitOf = (role: Actor["role"]): Kit => {
    switch (role) {
      case "attacker":
        return isHome ? kits[0] : kits[1];
      case "defender":
        return isHome ? kits[1] : kits[0];
      case "attacking keeper":
        return isHome ? homeKeeper : awayKeeper;
      case "defending keeper":
        return isHome ? awayKeeper : homeKeeper;
      case "referee":
      case "assistant":
        return referee;
    }
  };
  return { kitOf, match };
}

const skins: readonly Color[] = [[232, 190, 160], [214, 166, 132], [186, 134, 98], [142, 96, 66], [98, 66, 48], [
  74,
  50,
  38,
]];
const hairs: readonly Color[] = [[30, 24, 22], [58, 42, 32], [96, 66, 42], [186, 148, 92], [44, 34, 28], [130, 70, 36]];
const bootColors: readonly Color[] = [[30, 30, 34], [236, 236, 232], [240, 90, 50], [90, 220, 120], [250, 220, 60], [
  60,
  140,
  230,
]];

function personFor(actor: Actor, index: number, direction: 1 | -1, { kitOf, match }: Wardrobe): Person {
  const random = randomFrom(match * 977 + index * 131 + actor.role.length);
  const { role } = actor;
  const pick = (colors: readonly Color[]) => colors[Math.floor(random() * colors.length)] ?? [128, 128, 128];
  const isOfficial = role === "referee" || role === "assistant";
  const isKeeper = role === "attacking keeper" || role === "defending keeper";
  return {
    label: isOfficial ? "referee" : "player",
    stance: {
      x: actor.x * direction,
      z: actor.z,
      heading: direction > 0 ? actor.heading : -actor.heading,
      tall: mix(1.7, 1.94, random()) + (isKeeper ? 0.03 : 0),
    },
    pose: actor.pose,
    look: {
      kit: kitOf(role),
      skin: pick(skins),
      hair: pick(hairs),
      boots: isOfficial ? [30, 30, 34] : pick(bootColors),
      number: isOfficial ? 0 : isKeeper ? 1 : 2 + index % 27,
      hasLongSleeves: isKeeper || random() < 0.25,
      isBald: random() < 0.1,
      build: mix(0.94, 1.08, random()),
      seed: match + index,
      ...(isKeeper ? { gloves: [240, 240, 230] as const } : {}),
    },
    hasFlag: role === "assistant",
  };
}
