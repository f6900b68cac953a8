// The situations of a match.
import type { Moment, Random } from "./actors.ts";
import { kickOff, openPlay } from "./open_play.ts";
import { corner, freeKick, penalty } from "./set_pieces.ts";
import { celebration, shot } from "./shots_at_goal.ts";

export const situations = ["play", "corner", "free kick", "penalty", "shot", "kick-off", "celebration"] as const;
export type Situation = typeof situations[number];

/** The moment `time` seconds after a situation that `random` makes up. */
export function momentOf(situation: Situation, random: Random, time: number): Moment {
  switch (situation) {
    case "play":
      return openPlay(random, time);
    case "corner":
      return corner(random, time);
    case "free kick":
      return freeKick(random, time);
    case "penalty":
      return penalty(random, time);
    case "shot":
      return shot(random, time);
    case "kick-off":
      return kickOff(random, time);
    case "celebration":
      return celebration(random, time);
  }
}
