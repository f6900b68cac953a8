// What products look like, as SVG in a box of 320 by 400. `url(#body)` is the product's colour with light from the left.
import type { Shades } from "./colours.ts";

/** A shape, and where its shadow lies: its middle, its half width. */
type Shape = {
  readonly draw: (shades: Shades) => string;
  readonly shadow: readonly [x: number, y: number, width: number];
};

const body = 'fill="url(#body)" stroke-linejoin="round"';

function seam(path: string, { line }: Shades, width = 1.6, dash = ""): string {
  const dashes = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  return `<path d="${path}" fill="none" stroke="${line}" stroke-width="${width}" stroke-linecap="round"${dashes}/>`;
}

function part(path: string, fill: string, { line }: Shades): string {
  return `<path d="${path}" fill="${fill}" stroke="${line}" stroke-width="1.6" stroke-linejoin="round"/>`;
}

function whole(path: string, { line }: Shades): string {
  return `<path d="${path}" ${body} stroke="${line}" stroke-width="2"/>`;
}

function teePath(hem: number): string {
  return `M118 92 C138 104 182 104 202 92 L236 106 C252 114 264 140 276 176 L236 192 L228 166 L232 ${hem} ` +
    `C190 ${hem + 9} 130 ${hem + 9} 88 ${hem} L92 166 L84 192 L44 176 C56 140 68 114 84 106 Z`;
}

function tee(shades: Shades): string {
  return whole(teePath(318), shades) +
    part("M118 92 C138 104 182 104 202 92 C194 122 126 122 118 92 Z", shades.dark, shades) +
    seam("M92 308 C130 316 190 316 228 308", shades, 1.4, "4 3") +
    seam("M48 168 L87 183 M272 168 L233 183", shades, 1.4, "4 3") +
    seam("M92 166 C98 200 96 236 92 270 M228 166 C222 200 224 236 228 270", shades, 1.2);
}

function shirt(shades: Shades): string {
  const buttons = [142, 178, 214, 250, 286].map((y) =>
    `<circle cx="160" cy="${y}" r="3.4" fill="${shades.light}" stroke="${shades.line}"/>`
  );
  return whole(
    "M122 88 L160 104 L198 88 L232 100 C256 112 270 200 274 286 L242 292 L228 190 L232 322 L88 322 L92 190 L78 292 L46 286 C50 200 64 112 88 100 Z",
    shades,
  ) +
    part("M122 88 L110 100 L138 134 L160 106 Z M198 88 L210 100 L182 134 L160 106 Z", shades.light, shades) +
    seam("M152 118 L152 322 M168 118 L168 322", shades, 1.2) +
    part("M184 170 h34 v34 l-17 10 l-17 -10 Z", "none", shades) +
    seam("M46 276 L79 281 M274 276 L241 281", shades) + buttons.join("");
}

function dress(shades: Shades): string {
  return whole(
    "M124 66 C126 96 132 104 160 108 C188 104 194 96 196 66 L212 68 C212 104 218 124 226 138 L206 188 C226 240 252 296 262 344 C220 360 100 360 58 344 C68 296 94 240 114 188 L94 138 C102 124 108 104 108 68 Z",
    shades,
  ) +
    part("M113 186 L207 186 L211 202 L109 202 Z", shades.dark, shades) +
    seam("M128 204 C116 250 104 300 96 350 M160 204 L160 355 M192 204 C204 250 216 300 224 350", shades, 1.4);
}

function trousers(shades: Shades): string {
  return whole("M98 70 L222 70 L238 346 L182 350 L161 168 L138 350 L82 346 Z", shades) +
    part("M98 70 L222 70 L223 88 L97 88 Z", shades.dark, shades) +
    seam("M160 88 L160 150 C160 160 152 164 148 150 L148 90", shades) +
    seam("M98 100 C112 108 116 116 116 130 M222 100 C208 108 204 116 204 130", shades) +
    seam("M112 140 L108 340 M208 140 L212 340", shades, 1.1, "5 4");
}

function shorts(shades: Shades): string {
  return whole("M92 110 L228 110 L250 272 L176 282 L161 202 L144 282 L70 272 Z", shades) +
    part("M92 110 L228 110 L230 130 L90 130 Z", shades.dark, shades) +
    seam("M160 130 L160 196 M150 118 C150 140 142 150 140 164 M170 118 C170 138 176 150 180 160", shades) +
    seam("M73 260 L146 270 M247 260 L174 270", shades, 1.3, "4 3");
}

function skirt(shades: Shades): string {
  return whole("M112 96 L208 96 L262 316 C214 334 106 334 58 316 Z", shades) +
    part("M112 96 L208 96 L212 114 L108 114 Z", shades.dark, shades) +
    seam("M124 116 L92 324 M142 116 L126 328 M160 116 L160 330 M178 116 L194 328 M196 116 L228 324", shades, 1.6);
}

function sneaker(shades: Shades): string {
  return whole(
    "M46 166 C60 176 84 178 100 168 L128 150 C142 182 176 208 216 216 C250 222 278 232 282 258 L38 258 C34 226 36 192 46 166 Z",
    shades,
  ) +
    part("M38 258 L282 258 C286 270 282 282 270 284 L52 284 C40 284 36 272 38 258 Z", "#f4f1ea", shades) +
    part("M216 216 C250 222 278 232 282 258 L226 258 C206 248 204 230 216 216 Z", shades.light, shades) +
    part("M46 166 C52 192 64 230 66 258 L38 258 C34 226 36 192 46 166 Z", shades.dark, shades) +
    seam("M126 178 L148 160 M138 192 L162 172 M152 205 L178 184 M168 215 L194 196", { ...shades, line: "#f4f1ea" }, 4) +
    seam("M70 234 C110 252 160 252 200 232", shades, 3) + seam("M46 270 L276 270", shades, 1.1, "7 4");
}

