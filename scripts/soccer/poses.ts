// How bodies are held: running, waiting, kicking, diving.
import { mix } from "../scene/noise.ts";
import type { LimbPose, Pose } from "../scene/skeleton.ts";

type Random = () => number;

function limb(swing: number, spread: number, bend: number): LimbPose {
  return { swing, spread, bend };
}

const upright = { lean: 0.04, sway: 0, roll: 0, lift: 0, look: 0 };

/** Standing about: hands at the sides, on the hips or behind the back. */
export function standing(random: Random): Pose {
  const apart = mix(0.04, 0.2, random());
  const arms: readonly (readonly [LimbPose, LimbPose])[] = [
    [limb(0.05, 0.16, 0.2), limb(0.1, 0.14, 0.35)],
    [limb(-0.35, 0.75, 1.7), limb(-0.35, 0.75, 1.7)],
    [limb(0.3, 0.2, 0.8), limb(-0.05, 0.15, 0.2)],
  ];
  return {
    ...upright,
    legs: [limb(mix(-0.05, 0.15, random()), apart, 0.1), limb(mix(-0.1, 0.1, random()), apart, 0.08)],
    arms: arms[Math.floor(random() * arms.length)] ?? [limb(0, 0.15, 0.2), limb(0, 0.15, 0.2)],
    lean: mix(0, 0.12, random()),
    look: mix(-0.7, 0.7, random()),
  };
}

/** Moving at `speed` metres a second; `phase` runs through one pair of strides from 0 to 2 pi. */
export function running(phase: number, speed: number, random: Random): Pose {
  const force = Math.min(1, speed / 7);
  const leg = (at: number) =>
    limb(
      0.12 * force + Math.sin(at) * mix(0.32, 0.86, force),
      0.04,
      0.18 + force * 0.3 + Math.max(0, Math.cos(at + 0.25)) * mix(0.5, 1.5, force),
    );
  const arm = (at: number) =>
    limb(Math.sin(at) * mix(0.3, 0.95, force), mix(0.12, 0.26, random()), mix(0.35, 1.5, force));
  return {
    ...upright,
    legs: [leg(phase), leg(phase + Math.PI)],
    arms: [arm(phase + Math.PI), arm(phase)],
    lean: mix(0.05, 0.3, force),
    lift: force * 0.05 * Math.abs(Math.cos(phase)),
    look: mix(-0.5, 0.5, random()),
  };
}

/** About to shoot, or just after. `swing` is -1 when the foot is drawn back, 1 when it has followed through. */
export function kicking(swing: number): Pose {
  const isBack = swing < 0;
  return {
    ...upright,
    legs: [limb(isBack ? 0.25 : -0.1, 0.12, 0.3), limb(swing * 0.95, 0.16, isBack ? 1.35 : 0.25)],
    arms: [limb(isBack ? 0.5 : -0.4, 0.95, 0.35), limb(isBack ? -0.5 : 0.35, 0.6, 0.5)],
    lean: isBack ? 0.12 : -0.08,
    sway: -0.14,
    lift: 0.01,
  };
}

export function heading(random: Random): Pose {
  return {
    ...upright,
    legs: [limb(-0.25, 0.12, mix(0.5, 1.2, random())), limb(0.1, 0.1, mix(0.4, 1.1, random()))],
    arms: [limb(0.5, 0.9, 0.9), limb(0.3, 0.95, 1.0)],
    lean: mix(-0.1, 0.22, random()),
    lift: mix(0.2, 0.55, random()),
  };
}

/** Bent knees, open hands. */
export function ready(random: Random): Pose {
  const knee = mix(0.5, 0.95, random());
  return {
    ...upright,
    legs: [limb(knee * 0.65, 0.26, knee), limb(knee * 0.65, 0.26, knee)],
    arms: [limb(0.45, 0.55, 0.8), limb(0.45, 0.55, 0.8)],
    lean: mix(0.25, 0.5, random()),
  };
}

/** Flying sideways; `side` is 1 to the right. */
export function diving(side: 1 | -1, random: Random): Pose {
  const bent = limb(0.7, 0.1, 1.2);
  const straight = limb(-0.05, 0.12, 0.25);
  return {
    ...upright,
    legs: side > 0 ? [bent, straight] : [straight, bent],
    arms: [limb(2.6, 0.35, 0.2), limb(2.85, 0.3, 0.15)],
    roll: side * mix(1.0, 1.45, random()),
    lift: mix(0.05, 0.6, random()),
  };
}

export function cheering(random: Random): Pose {
  const arms = random() < 0.5
    ? [limb(2.55, 0.5, 0.25), limb(2.6, 0.45, 0.2)] as const
    : [limb(0.2, 1.45, 0.1), limb(0.2, 1.4, 0.15)] as const;
  return {
    ...upright,
    legs: [limb(0.3, 0.1, 0.4), limb(-0.25, 0.1, 0.5)],
    arms,
    lean: -0.08,
    lift: random() < 0.4 ? 0.25 : 0,
  };
}

/** Feet first along the grass. */
export function sliding(): Pose {
  return {
    ...upright,
    legs: [limb(1.25, 0.2, 1.5), limb(1.42, 0.1, 0.1)],
    arms: [limb(-0.7, 0.5, 0.3), limb(0.2, 1.0, 0.4)],
    lean: -0.75,
    sway: -0.2,
  };
}

/** In a wall: hands in front. */
export function guarding(random: Random): Pose {
  return {
    ...upright,
    legs: [limb(0.02, 0.05, 0.1), limb(0.02, 0.05, 0.1)],
    arms: [limb(0.3, 0.02, 0.55), limb(0.3, 0.02, 0.55)],
    lean: mix(0.02, 0.14, random()),
    look: mix(-0.4, 0.4, random()),
  };
}

/** One arm out, as a referee points. */
export function pointing(random: Random): Pose {
  const still = standing(random);
  return { ...still, arms: [limb(0.05, 0.16, 0.2), limb(1.45, mix(0.1, 0.8, random()), 0.05)] };
}
