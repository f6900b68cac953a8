// A person in a kit as round parts around a skeleton.
import { type Color, scaled } from "../scene/color.ts";
import { isInk } from "../scene/digits.ts";
import { noise } from "../scene/noise.ts";
import type { RoundPart, Skin } from "../scene/round_part.ts";
import type { Skeleton } from "../scene/skeleton.ts";
import { between, plus, times, type Vector } from "../scene/vectors.ts";
import type { Kit } from "./kits.ts";
import { columnsOf, isLettered } from "./lettering.ts";

export type Look = {
  readonly kit: Kit;
  readonly skin: Color;
  readonly hair: Color;
  readonly boots: Color;
  /** On the back; 0 for none. */
  readonly number: number;
  readonly gloves?: Color;
  readonly hasLongSleeves: boolean;
  readonly isBald: boolean;
  /** Breadth of the body, about 1. */
  readonly build: number;
  readonly seed: number;
};

export function partsOf(body: Skeleton, look: Look, tall: number): RoundPart[] {
  const scale = tall / 1.8;
  const legs = [0, 1] as const;
  const sized = (part: RoundPart): RoundPart => ({
    ...part,
    wide: [part.wide[0] * scale, part.wide[1] * scale],
    thick: [part.thick[0] * scale, part.thick[1] * scale],
  });
  return [...trunkOf(body, look), ...legs.flatMap((end) => [...legOf(body, look, end), ...armOf(body, look, end)])]
    .concat(headOf(body, look, scale)).map(sized);
}

/** Folds: cloth is a little lighter here, darker there. */
function cloth(color: Skin, seed: number): Skin {
  return (along, aside, ahead, beyond) =>
    scaled(
      color(along, aside, ahead, beyond),
      0.86 + 0.28 * noise(aside * 2.2 + seed, along * 3.2 + ahead * 1.5, seed),
    );
}

function plainly(color: Color): Skin {
  return () => color;
}

function shirtColor({ kit, number }: Look): (height: number, aside: number, ahead: number) => Color {
  return (height, aside, ahead) => {
    if (number > 0 && ahead < -0.2 && Math.abs(aside) < 0.68 && height > 0.4 && height < 0.9) {
      const [x, y] = [0.5 + aside / (number > 9 ? 1.15 : 0.7), (0.86 - height) / 0.42];
      return y >= 0 && isInk(number, x, y) ? kit.ink : kit.shirt;
    }
    if (number > 0 && ahead > 0.3 && height > 0.58 && height < 0.7) {
      const columns = columnsOf(kit.sponsor);
      const column = (0.5 - aside / 1.3) * columns;
      if (isLettered(kit.sponsor, column, (0.7 - height) / 0.12 * 5)) return kit.ink;
    }
    switch (kit.pattern) {
      case "stripes":
        return Math.floor((aside + 1) * 3.5) % 2 === 0 ? kit.shirt : kit.second;
      case "hoops":
        return Math.floor(height * 6) % 2 === 0 ? kit.shirt : kit.second;
      case "halves":
        return aside < 0 ? kit.shirt : kit.second;
      case "sash":
        return Math.abs(height - 0.5 - aside * 0.5) < 0.14 ? kit.second : kit.shirt;
      case "chest band":
        return height > 0.5 && height < 0.72 ? kit.second : kit.shirt;
      case "plain":
        return kit.shirt;
    }
  };
}

function trunkOf({ pelvis, waist, chest, neck, shoulders, right, spine, ahead }: Skeleton, look: Look): RoundPart[] {
  const { kit, skin, build, seed } = look;
  const paint = shirtColor(look);
  const slice = (
    from: Vector,
    to: Vector,
    wide: [number, number],
    thick: [number, number],
    ends: [number, number],
  ) => ({
    from,
    to,
    side: right,
    wide: [wide[0] * build, wide[1] * build] as const,
    thick: [thick[0] * build, thick[1] * build] as const,
    skin: cloth((along, x, z) => paint(ends[0] + (ends[1] - ends[0]) * along, x, z), seed),
  });
  const hem = plus(pelvis, times(spine, 0.015));
  const shoulder = plus(between(chest, neck, 0.55), times(ahead, -0.005));
  return [
    { ...slice(hem, waist, [0.168, 0.158], [0.118, 0.108], [0, 0.36]), open: "both" },
    { ...slice(waist, chest, [0.158, 0.188], [0.108, 0.125], [0.36, 0.8]), open: "both" },
    { ...slice(chest, shoulder, [0.188, 0.14], [0.125, 0.082], [0.8, 1]), open: "from" },
    {
      ...round(
        shoulders[0],
        shoulders[1],
        spine,
        [0.064, 0.064],
        cloth((along) => paint(0.93, along * 2 - 1, 0), seed),
      ),
      open: "both",
    },
    {
      from: plus(pelvis, times(spine, -0.075)),
      to: hem,
      side: right,
      wide: [0.15, 0.165],
      thick: [0.1, 0.114],
      open: "both",
      skin: cloth(plainly(kit.shorts), seed + 1),
    },
    {
      from: between(chest, neck, 0.6),
      to: plus(neck, times(spine, 0.05)),
      side: right,
      wide: [0.058, 0.053],
      thick: [0.058, 0.053],
      skin: plainly(scaled(skin, 0.9)),
    },
  ];
}

