// People in the street: in coats, shirts, skirts, with bags, standing or walking.
import { blend, type Color, hsv, scaled } from "../scene/color.ts";
import { ellipsoid, limb, type Material, moved, type Patch } from "../scene/mesh.ts";
import { mix } from "../scene/noise.ts";
import { type LimbPose, type Pose, type Skeleton, skeletonOf, type Stance } from "../scene/skeleton.ts";
import { between, plus, times, type Vector } from "../scene/vectors.ts";

export type Clothes = {
  readonly top: Color;
  readonly legs: Color;
  readonly shoes: Color;
  readonly skin: Color;
  readonly hair: Color;
  /** Whether the top reaches over the hips, whether arms and shins are bare, what is worn on the head, what is carried. */
  readonly hasCoat: boolean;
  readonly hasShortSleeves: boolean;
  readonly hasSkirt: boolean;
  readonly hat?: Color;
  readonly bag?: Color;
  /** Breadth of the body, about 1. */
  readonly build: number;
};

type Random = () => number;

export function clothesFrom(random: Random): Clothes {
  const isDull = random() < 0.6;
  const top = isDull ? scaled([1, 1, 1.04], mix(24, 210, random())) : hsv(random(), mix(0.4, 0.9, random()), 0.6);
  const legs = random() < 0.5
    ? hsv(0.61, 0.45, mix(0.15, 0.5, random()))
    : scaled([1, 0.98, 0.94], mix(22, 170, random()));
  const optional = (chance: number, color: Color) => random() < chance ? color : undefined;
  const hat = optional(0.2, hsv(random(), 0.5, 0.4));
  const bag = optional(0.4, hsv(random(), 0.5, mix(0.15, 0.6, random())));
  return {
    top,
    legs,
    shoes: random() < 0.7 ? [32, 30, 30] : [214, 212, 206],
    skin: blend([232, 190, 162], [92, 62, 46], random()),
    hair: blend([36, 28, 24], [186, 150, 96], random() ** 2),
    hasCoat: random() < 0.4,
    hasShortSleeves: random() < 0.3,
    hasSkirt: random() < 0.2,
    build: mix(0.88, 1.2, random()),
    ...(hat === undefined ? {} : { hat }),
    ...(bag === undefined ? {} : { bag }),
  };
}

function bent(swing: number, spread: number, bend: number): LimbPose {
  return { swing, spread, bend };
}

const upright = { sway: 0, roll: 0, lift: 0 };

/** `phase` runs through one pair of strides from 0 to 2 pi. */
export function walking(phase: number, random: Random): Pose {
  const leg = (at: number) => bent(Math.sin(at) * 0.42, 0.03, 0.12 + Math.max(0, Math.cos(at)) * 0.75);
  const arm = (at: number) => bent(Math.sin(at) * 0.4, 0.12, 0.25);
  return {
    ...upright,
    legs: [leg(phase), leg(phase + Math.PI)],
    arms: [arm(phase + Math.PI), arm(phase)],
    lean: 0.06,
    look: mix(-0.5, 0.5, random()),
  };
}

export function standing(random: Random): Pose {
  const hold: LimbPose = random() < 0.4 ? bent(0.35, 0.15, mix(1.1, 2.1, random())) : bent(0.05, 0.14, 0.2);
  const leg = () => bent(mix(-0.06, 0.1, random()), mix(0.03, 0.14, random()), 0.06);
  return {
    ...upright,
    legs: [leg(), leg()],
    arms: [bent(0.04, 0.13, mix(0.1, 0.5, random())), hold],
    lean: mix(0, 0.1, random()),
    look: mix(-0.8, 0.8, random()),
  };
}

function plainly(color: Color): Material {
  return () => color;
}

export function personOf(pose: Pose, stance: Stance, clothes: Clothes): Patch[] {
  const body = skeletonOf(pose, stance);
  const scale = stance.tall / 1.75;
  const ends = [0, 1] as const;
  return [
    ...trunkOf(body, clothes, scale),
    ...ends.flatMap((end) => [...legOf(body, clothes, scale, end), ...armOf(body, clothes, scale, end)]),
    ...headOf(body, clothes, scale),
    ...bagOf(body, clothes, scale),
  ];
}

