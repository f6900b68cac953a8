// Bodies of people: from a pose to where the joints are.
import { minus, plus, times, unit, type Vector } from "./vectors.ts";

/** A leg or an arm, in radians: forwards, away from the body, and how far the knee or elbow is bent. */
export type LimbPose = { readonly swing: number; readonly spread: number; readonly bend: number };

export type Pose = {
  /** Left, then right. */
  readonly legs: readonly [LimbPose, LimbPose];
  readonly arms: readonly [LimbPose, LimbPose];
  /** How far the trunk leans forwards and to the right, in radians. */
  readonly lean: number;
  readonly sway: number;
  /** How far the whole body is turned over to the right, in radians: a quarter turn lies on its side. */
  readonly roll: number;
  /** Metres between the lowest joint and the ground. */
  readonly lift: number;
  /** How far the head is turned to the right, in radians. */
  readonly look: number;
};

export type Stance = {
  readonly x: number;
  readonly z: number;
  /** Where the body faces, in radians: 0 along z, a quarter turn along x. */
  readonly heading: number;
  /** Height of the body in metres. */
  readonly tall: number;
};

type Pair = readonly [Vector, Vector];

/** Joints in the world, in metres; pairs are left, then right. */
export type Skeleton = {
  readonly pelvis: Vector;
  readonly waist: Vector;
  readonly chest: Vector;
  readonly neck: Vector;
  readonly head: Vector;
  readonly hips: Pair;
  readonly knees: Pair;
  readonly ankles: Pair;
  readonly toes: Pair;
  readonly shoulders: Pair;
  readonly elbows: Pair;
  readonly wrists: Pair;
  readonly hands: Pair;
  /** To the body's right, to its front, along its spine, and where the face looks; each of length 1. */
  readonly right: Vector;
  readonly ahead: Vector;
  readonly spine: Vector;
  readonly face: Vector;
};

/** Lengths as shares of the body's height. */
const thigh = 0.25;
const shin = 0.235;
const foot = 0.092;
const trunk = 0.295;
const upperArm = 0.175;
const forearm = 0.145;
const hand = 0.075;
const hipWidth = 0.052;
const shoulderWidth = 0.103;

/** How high the ankle stands above the ground, a share of the height. */
const ankleHeight = 0.045;

export function skeletonOf(pose: Pose, { x, z, heading, tall }: Stance): Skeleton {
  const still = bodyAt(pose);
  const lowest = Math.min(
    ...[...still.toes, ...still.ankles.map((ankle): Vector => plus(ankle, [0, -ankleHeight + 0.012, 0]))]
      .map((joint) => rolled(joint, pose.roll)[1]),
    ...[...still.hands, ...still.knees, still.head, still.pelvis].map((joint) => rolled(joint, pose.roll)[1] - 0.05),
  );
  const [sin, cos] = [Math.sin(heading), Math.cos(heading)];
  const turn = (way: Vector): Vector => {
    const [right, up, ahead] = rolled(way, pose.roll);
    return [right * cos + ahead * sin, up, ahead * cos - right * sin];
  };
  const place = (joint: Vector) => plus([x, pose.lift, z], times(plus(turn(joint), [0, -lowest + 0.012, 0]), tall));
  const both = ([left, right]: Pair): Pair => [place(left), place(right)];
  return {
    pelvis: place(still.pelvis),
    waist: place(still.waist),
    chest: place(still.chest),
    neck: place(still.neck),
    head: place(still.head),
    hips: both(still.hips),
    knees: both(still.knees),
    ankles: both(still.ankles),
    toes: both(still.toes),
    shoulders: both(still.shoulders),
    elbows: both(still.elbows),
    wrists: both(still.wrists),
    hands: both(still.hands),
    right: turn(still.right),
    ahead: turn(still.ahead),
    spine: turn(still.spine),
    face: turn(still.face),
  };
}

function rolled([x, y, z]: Vector, roll: number): Vector {
  const [sin, cos] = [Math.sin(roll), Math.cos(roll)];
  return [x * cos + y * sin, y * cos - x * sin, z];
}

/** The body around its pelvis, facing along z, with a height of 1. */
function bodyAt({ legs, arms, lean, sway, look }: Pose): Skeleton {
  const spine = unit([Math.sin(sway), Math.cos(lean), Math.sin(lean)]);
  const ahead = unit([0, -Math.sin(lean), Math.cos(lean)]);
  const neck = times(spine, trunk);
  const right: Vector = [1, 0, 0];
  const shoulders = pairOf((side) => plus(times(spine, trunk * 0.9), times(right, side * shoulderWidth)));
  const hips = pairOf((side): Vector => [side * hipWidth, -0.01, 0]);
  const knees = pairOf((side, end) => plus(hips[end], limbWay(side, legs[end], 0, thigh)));
  const ankles = pairOf((side, end) => plus(knees[end], limbWay(side, legs[end], -legs[end].bend, shin)));
  const toes = pairOf((side, end) => plus(ankles[end], toeWay(side, legs[end])));
  const leaning = lean * 0.7;
  const elbows = pairOf((side, end) => plus(shoulders[end], limbWay(side, arms[end], -leaning, upperArm)));
  const wrists = pairOf((side, end) =>
    plus(elbows[end], limbWay(side, inwards(arms[end]), arms[end].bend - leaning, forearm))
  );
  const hands = pairOf((_, end) => plus(wrists[end], times(unit(minus(wrists[end], elbows[end])), hand)));
  return {
    pelvis: [0, 0, 0],
    waist: times(spine, trunk * 0.38),
    chest: times(spine, trunk * 0.8),
    neck,
    head: plus(neck, plus(times(unit(plus(spine, [0, 0.6, 0])), 0.088), times(ahead, 0.012))),
    hips,
    knees,
    ankles,
    toes,
    shoulders,
    elbows,
    wrists,
    hands,
    right,
    ahead,
    spine,
    face: unit(plus(times(ahead, Math.cos(look)), times(right, Math.sin(look)))),
  };
}

type Side = -1 | 1;

function pairOf(at: (side: Side, end: 0 | 1) => Vector): Pair {
  return [at(-1, 0), at(1, 1)];
}

/** From one joint of a limb to the next; `further` is added to how far it swings. */
function limbWay(side: Side, { swing, spread }: LimbPose, further: number, length: number): Vector {
  const [angle, out] = [swing + further, Math.cos(spread)];
  return times([side * Math.sin(spread), -Math.cos(angle) * out, Math.sin(angle) * out], length);
}

/** A bent elbow brings the forearm in front of the body. */
function inwards(arm: LimbPose): LimbPose {
  return { ...arm, spread: arm.spread * (1 - Math.min(1, arm.bend) * 0.7) };
}

/** Feet follow the shin when it swings back, and stay about level otherwise. */
function toeWay(side: Side, { swing, bend }: LimbPose): Vector {
  const tilt = Math.min(0.35, (swing - bend) * 0.75);
  return times([side * 0.22, Math.sin(tilt) - 0.16, Math.cos(tilt)], foot);
}
