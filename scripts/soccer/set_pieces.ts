// Corners, free kicks and penalties.
import { mix } from "../scene/noise.ts";
import {
  type Actor,
  along,
  ballRadius,
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
import { halfLength, halfWidth } from "./pitch.ts";
import * as poses from "./poses.ts";

export function corner(random: Random, time: number): Moment {
  const side = random() < 0.5 ? 1 : -1;
  const goal: Spot = [47, side * mix(-1, 3, random())];
  const flag: Spot = [halfLength - 0.4, side * (halfWidth - 0.4)];
  const crowd = scattered(random, 14, [41.5, 51.3], [-7.5, 7.5], 0.95).map((spot, index): Actor => {
    const role = index % 2 === 0 ? "attacker" : "defender";
    const isNear = Math.hypot(spot[0] - goal[0], spot[1] - goal[1]) < 3;
    if (isNear && random() < 0.6) return still(role, spot, flag, poses.heading(random));
    return random() < 0.5
      ? still(role, spot, flag, poses.standing(random))
      : runner(role, spot, towards(spot, goal) + mix(-0.5, 0.5, random()), mix(1, 5, random()), random, time * 0.4);
  });
  const keeper = still(
    "defending keeper",
    [halfLength - mix(0.8, 2.5, random()), side * mix(-1.5, 1.5, random())],
    flag,
    poses.ready(random),
  );
  return {
    actors: [
      ...crowd,
      still("attacker", [flag[0] - 0.9, flag[1] - side * 1.1], goal, poses.kicking(0.9)),
      ...rest(random, goal, 2, 3, time),
      ...keepers(random, goal, keeper, time),
      ...officials(random, [38, 0], time),
    ],
    ball: { at: [goal[0], mix(1.9, 3.2, random()), goal[1]], speed: [-2, -1, -side * 9] },
    focus: goal,
  };
}

export function freeKick(random: Random, time: number): Moment {
  const ball: Spot = [mix(28, 35, random()), mix(-13, 13, random())];
  const goal: Spot = [halfLength, 0];
  const aim = towards(ball, goal);
  const count = 3 + Math.floor(random() * 3);
  const wall = Array.from({ length: count }, (_, index): Actor => {
    const middle = along(ball, aim, 9.15);
    const spot = along([middle.x, middle.z], aim + Math.PI / 2, (index - (count - 1) / 2) * 0.56);
    return still("defender", [spot.x, spot.z], ball, poses.guarding(random));
  });
  const box = scattered(random, 8, [38, 46], [-10, 10], 1.5).map((spot, index) =>
    onlooker(index % 2 === 0 ? "attacker" : "defender", spot, ball, random, time * 0.4)
  );
  const kicker = along(ball, aim + Math.PI - 0.35, 0.75);
  return {
    actors: [
      ...wall,
      ...box,
      { ...still("attacker", [kicker.x, kicker.z], ball, poses.kicking(-0.9)), heading: aim },
      ...rest(random, ball, 5, 6 - count, time),
      ...keepers(
        random,
        ball,
        still("defending keeper", [halfLength - 0.9, mix(-1, 1, random())], ball, poses.ready(random)),
        time,
      ),
      ...officials(random, ball, time),
    ],
    ball: { at: onGround(ball), speed: [0, 0, 0] },
    focus: ball,
  };
}

export function penalty(random: Random, time: number): Moment {
  const spot: Spot = [halfLength - 11, 0];
  const isTaken = random() < 0.6;
  const side = random() < 0.5 ? 1 : -1;
  const behind = scattered(random, 12, [29, 35.4], [-11, 11], 1.4).map((place, index) =>
    onlooker(index % 2 === 0 ? "attacker" : "defender", place, [halfLength, 0], random, time * 0.5)
  );
  const pose = isTaken ? poses.diving(side, random) : poses.ready(random);
  const keeper = still("defending keeper", [halfLength - 0.6, isTaken ? -side * 0.9 : 0], spot, pose);
  const flown = isTaken ? mix(0.3, 0.85, random()) : 0;
  return {
    actors: [
      ...behind,
      still("attacker", [spot[0] - 0.7, 0.35], [halfLength, 0], poses.kicking(isTaken ? 0.95 : -0.9)),
      ...keepers(random, spot, keeper, time),
      ...officials(random, [halfLength - 14, 8], time),
      ...rest(random, spot, 3, 4, time),
    ],
    ball: {
      at: [spot[0] + 11 * flown, ballRadius + flown * mix(0.1, 1.6, random()), -side * 2.6 * flown],
      speed: isTaken ? [22, 1, -side * 5] : [0, 0, 0],
    },
    focus: [spot[0] + 3, 0],
  };
}