function trunkOf(
  { pelvis, chest, neck, right }: Skeleton,
  { top, legs, skin, hasCoat, build }: Clothes,
  scale: number,
) {
  const hem = plus(pelvis, [0, hasCoat ? -0.24 * scale : -0.02, 0]);
  const wide = 0.155 * scale * build;
  const broad = (patch: Patch, middle: Vector) => flattened(patch, middle, right);
  return [
    broad(limb(hem, chest, [wide * (hasCoat ? 1.12 : 0.98), wide * 1.12], plainly(top), 0.02), pelvis),
    broad(limb(plus(pelvis, [0, -0.05 * scale, 0]), pelvis, [wide * 0.95, wide * 0.95], plainly(legs), 0.02), pelvis),
    limb(chest, plus(neck, [0, 0.05 * scale, 0]), [0.06 * scale, 0.05 * scale], plainly(skin), 0.05),
  ];
}

/** Thinner at right angles to `side` than along it. */
function flattened(patch: Patch, middle: Vector, side: Vector): Patch {
  const ahead: Vector = [-side[2], 0, side[0]];
  return moved(patch, (point) => {
    const out = (point[0] - middle[0]) * ahead[0] + (point[2] - middle[2]) * ahead[2];
    return plus(point, times(ahead, -0.36 * out));
  }, (normal) => normal);
}

function legOf({ hips, knees, ankles, toes }: Skeleton, clothes: Clothes, scale: number, end: 0 | 1): Patch[] {
  const { legs, skin, shoes, hasSkirt, build } = clothes;
  const wide = scale * build;
  const lower = hasSkirt ? skin : legs;
  const thigh = hasSkirt ? 0.125 : 0.092;
  return [
    limb(hips[end], knees[end], [thigh * wide, (hasSkirt ? 0.1 : 0.068) * wide], plainly(legs), 0.02),
    limb(knees[end], ankles[end], [0.064 * wide, 0.048 * wide], plainly(lower), 0.02),
    limb(plus(ankles[end], [0, -0.03 * scale, 0]), toes[end], [0.05 * scale, 0.04 * scale], plainly(shoes), 0.1),
  ];
}

function armOf(body: Skeleton, { top, skin, hasShortSleeves, build }: Clothes, scale: number, end: 0 | 1): Patch[] {
  const [shoulder, elbow, wrist, hand] = [body.shoulders[end], body.elbows[end], body.wrists[end], body.hands[end]];
  const wide = scale * build;
  return [
    limb(shoulder, elbow, [0.062 * wide, 0.05 * wide], plainly(top), 0.02),
    limb(elbow, wrist, [0.046 * wide, 0.038 * wide], plainly(hasShortSleeves ? skin : top), 0.02),
    limb(wrist, between(wrist, hand, 0.8), [0.034 * scale, 0.036 * scale], plainly(skin), 0.05),
  ];
}

function headOf({ head, face }: Skeleton, { skin, hair, hat }: Clothes, scale: number): Patch[] {
  const skull: Material = (place) => {
    const ahead = (place[0] - head[0]) * face[0] + (place[2] - head[2]) * face[2];
    return place[1] - head[1] > 0.035 * scale || ahead < 0.02 * scale ? hair : skin;
  };
  const round = ellipsoid(head, [0.085 * scale, 0.12 * scale, 0.085 * scale], skull, 0.05, 12);
  if (hat === undefined) return [round];
  const crown = plus(head, [0, 0.06 * scale, 0]);
  return [round, ellipsoid(crown, [0.1 * scale, 0.075 * scale, 0.1 * scale], plainly(hat), 0.02, 10)];
}

function bagOf({ hands, right }: Skeleton, { bag }: Clothes, scale: number): Patch[] {
  if (bag === undefined) return [];
  const middle = plus(plus(hands[1], times(right, 0.06 * scale)), [0, -0.2 * scale, 0]);
  return [ellipsoid(middle, [0.16 * scale, 0.19 * scale, 0.16 * scale], plainly(bag), 0.1, 10)];
}
