// Who is on the pitch, and how people are put there. One team attacks towards positive x.
import { mix } from "../scene/noise.ts";
import type { Pose } from "../scene/skeleton.ts";
import type { Vector } from "../scene/vectors.ts";
import { halfLength, halfWidth } from "./pitch.ts";
import * as poses from "./poses.ts";

export type Role = "attacker" | "defender" | "attacking keeper" | "defending keeper" | "referee" | "assistant";

/** Somebody on the pitch; lengths in metres, `heading` in radians as in `Stance`. */
export type Actor = {
  readonly role: Role;
  readonly x: number;
  readonly z: number;
  readonly heading: number;
  readonly pose: Pose;
};

export type Random = () => number;
/** A place on the ground, x and z. */
export type Spot = readonly [number, number];

export type Moment = {
  readonly actors: readonly Actor[];
  /** Middle of the ball, and where it goes, in metres a second. */
  readonly ball: { readonly at: Vector; readonly speed: Vector };
  /** What a camera would follow, x and z. */
  readonly focus: Spot;
};

export const ballRadius = 0.125;

export function towards([x, z]: Spot, [toX, toZ]: Spot): number {
  return Math.atan2(toX - x, toZ - z);
}

export function along([x, z]: Spot, heading: number, way: number): { x: number; z: number } {
  return { x: x + Math.sin(heading) * way, z: z + Math.cos(heading) * way };
}

/** Someone on the move: runs on from `spot` along `heading`. */
export function runner(role: Role, spot: Spot, heading: number, speed: number, random: Random, time: number): Actor {
  const phase = random() * 2 * Math.PI + time * Math.PI * 2 * (0.9 + speed * 0.11);
  const pose = speed < 0.4 ? poses.standing(random) : poses.running(phase, speed, random);
  return { role, ...along(spot, heading, speed * time), heading, pose };
}

export function still(role: Role, spot: Spot, facing: Spot, pose: Pose): Actor {
  return { role, x: spot[0], z: spot[1], heading: towards(spot, facing), pose };
}

/** Somebody who watches, walks or jogs, mostly towards what happens. */
export function onlooker(role: Role, spot: Spot, focus: Spot, random: Random, time: number): Actor {
  const speed = random() < 0.25 ? 0 : mix(0.8, 5.5, random() ** 1.6);
  return runner(role, spot, towards(spot, focus) + mix(-0.9, 0.9, random()), speed, random, time);
}

export function onGround([x, z]: Spot): Vector {
  return [x, ballRadius, z];
}

/** The spot, or the nearest one that is so far from another. */
export function clearOf(spot: Spot, other: Spot, least: number): Spot {
  const away = Math.hypot(spot[0] - other[0], spot[1] - other[1]);
  if (away >= least) return spot;
  const share = least / Math.max(0.1, away);
  return [other[0] + (spot[0] - other[0]) * share, other[1] + (spot[1] - other[1]) * share];
}

/** Spots in a rectangle with some room around each. */
export function scattered(random: Random, count: number, [fromX, toX]: Spot, [fromZ, toZ]: Spot, room: number): Spot[] {
  const spots: Spot[] = [];
  for (let tries = 0; spots.length < count && tries < count * 40; tries++) {
    const spot: Spot = [mix(fromX, toX, random()), mix(fromZ, toZ, random())];
    if (spots.every(([x, z]) => Math.hypot(x - spot[0], z - spot[1]) >= room)) spots.push(spot);
  }
  return spots;
}

export function officials(random: Random, [x, z]: Spot, time: number): Actor[] {
  const turn = mix(2.2, 4.2, random());
  const spot: Spot = [
    Math.min(48, x + Math.sin(turn) * mix(7, 12, random())),
    Math.max(-31, Math.min(31, z + Math.cos(turn) * mix(6, 11, random()))),
  ];
  const referee = random() < 0.2
    ? still("referee", spot, [x, z], poses.pointing(random))
    : runner("referee", spot, towards(spot, [x, z]) + mix(-0.4, 0.4, random()), mix(0, 5, random()), random, time);
  const assistant = (lineX: number, side: 1 | -1) =>
    runner("assistant", [lineX, side * (halfWidth + 0.9)], side > 0 ? Math.PI : 0, 0, random, time);
  return [referee, assistant(Math.max(2, Math.min(48, x + 8)), 1), assistant(Math.min(-4, x - 30), -1)];
}

export function keepers(random: Random, [x, z]: Spot, defending: Actor | undefined, time: number): Actor[] {
  const far: Spot = [-halfLength + 6 + Math.max(0, x) * 0.25, z * 0.1];
  const near: Spot = [halfLength - 1.5 - Math.max(0, 40 - x) * 0.1, z * 0.12];
  const pose = x > 25 ? poses.ready(random) : poses.standing(random);
  return [
    onlooker("attacking keeper", far, [x, z], random, time),
    defending ?? still("defending keeper", near, [x, z], pose),
  ];
}

export function rest(random: Random, focus: Spot, attackers: number, defenders: number, time: number): Actor[] {
  const own = scattered(random, attackers, [-12, 30], [-24, 24], 4);
  const back = scattered(random, defenders, [8, 34], [-22, 22], 4);
  return [
    ...own.map((spot) => onlooker("attacker", spot, focus, random, time)),
    ...back.map((spot) => onlooker("defender", spot, focus, random, time)),
  ];
}
