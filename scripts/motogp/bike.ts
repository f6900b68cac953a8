// A motorbike and its rider as solids. The machine looks along x, stands on y = 0, and z is its right-hand side.
import type { Color } from "../scene/color.ts";
import { fairingOf, helmetOf, sleeveOf, suitOf, tailOf, type Team, trousersOf } from "./livery.ts";
import { body, ellipsoid, limb, type Material, type Patch, ring } from "../scene/mesh.ts";
import type { Vector } from "../scene/vectors.ts";

const rubber = plain([24, 24, 26]);
const metal = plain([150, 152, 158]);
const dark = plain([34, 35, 39]);
const gold = plain([190, 150, 60]);

function plain(color: Color): Material {
  return () => color;
}

const frontAxle: Vector = [0.74, 0.3, 0];
const rearAxle: Vector = [-0.7, 0.31, 0];

/** The machine. */
export function bikeOf(team: Team): Patch[] {
  return [...wheels(team), ...frame(), ...shell(team)];
}

function wheels({ accent }: Team): Patch[] {
  const rim = plain(accent);
  const spun = plain([52, 53, 58]);
  return [
    ring(frontAxle, 0.24, 0.065, 0.062, rubber, 0.1),
    ring(rearAxle, 0.235, 0.078, 0.098, rubber, 0.1),
    ring(frontAxle, 0.178, 0.014, 0.035, rim, 0.6),
    ring(rearAxle, 0.165, 0.014, 0.05, rim, 0.6),
    ellipsoid(frontAxle, [0.17, 0.17, 0.02], spun, 0.5, 10),
    ellipsoid(rearAxle, [0.16, 0.16, 0.03], spun, 0.5, 10),
    ring([0.74, 0.3, 0.05], 0.13, 0.028, 0.006, metal, 0.8),
    ring([0.74, 0.3, -0.05], 0.13, 0.028, 0.006, metal, 0.8),
  ];
}

function frame(): Patch[] {
  return [
    limb([0.74, 0.3, 0.1], [0.5, 0.86, 0.1], [0.032, 0.03], gold, 0.7),
    limb([0.74, 0.3, -0.1], [0.5, 0.86, -0.1], [0.032, 0.03], gold, 0.7),
    limb([-0.7, 0.31, 0.13], [-0.12, 0.45, 0.1], [0.035, 0.06], metal, 0.5),
    limb([-0.7, 0.31, -0.13], [-0.12, 0.45, -0.1], [0.035, 0.06], metal, 0.5),
    ellipsoid([0.08, 0.48, 0], [0.36, 0.26, 0.19], dark, 0.3),
    limb([-0.15, 0.38, 0.14], [-0.55, 0.5, 0.2], [0.05, 0.065], metal, 0.9),
    limb([0.5, 0.92, 0.12], [0.46, 0.94, 0.3], [0.016, 0.02], dark, 0.2),
    limb([0.5, 0.92, -0.12], [0.46, 0.94, -0.3], [0.016, 0.02], dark, 0.2),
  ];
}

function shell(team: Team): Patch[] {
  const paint = fairingOf(team);
  return [
    body(fairing, 2.6, paint, 0.8),
    ellipsoid([0.5, 1.0, 0], [0.2, 0.1, 0.14], plain([40, 48, 62]), 1),
    ellipsoid([0.12, 0.9, 0], [0.28, 0.12, 0.16], plain(team.main), 0.8),
    body(tail, 2.4, tailOf(team), 0.8),
    ellipsoid([0.72, 0.57, 0], [0.2, 0.07, 0.085], plain(team.second), 0.8),
    limb([0.66, 0.7, 0.2], [0.62, 0.66, 0.32], [0.02, 0.02], plain(team.accent), 0.6),
    limb([0.66, 0.7, -0.2], [0.62, 0.66, -0.32], [0.02, 0.02], plain(team.accent), 0.6),
  ];
}