function round(from: Vector, to: Vector, side: Vector, radii: readonly [number, number], skin: Skin): RoundPart {
  return { from, to, side, wide: radii, thick: radii, skin };
}

function legOf({ hips, knees, ankles, toes, right }: Skeleton, look: Look, end: 0 | 1): RoundPart[] {
  const { kit, skin, boots, seed } = look;
  const [hip, knee, ankle, toe] = [hips[end], knees[end], ankles[end], toes[end]];
  const hem = between(hip, knee, 0.66);
  const heel = plus(ankle, times(plus(ankle, times(toe, -1)), 0.22));
  const sock: Skin = (along) => along < 0.1 ? scaled(kit.socks, 0.7) : kit.socks;
  return [
    { ...round(hip, hem, right, [0.102, 0.108], cloth(plainly(kit.shorts), seed + 2)), open: "to" },
    round(between(hip, knee, 0.5), knee, right, [0.072, 0.056], plainly(skin)),
    round(between(knee, ankle, 0.12), between(knee, ankle, 0.45), right, [0.052, 0.06], sock),
    round(between(knee, ankle, 0.45), ankle, right, [0.06, 0.042], plainly(kit.socks)),
    round(plus(heel, [0, -0.03, 0]), plus(toe, [0, -0.005, 0]), right, [0.039, 0.033], plainly(boots)),
  ];
}

function armOf({ shoulders, elbows, wrists, hands, right }: Skeleton, look: Look, end: 0 | 1): RoundPart[] {
  const { kit, skin, gloves, hasLongSleeves, seed } = look;
  const [shoulder, elbow, wrist, hand] = [shoulders[end], elbows[end], wrists[end], hands[end]];
  const sleeve: Skin = (along) => along > 0.88 && !hasLongSleeves ? kit.second : kit.sleeves;
  const arm = hasLongSleeves ? cloth(plainly(kit.sleeves), seed) : plainly(skin);
  const palm = gloves === undefined ? 0.034 : 0.062;
  return [
    round(shoulder, between(shoulder, elbow, 0.72), right, [0.062, 0.061], cloth(sleeve, seed + 3)),
    round(shoulder, elbow, right, [0.05, 0.044], arm),
    round(elbow, wrist, right, [0.045, 0.033], arm),
    round(wrist, hand, right, [palm * 0.85, palm], plainly(gloves ?? skin)),
  ];
}

function headOf({ head, face, spine }: Skeleton, { skin, hair, isBald }: Look, scale: number): RoundPart[] {
  const side: Vector = [face[2], 0, -face[0]];
  const [chin, crown] = [plus(head, times(spine, -0.045 * scale)), plus(head, times(spine, 0.035 * scale))];
  const colors: Skin = (along, _, ahead) => {
    if (isBald) return skin;
    if (ahead < -0.15 && along > 0.05) return hair;
    if (along > 0.6 && ahead < 0.35) return hair;
    return along > 0.42 && along < 0.56 && ahead > 0.55 ? scaled(skin, 0.62) : skin;
  };
  const skull = {
    from: chin,
    to: crown,
    side,
    wide: [0.066, 0.08] as const,
    thick: [0.078, 0.094] as const,
    skin: colors,
  };
  if (isBald) return [skull];
  const top = plus(crown, plus(times(spine, 0.014 * scale), times(face, -0.014 * scale)));
  const cap = {
    from: top,
    to: plus(top, times(face, -0.012)),
    side,
    wide: [0.08, 0.078] as const,
    thick: [0.086, 0.084] as const,
  };
  return [skull, { ...cap, skin: plainly(hair) }];
}
