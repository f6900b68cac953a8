// The ball in play, and the kick-off.
import { mix } from "../scene/noise.ts";
import {
  type Actor,
  along,
  ballRadius,
  clearOf,
  keepers,
  type Moment,
  officials,
  onGround,
  onlooker,
  type Random,
  type Role,
  runner,
  type Spot,
  still,
} from "./actors.ts";
import * as poses from "./poses.ts";

/** Ten places for a team that attacks towards positive x. */
const formation: readonly Spot[] = [
  [-32, -21],
  [-35, -7],
  [-35, 7],
  [-32, 21],
  [-10, -22],
  [-14, -7],
  [-13, 8],
  [-9, 21],
  [9, -6],
  [12, 6],
];

/** A team drawn together around the ball. */
function spread(random: Random, [x, z]: Spot, direction: 1 | -1): Spot[] {
  return formation.map(([ownX, ownZ]): Spot => [
    Math.max(-51, Math.min(51, direction * ownX * 0.62 + x * 0.6 + mix(-3.5, 3.5, random()))),
    Math.max(-33, Math.min(33, ownZ * 0.68 + z * 0.36 + mix(-3, 3, random()))),
  ]);
}

export function openPlay(random: Random, time: number): Moment {
  const ball: Spot = [mix(-32, 42, random()), mix(-27, 27, random())];
  const way = Math.PI / 2 + mix(-0.9, 0.9, random());
  const speed = mix(2, 6.5, random());
  const others = (role: Role, direction: 1 | -1) =>
    spread(random, ball, direction).slice(1).map((spot) => onlooker(role, clearOf(spot, ball, 3), ball, random, time));
  const dribbler = runner("attacker", ball, way, speed, random, time);
  const chase = along(ball, way + mix(0.6, 2.4, random()) * (random() < 0.5 ? 1 : -1), mix(1.1, 2.8, random()));
  const challenger: Actor = random() < 0.12
    ? still("defender", [chase.x, chase.z], ball, poses.sliding())
    : runner("defender", [chase.x, chase.z], way + mix(-0.5, 0.5, random()), speed * 0.95, random, time);
  const at = along([dribbler.x, dribbler.z], way, mix(0.45, 1.3, random()));
  const lofted = random() < 0.15 ? mix(0.5, 3.5, random()) : 0;
  return {
    actors: [
      dribbler,
      challenger,
      ...others("attacker", 1),
      ...others("defender", -1),
      ...keepers(random, ball, undefined, time),
      ...officials(random, ball, time),
    ],
    ball: {
      at: [at.x, ballRadius + lofted, at.z],
      speed: [Math.sin(way) * speed * 1.2, 0, Math.cos(way) * speed * 1.2],
    },
    focus: [at.x, at.z],
  };
}

export function kickOff(random: Random, time: number): Moment {
  const side = (role: Role, direction: 1 | -1) =>
    formation.slice(0, 8).map(([x, z]): Actor => {
      const spot: Spot = [direction * (Math.min(-2, x * 0.8) + mix(-2, 1, random())), z * 0.9 + mix(-2, 2, random())];
      const outside = clearOf(spot, [0, 0], direction > 0 ? 5 : 9.6);
      return still(role, outside, [0, 0], random() < 0.3 ? poses.ready(random) : poses.standing(random));
    });
  return {
    actors: [
      ...side("attacker", 1),
      ...side("defender", -1),
      still("attacker", [-0.7, 0.3], [0, 0], poses.kicking(-0.6)),
      still("attacker", [-0.6, -1.9], [0, 0], poses.standing(random)),
      still("defender", [4, -10.5], [0, 0], poses.ready(random)),
      still("defender", [3, 10], [0, 0], poses.standing(random)),
      ...keepers(random, [0, 0], undefined, time),
      ...officials(random, [-6, 4], time),
    ],
    ball: { at: onGround([0, 0]), speed: [0, 0, 0] },
    focus: [0, 0],
  };
}