const fairing = [
  { x: 0.94, y: 0.82, height: 0.03, width: 0.04 },
  { x: 0.9, y: 0.83, height: 0.1, width: 0.12 },
  { x: 0.78, y: 0.82, height: 0.17, width: 0.18 },
  { x: 0.6, y: 0.74, height: 0.28, width: 0.23 },
  { x: 0.4, y: 0.62, height: 0.38, width: 0.25 },
  { x: 0.15, y: 0.54, height: 0.38, width: 0.24 },
  { x: -0.1, y: 0.45, height: 0.27, width: 0.21 },
  { x: -0.3, y: 0.38, height: 0.14, width: 0.15 },
  { x: -0.34, y: 0.37, height: 0.05, width: 0.06 },
];

const tail = [
  { x: -0.12, y: 0.78, height: 0.06, width: 0.13 },
  { x: -0.35, y: 0.82, height: 0.09, width: 0.14 },
  { x: -0.62, y: 0.93, height: 0.1, width: 0.11 },
  { x: -0.86, y: 1.02, height: 0.05, width: 0.06 },
  { x: -0.9, y: 1.03, height: 0.01, width: 0.02 },
];

/** The rider. `hang` from -1 to 1 is how far the body hangs off, to the left when negative. */
export function riderOf(team: Team, hang: number): Patch[] {
  return [...trunk(team, hang), ...arms(team, hang), ...leg(team, hang, 1), ...leg(team, hang, -1)];
}

function trunk(team: Team, hang: number): Patch[] {
  const head: Vector = [0.4, 1.24 - Math.abs(hang) * 0.06, hang * 0.3];
  const suit = suitOf(team);
  const slices = [
    { x: -0.5, y: 0.98, z: hang * 0.1, height: 0.06, width: 0.08 },
    { x: -0.42, y: 1.0, z: hang * 0.12, height: 0.16, width: 0.18 },
    { x: -0.2, y: 1.1, z: hang * 0.17, height: 0.16, width: 0.18 },
    { x: 0.06, y: 1.2, z: hang * 0.22, height: 0.17, width: 0.21 },
    { x: 0.22, y: 1.18, z: hang * 0.25, height: 0.13, width: 0.19 },
    { x: 0.3, y: 1.16, z: hang * 0.26, height: 0.06, width: 0.08 },
  ];
  return [
    body(slices, 2.2, suit, 0.35),
    ellipsoid([0.08, 1.31 - Math.abs(hang) * 0.03, hang * 0.22], [0.17, 0.08, 0.09], suit, 0.35),
    ellipsoid(head, [0.155, 0.14, 0.128], helmetOf(team, head), 0.9, 18),
  ];
}

function arms(team: Team, hang: number): Patch[] {
  const sleeve = sleeveOf(team);
  const glove = plain(team.accent);
  return [1, -1].flatMap((side) => {
    const shoulder: Vector = [0.2, 1.18, hang * 0.25 + side * 0.19];
    const hand: Vector = [0.47, 0.95, side * 0.28];
    const elbow: Vector = [0.22, 0.97 - Math.max(0, side * hang) * 0.16, side * 0.38 + hang * 0.16];
    return [
      limb(shoulder, elbow, [0.075, 0.06], sleeve, 0.35),
      limb(elbow, hand, [0.06, 0.045], sleeve, 0.35),
      ellipsoid(hand, [0.06, 0.05, 0.05], glove, 0.3, 8),
    ];
  });
}

/** The knee on the inside of the bend goes out towards the ground. */
function leg(team: Team, hang: number, side: 1 | -1): Patch[] {
  const trousers = trousersOf(team);
  const out = Math.max(0, side * hang);
  const hip: Vector = [-0.34, 0.96, hang * 0.13 + side * 0.12];
  const knee: Vector = [0.08 + out * 0.04, 0.76 - out * 0.16, side * (0.27 + out * 0.34)];
  const ankle: Vector = [-0.34, 0.5 - out * 0.02, side * 0.22];
  return [
    limb(hip, knee, [0.12, 0.085], trousers, 0.35),
    limb(knee, ankle, [0.08, 0.055], trousers, 0.35),
    ellipsoid(knee, [0.08, 0.085, 0.06], plain(team.second), 0.4, 8),
    limb([-0.37, 0.46, side * 0.22], [-0.2, 0.4, side * 0.23], [0.055, 0.045], plain(team.accent), 0.4),
  ];
}
