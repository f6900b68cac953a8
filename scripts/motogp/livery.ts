// What teams look like: colours of machine, suit and helmet, and the race number.
import { blend, type Color } from "../scene/color.ts";
import { isInk } from "../scene/digits.ts";
import type { Material } from "../scene/mesh.ts";
import type { Vector } from "../scene/vectors.ts";

export type Team = {
  readonly main: Color;
  readonly second: Color;
  readonly accent: Color;
  readonly helmet: Color;
  readonly number: number;
};

export const teams: readonly Team[] = [
  { main: [196, 22, 30], second: [240, 240, 240], accent: [30, 30, 34], helmet: [235, 200, 40], number: 63 },
  { main: [24, 60, 168], second: [20, 24, 40], accent: [70, 190, 240], helmet: [225, 60, 40], number: 20 },
  { main: [238, 108, 20], second: [22, 26, 60], accent: [250, 250, 250], helmet: [40, 90, 210], number: 33 },
  { main: [28, 140, 84], second: [235, 235, 230], accent: [16, 40, 30], helmet: [240, 240, 240], number: 21 },
  { main: [232, 232, 236], second: [190, 30, 60], accent: [24, 28, 90], helmet: [30, 30, 34], number: 93 },
  { main: [26, 27, 32], second: [250, 205, 30], accent: [225, 225, 225], helmet: [250, 210, 40], number: 46 },
  { main: [100, 40, 150], second: [30, 210, 200], accent: [240, 240, 250], helmet: [30, 200, 190], number: 5 },
  { main: [90, 190, 230], second: [245, 245, 245], accent: [210, 40, 60], helmet: [220, 50, 120], number: 72 },
];

const carbon: Color = [26, 27, 30];

/** Fairing: main colour above, second below, an accent between, and number plates on nose and flanks. */
export function fairingOf({ main, second, accent, number }: Team): Material {
  return (place) => {
    const [x, y, z] = place;
    if (x > 0.8) return frontPlate(place, number, main);
    if (x < 0.52 && x > 0.2 && y > 0.66 && y < 0.84) {
      const across = z > 0 ? (0.52 - x) / 0.32 : (x - 0.2) / 0.32;
      return isInk(number, z > 0 ? 1 - across : 1 - across, (0.84 - y) / 0.18) ? second : main;
    }
    const edge = y - 0.55 - x * 0.22;
    if (Math.abs(edge) < 0.03) return accent;
    return edge > 0 ? main : y < 0.36 ? carbon : second;
  };
}

function frontPlate([, y, z]: Vector, number: number, main: Color): Color {
  const across = 0.5 - z / 0.22;
  const down = (0.93 - y) / 0.2;
  if (across < 0 || across > 1 || down < 0 || down > 1) return main;
  return isInk(number, across * 1.2 - 0.1, down * 1.2 - 0.1) ? [20, 20, 24] : [240, 240, 236];
}

export function tailOf({ main, second, accent }: Team): Material {
  return ([x, y]) => y < 0.76 ? carbon : x < -0.68 ? accent : x < -0.5 ? second : main;
}

/** Leather: panels in the team's colours, changing along the body. */
export function suitOf({ main, second, accent }: Team): Material {
  return ([x, y, z]) => {
    const flank = Math.abs(z) > 0.17;
    if (Math.abs(x * 0.8 - y + 0.98) < 0.035) return accent;
    if (flank) return y > 1.02 ? second : blend(main, accent, 0.15);
    return x > -0.05 && x < 0.14 ? second : main;
  };
}

export function sleeveOf({ main, second }: Team): Material {
  return ([x]) => x > 0.2 && x < 0.3 ? second : main;
}

export function trousersOf({ main, accent, second }: Team): Material {
  return ([x, y]) => y < 0.52 ? accent : x > 0.06 ? second : main;
}

/** A shell in the helmet's colour with a dark visor; `center` is the middle of the head. */
export function helmetOf({ helmet, accent, second }: Team, center: Vector): Material {
  return ([x, y, z]) => {
    const ahead = x - center[0];
    const above = y - center[1];
    if (ahead > 0.06 && above > -0.055 && above < 0.06) return [18, 20, 30];
    if (above > 0.09) return second;
    return Math.abs(z - center[2]) < 0.03 ? accent : helmet;
  };
}
