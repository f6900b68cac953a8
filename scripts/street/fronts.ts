// House fronts: walls with windows, shops on the ground floor, lit after dark.
import { type Color, scaled } from "../scene/color.ts";
import { type Material, type Patch, surface } from "../scene/mesh.ts";
import { hash } from "../scene/noise.ts";
import type { Front } from "./places.ts";

const storey = 3;

export function frontOf(front: Front, isDark: boolean): Patch {
  const [[x0, z0], [x1, z1]] = [front.from, front.to];
  const length = Math.hypot(x1 - x0, z1 - z0);
  const material: Material = ([x, y, z]) => wallColor(front, Math.hypot(x - x0, z - z0), y, length, isDark);
  return surface(5, Math.max(3, Math.ceil(length / 3)), material, 0, (row, column) => {
    return [x0 + (x1 - x0) * column, front.height * (1 - row), z0 + (z1 - z0) * column];
  });
}

function wallColor(front: Front, along: number, height: number, length: number, isDark: boolean): Color {
  const { wall, seed } = front;
  if (along < 0.08 || length - along < 0.08) return scaled(wall, 0.6);
  if (height > front.height - 0.35) return scaled(wall, 0.75);
  if (front.hasShops && height < storey + 0.6) return shopColor(front, along, height, isDark);
  const [column, floor] = [Math.floor(along / 2.4), Math.floor(height / storey)];
  const [x, y] = [along / 2.4 - column, height / storey - floor];
  const isWindow = x > 0.27 && x < 0.73 && y > 0.28 && y < 0.82;
  if (!isWindow) return scaled(wall, y < 0.03 ? 0.85 : 0.96 + 0.06 * hash(column, floor, seed));
  const isFrame = x < 0.3 || x > 0.7 || Math.abs(x - 0.5) < 0.015 || y < 0.31 || y > 0.79;
  return isFrame ? [220, 218, 212] : paneColor(hash(column, floor, seed), isDark);
}

function paneColor(pick: number, isDark: boolean): Color {
  if (isDark && pick < 0.4) return [380, 300, 170];
  return scaled([74, 88, 104], 0.6 + 0.7 * pick);
}

function shopColor({ wall, sign, seed }: Front, along: number, height: number, isDark: boolean): Color {
  const bay = Math.floor(along / 3.2);
  const x = along / 3.2 - bay;
  const isDoor = hash(bay, 5, seed) < 0.3;
  if (height > 2.7) {
    const isInk = height > 2.95 && height < 3.3 && hash(Math.floor(along * 5), 3, seed) < 0.45 &&
      hash(bay, 9, seed) < 0.7;
    return isInk ? [236, 234, 226] : sign;
  }
  if (x < 0.05 || x > 0.95) return scaled(wall, 0.8);
  if (height < (isDoor ? 0.05 : 0.45)) return scaled(sign, 0.5);
  if (isDoor && (Math.abs(x - 0.5) < 0.02 || x < 0.2 || x > 0.8)) return scaled(sign, 0.7);
  const goods = hash(Math.floor(along * 3), Math.floor(height * 3), seed + 4);
  return scaled(isDark ? [330, 280, 200] : [84, 90, 96], 0.55 + 0.6 * goods);
}
