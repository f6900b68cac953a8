// How light falls on solids.
import type { Camera } from "../scene/camera.ts";
import { added, blend, type Color, lit, scaled } from "../scene/color.ts";
import type { Patch } from "../scene/mesh.ts";
import { clamp } from "../scene/noise.ts";
import type { Shader } from "../scene/raster.ts";
import { dot, minus, plus, times, unit, type Vector } from "../scene/vectors.ts";
import type { Weather } from "./weather.ts";

/** Share of haze over something so many metres away. */
export function hazeAt(distance: number, { sight }: Weather): number {
  return clamp(1 - Math.exp(-distance / sight));
}

/** The shader of a patch in the light of the weather, seen by a camera. */
export function surfaceShader({ material, gloss }: Patch, camera: Camera, weather: Weather): Shader {
  return (place, face, normal, point) => {
    const away = minus(camera.position, point);
    const toEye = unit(away);
    const facing = towards(unit(normal), toEye);
    const color = lit(material(place, face), lightOn(facing, weather));
    const shiny = gloss > 0 ? added(color, [255, 255, 255], shine(facing, toEye, gloss, weather)) : color;
    return blend(shiny, weather.skyLow, hazeAt(Math.hypot(...away), weather));
  };
}

function towards(normal: Vector, toEye: Vector): Vector {
  return dot(normal, toEye) < 0 ? times(normal, -1) : normal;
}

function lightOn(normal: Vector, { sun, sunlight, skylight }: Weather): Color {
  const open = 0.62 + 0.38 * normal[1];
  return added(scaled(skylight, open + 0.12), sunlight, Math.max(0, dot(normal, sun)));
}

function shine(normal: Vector, toEye: Vector, gloss: number, { sun, sunlight, skylight }: Weather): number {
  const middle = unit(plus(sun, toEye));
  const spot = Math.max(0, dot(normal, middle)) ** (12 + 60 * gloss) * sunlight[0] / 255;
  const rim = (1 - Math.max(0, dot(normal, toEye))) ** 4 * skylight[1] / 255;
  return gloss * (spot * 0.75 + rim * 0.4 * clamp(normal[1] + 0.6));
}
