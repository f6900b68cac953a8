// Trees.
import { type Color, scaled } from "./color.ts";
import { limb, type Material, type Patch, surface } from "./mesh.ts";
import { noise } from "./noise.ts";
import { plus, times, type Vector } from "./vectors.ts";

/** A trunk and a crown of several clumps. */
export function broadleaf(foot: Vector, random: () => number, seed: number): Patch[] {
  const size = 1.8 + random() * 1.6;
  const paint = leaves(random(), seed);
  const clumps = Array.from({ length: 6 }, () => {
    const turn = random() * 2 * Math.PI;
    const reach = size * (0.35 + random() * 0.55);
    const middle: Vector = [Math.cos(turn) * reach, size * (1.3 + random() * 1.1), Math.sin(turn) * reach];
    return clump(plus(foot, middle), size * (0.6 + random() * 0.4), paint, seed);
  });
  const trunk = limb(foot, plus(foot, [0, size * 1.3, 0]), [size * 0.12, size * 0.09], () => [74, 62, 50], 0);
  return [trunk, ...clumps];
}

export function conifer(foot: Vector, height: number, seed: number): Patch[] {
  const paint = leaves(1, seed);
  return [surface(14, 15, paint, 0, (row, column) => {
    const turn = column * 2 * Math.PI;
    const layer = 0.75 + 0.5 * ((row * 6) % 1);
    const radius = height * 0.22 * row * layer * (0.85 + 0.3 * noise(turn * 3, row * 9, seed));
    return plus(foot, [Math.cos(turn) * radius, height * (1 - row * 0.93), Math.sin(turn) * radius]);
  })];
}

/** A ball with an uneven surface. */
function clump(middle: Vector, radius: number, paint: Material, seed: number): Patch {
  return surface(15, 19, paint, 0, (row, column) => {
    const polar = row * Math.PI;
    const turn = column * 2 * Math.PI;
    const out: Vector = [Math.sin(polar) * Math.cos(turn), Math.cos(polar), Math.sin(polar) * Math.sin(turn)];
    const bumps = noise(out[0] * 4 + out[2] * 3 + 9, out[1] * 4 + 9, seed) * 0.4 +
      noise(out[0] * 9, out[2] * 9, seed) * 0.2;
    return plus(middle, times(out, radius * (0.75 + bumps)));
  });
}

function leaves(kind: number, seed: number): Material {
  const base: Color = kind < 0.5 ? [60, 92, 42] : kind < 0.8 ? [84, 108, 48] : [38, 66, 46];
  return ([x, y, z]) => {
    const light = noise(x * 2 + z * 1.3, y * 2, seed) * 0.5 + noise(x * 7 + z * 5, y * 7, seed + 1) * 0.6;
    return scaled(base, 0.5 + 0.9 * light);
  };
}
