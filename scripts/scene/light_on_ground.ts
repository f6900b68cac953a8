// What solids do to the ground: shadows, and reflections where it is wet.
import { type Camera, projected } from "../scene/camera.ts";
import { moved, type Patch } from "../scene/mesh.ts";
import { type Canvas, eachPixel, emptyCanvas, paintPatch } from "../scene/raster.ts";
import { surfaceShader } from "./shade.ts";
import { blurred } from "../scene/blur.ts";
import type { Vector } from "../scene/vectors.ts";
import type { Weather } from "./weather.ts";

/** Darkens the ground where the sun does not reach it. */
export function castShadows(canvas: Canvas, camera: Camera, patches: readonly Patch[], weather: Weather): void {
  const mask = new Float32Array(canvas.width * canvas.height);
  for (const patch of patches) markShadow(canvas, camera, patch, weather, mask);
  const soft = weather.hasSharpShadows ? 1 : Math.round(canvas.width / 160);
  blurred(mask, canvas.width, canvas.height, 1, soft, soft);
  for (const [at, share] of mask.entries()) {
    if (share === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      canvas.colors[at * 3 + channel] = (canvas.colors[at * 3 + channel] ?? 0) * (1 - weather.shadow * share);
    }
  }
}

function markShadow(canvas: Canvas, camera: Camera, patch: Patch, { sun }: Weather, mask: Float32Array): void {
  const spots = patch.points.map(([x, y, z]) => {
    const [px, py, depth] = projected(camera, [x - sun[0] / sun[1] * y, 0, z - sun[2] / sun[1] * y]);
    return { x: px, y: py, depth };
  });
  for (let row = 0; row + 1 < patch.rows; row++) {
    for (let column = 0; column + 1 < patch.columns; column++) {
      const at = row * patch.columns + column;
      const [a, b, c, d] = [spots[at], spots[at + 1], spots[at + patch.columns], spots[at + patch.columns + 1]];
      if (a === undefined || b === undefined || c === undefined || d === undefined) continue;
      if (Math.min(a.depth, b.depth, c.depth, d.depth) < 0.4) continue;
      const mark = (x: number, y: number) => {
        const pixel = y * canvas.width + x;
        if ((canvas.depth[pixel] ?? 0) > a.depth * 0.96 - 0.4) mask[pixel] = 1;
      };
      eachPixel(canvas, [a, b, c], mark);
      eachPixel(canvas, [b, d, c], mark);
    }
  }
}

/** Blends the solids, upside down and blurred, into the ground. */
export function mirrorInWet(canvas: Canvas, camera: Camera, patches: readonly Patch[], weather: Weather): void {
  const mirror = emptyCanvas(canvas.width, canvas.height);
  const flip = ([x, y, z]: Vector): Vector => [x, -y, z];
  for (const patch of patches) {
    const shown = moved(patch, flip, flip);
    paintPatch(mirror, camera, shown, 1, surfaceShader(shown, camera, weather));
  }
  const share = Float32Array.from(mirror.things, (thing) => thing);
  const down = Math.round(canvas.height / 90);
  blurred(mirror.colors, canvas.width, canvas.height, 3, 2, down);
  blurred(share, canvas.width, canvas.height, 1, 2, down);
  for (const [at, weight] of share.entries()) {
    if (weight === 0) continue;
    for (let channel = at * 3; channel < at * 3 + 3; channel++) {
      const shine = 0.38 * weather.wet;
      canvas.colors[channel] = (canvas.colors[channel] ?? 0) * (1 - shine * weight) +
        (mirror.colors[channel] ?? 0) * shine;
    }
  }
}
