// Shots, and what follows when they go in.
import { mix } from "../scene/noise.ts";
import {
  ballRadius,
  clearOf,
  keepers,
  type Moment,
  officials,
  onGround,
  onlooker,
  type Random,
  rest,
  runner,
  scattered,
  type Spot,
  still,
  towards,
} from "./actors.ts";
import { halfLength } from "./pitch.ts";
import * as poses from "./poses.ts";

export function shot(random: Random, time: number): Moment {
  const from: Spot = [mix(32, 43, random()), mix(-12, 12, random())];
  const aim: Spot = [halfLength, (random() < 0.5 ? 1 : -1) * mix(2, 3.2, random())];
  const flown = mix(0.25, 0.9, random());
  const side = aim[1] > 0 ? -1 : 1;
  const keeper = still("defending keeper", [halfLength - mix(0.8, 2, random()), aim[1] * 0.45], [
    from[0],
    from[1] * 0.3,
  ], poses.diving(side, random));
  const near = scattered(random, 9, [33, 47], [-14, 14], 1.7)
    .map((spot) => clearOf(spot, from, 1.4))
    .map((spot, index) => onlooker(index % 3 === 0 ? "attacker" : "defender", spot, aim, random, time * 0.4));
  return {
    actors: [
      still("attacker", from, aim, poses.kicking(0.9)),
      ...near,
      ...rest(random, from, 5, 4, time),
      ...keepers(random, from, keeper, time),
      ...officials(random, [from[0] - 4, from[1]], time),
      ...rest(random, from, 1, 0, time),
    ],
    ball: {
      at: [mix(from[0] + 0.8, aim[0], flown), ballRadius + mix(0.1, 2, random()) * flown, mix(from[1], aim[1], flown)],
      speed: [20, 1, (aim[1] - from[1]) * 1.4],
    },
    focus: [mix(from[0], aim[0], 0.5), mix(from[1], aim[1], 0.5)],
  };
}

export function celebration(random: Random, time: number): Moment {
  const focus: Spot = [mix(38, 47, random()), (random() < 0.5 ? 1 : -1) * mix(8, 26, random())];
  const crowd = scattered(random, 6, [focus[0] - 2.6, focus[0] + 2.6], [focus[1] - 2, focus[1] + 2], 0.8).map((spot) =>
    random() < 0.6
      ? still("attacker", spot, [focus[0] + mix(-4, 4, random()), focus[1] - 6], poses.cheering(random))
      : runner("attacker", spot, towards(spot, focus), mix(2, 5, random()), random, time * 0.2)
  );
  const sad = scattered(random, 7, [30, 48], [-16, 16], 3).map((spot) => clearOf(spot, focus, 6)).map((spot) =>
    runner("defender", spot, -Math.PI / 2 + mix(-0.6, 0.6, random()), mix(0, 1.6, random()), random, time)
  );
  const keeper = still("defending keeper", [halfLength - 1.2, mix(-2, 2, random())], focus, poses.standing(random));
  return {
    actors: [
      ...crowd,
      ...sad,
      ...rest(random, focus, 4, 2, time),
      ...keepers(random, focus, keeper, time),
      ...officials(random, [34, 0], time),
      ...rest(random, focus, 0, 1, time),
    ],
    ball: { at: onGround([halfLength + mix(0.4, 1.4, random()), mix(-3, 3, random())]), speed: [0, 0, 0] },
    focus,
  };
}