function boot(shades: Shades): string {
  return whole(
    "M94 84 L184 84 C182 128 182 168 188 198 C208 220 250 226 264 252 C270 268 270 282 268 292 L92 292 C96 220 98 150 94 84 Z",
    shades,
  ) +
    part("M88 292 L270 292 L270 310 L166 310 L162 302 L140 302 L138 318 L88 318 Z", "#2c2623", shades) +
    part("M152 126 L176 126 C178 152 180 172 184 192 L150 200 C144 176 146 150 152 126 Z", shades.dark, shades) +
    seam("M95 96 L184 96", shades) + part("M104 72 C106 62 120 62 122 72 L122 92 L104 92 Z", shades.light, shades) +
    seam("M188 202 C176 222 166 250 166 290", shades, 1.3, "4 3");
}

function tote(shades: Shades): string {
  return seam("M116 164 C116 76 204 76 204 164", { ...shades, line: shades.dark }, 9) +
    whole("M72 156 L248 156 L264 328 C266 338 260 342 252 342 L68 342 C60 342 54 338 56 328 Z", shades) +
    seam("M72 172 L248 172", shades, 1.4, "5 3") +
    part("M106 150 h20 v44 h-20 Z M194 150 h20 v44 h-20 Z", shades.dark, shades) +
    part("M126 232 h68 v54 h-68 Z", shades.light, shades) + seam("M132 238 h56 v42 h-56 Z", shades, 1.1, "3 3");
}

function backpack(shades: Shades): string {
  return seam("M136 96 C136 62 184 62 184 96", { ...shades, line: shades.dark }, 9) +
    part("M76 200 C56 210 54 300 78 314 Z M244 200 C264 210 266 300 242 314 Z", shades.dark, shades) +
    whole(
      "M76 160 C76 104 112 88 160 88 C208 88 244 104 244 160 L248 320 C248 340 238 346 222 346 L98 346 C82 346 72 340 72 320 Z",
      shades,
    ) +
    part(
      "M98 230 C98 218 222 218 222 230 L224 322 C224 330 218 332 210 332 L110 332 C102 332 96 330 96 322 Z",
      shades.light,
      shades,
    ) +
    seam("M98 250 C130 242 190 242 222 250", shades, 3) + seam("M92 168 C120 146 200 146 228 168", shades, 3) +
    part("M154 246 h12 v26 h-12 Z", shades.dark, shades);
}

function watch(shades: Shades): string {
  const marks = Array.from({ length: 12 }, (_, hour) => {
    const long = hour % 3 === 0 ? 12 : 7;
    return `<path d="M160 ${148} v${long}" stroke="#5a5650" stroke-width="3" transform="rotate(${
      hour * 30
    } 160 200)"/>`;
  });
  return whole("M132 140 C130 104 134 74 138 50 L182 50 C186 74 190 104 188 140 Z", shades) +
    whole("M132 260 C130 296 134 326 138 352 L182 352 C186 326 190 296 188 260 Z", shades) +
    seam("M160 62 L160 122 M160 278 L160 340", shades, 1.4, "5 5") +
    '<circle cx="160" cy="200" r="72" fill="url(#metal)" stroke="#77736b" stroke-width="2"/>' +
    '<rect x="230" y="190" width="13" height="20" rx="3" fill="url(#metal)" stroke="#77736b"/>' +
    '<circle cx="160" cy="200" r="58" fill="#fbfaf6" stroke="#8b877e" stroke-width="1.5"/>' + marks.join("") +
    '<path d="M160 200 L160 164 M160 200 L188 216" stroke="#33302c" stroke-width="5" stroke-linecap="round"/>' +
    `<path d="M160 214 L160 154" stroke="#c8453b" stroke-width="1.8"/><circle cx="160" cy="200" r="4.5" fill="#33302c"/>`;
}

function cap(shades: Shades): string {
  return whole("M62 236 C62 150 112 116 168 118 C226 120 250 170 250 232 C196 216 116 220 62 236 Z", shades) +
    part(
      "M62 236 C116 220 196 216 250 232 C282 240 300 256 298 268 C240 248 130 250 70 258 C62 254 60 246 62 236 Z",
      shades.dark,
      shades,
    ) +
    seam(
      "M160 118 C148 150 144 190 146 224 M168 118 C200 140 214 180 216 222 M150 118 C112 136 94 176 92 228",
      shades,
      1.5,
    ) +
    `<circle cx="163" cy="117" r="6" fill="${shades.light}" stroke="${shades.line}"/>` +
    seam("M78 248 C140 238 236 240 288 260", shades, 1.2, "4 3");
}

export const shapes = {
  tee: { draw: tee, shadow: [160, 338, 92] },
  shirt: { draw: shirt, shadow: [160, 336, 96] },
  dress: { draw: dress, shadow: [160, 364, 108] },
  trousers: { draw: trousers, shadow: [160, 360, 92] },
  shorts: { draw: shorts, shadow: [160, 298, 98] },
  skirt: { draw: skirt, shadow: [160, 338, 108] },
  sneaker: { draw: sneaker, shadow: [160, 288, 128] },
  boot: { draw: boot, shadow: [178, 318, 104] },
  tote: { draw: tote, shadow: [160, 346, 112] },
  backpack: { draw: backpack, shadow: [160, 350, 96] },
  watch: { draw: watch, shadow: [160, 364, 46] },
  cap: { draw: cap, shadow: [172, 282, 120] },
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;
